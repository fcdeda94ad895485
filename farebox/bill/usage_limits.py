"""The most that a key of a usage file can say: what cannot be is refused by the reader.

A figure over these is a slip (the hours of all machines for those of one, a fraction of
a thousand for one of a hundred) that would be priced without a word.
"""

from decimal import Decimal

HOURS = Decimal(744), "no month has more than 744 hours"
PERCENT = Decimal(100), "it is a share, in percent"

MOST: dict[str, tuple[Decimal, str]] = {
    # What one instance, one connection or one task does in a month of 31 days.
    "monthly_hrs": HOURS,
    "monthly_cpu_credit_hrs": HOURS,
    "monthly_duration_hrs": HOURS,
    "parameter_storage_hrs": HOURS,
    "task_minutes": (Decimal(44_640), "no month has more than 44,640 minutes"),
    # Aurora turns back at most three days.
    # Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Backtrack.html
    "backtrack_window_hrs": (Decimal(72), "Aurora turns back at most 72 hours"),
    "snapshot_used_percent": PERCENT,
    "snapshot_daily_change_percent": PERCENT,
    # Of all that has the key, an HTTP API takes the largest requests: 10 MB.
    # Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
    "request_size_kb": (Decimal(10_240), "AWS takes no larger request"),
    "monthly_sync_hrs": HOURS,
}
"""The last part of a key, to the most that it can be and why."""

SUMS = frozenset(
    (
        "active_instance_hrs",
        "active_ip_addresses",
        "fast_snapshot_restore_hours",
        "monthly_action_mins",
        "monthly_audio_hrs",
        "monthly_build_hrs",
        "monthly_build_mins",
        "monthly_connection_hours",
        "monthly_connection_mins",
        "monthly_inference_mins",
        "monthly_instance_hrs",
        "monthly_memory_gb_hours",
        "monthly_processing_hrs",
        "monthly_streaming_hrs",
        "monthly_training_hrs",
        "monthly_training_mins",
        "monthly_vcpu_hours",
        "monthly_video_mins",
        "sampling_hours",
        "scaled_out_instance_hrs",
    )
)
"""Keys in hours that add up several things, so that a month does not bound them."""


def why_too_much(key: str, figure: Decimal) -> str | None:
    """Why no resource can have that figure under the key, or None where one can."""
    found = MOST.get(key.rpartition(".")[2])
    if found is None or figure <= found[0]:
        return None
    return found[1]
