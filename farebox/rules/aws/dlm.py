"""Amazon Data Lifecycle Manager: free itself, the snapshots that it keeps are not.

Snapshots are incremental: the oldest one that is kept holds every block in use, each
later one only what changed since the one before. So a policy that keeps `count`
snapshots, one every `interval_days`, stores

    GiB x used x (1 + min(1, daily_change x interval_days) x (count - 1))

where `used` is the share of a volume whose blocks were ever written, and
`daily_change` the share of those blocks that changes in a day. Snapshots of several
schedules form one line of increments per volume, so the schedule that reaches back
furthest decides.

Sources: https://aws.amazon.com/ebs/pricing/ (snapshots) and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.rules.aws.dlm_schedules import Schedule, schedules_of
from farebox.rules.aws.ebs import volume_of
from farebox.rules.charges import (
    ONE,
    Charge,
    Circumstances,
    Gap,
    NoCharge,
)
from farebox.rules.machines.volumes import SERVICE
from farebox.rules.service import Key, Meter, Type
from farebox.rules.shapes import block, blocks, or_default

VOLUME_TYPE = "aws:ebs/volume:Volume"

KEPT = Meter(
    service=SERVICE,
    usage_type="EBS:SnapshotUsage",
    unit="GB-Mo",
    says="snapshots kept by the policy",
)
USED = Key(
    key="snapshot_used_percent",
    says="share of a volume whose blocks were ever written",
    unit="percent",
)
CHANGED = Key(
    key="snapshot_daily_change_percent",
    says="share of those blocks that changes in a day",
    unit="percent",
)

PERCENT = Decimal(100)
ZERO = Decimal(0)


class Matched(Struct, frozen=True):
    """The volumes that a policy snapshots: how many, their GiB, unknown sizes."""

    volumes: int
    gib: Decimal
    unknown: int


def lifecycle_policy(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The snapshots that a policy keeps of the stack's volumes, by the GB-month.

    The policy itself is free. Source: https://aws.amazon.com/ebs/pricing/
    """
    details = block(resource.input("policyDetails"))
    said = _not_snapshots(resource, details)
    if said is not None:
        yield said
        return
    schedules = schedules_of(resource, details)
    matched = circumstances.once(
        ("dlm", resource.urn), lambda: _matched(resource, details, circumstances)
    )
    if isinstance(matched, Unknown) or schedules is None:
        what = "which volumes it snapshots" if schedules else "its schedule"
        yield _gap(resource, "unknown-input", f"{what} is not known before deployment")
        return
    if not matched.volumes:
        yield NoCharge("the policy is free; no volume in the stack has its target tags")
        return
    if matched.unknown:
        yield _gap(
            resource,
            "unknown-input",
            f"the size of {matched.unknown} of its {matched.volumes} volumes is not "
            "known before deployment",
        )
    if matched.gib:
        yield _stored(resource, usage, matched, schedules)
    if any(
        item.get("crossRegionCopyRules") for item in blocks(details.get("schedules"))
    ):
        yield Gap(
            "no-rule", "copies to another region are charged there and not priced"
        )
    if any(item.get("fastRestoreRule") for item in blocks(details.get("schedules"))):
        yield Gap(
            "no-rule",
            "fast restore of its snapshots is charged by the hour, not priced",
        )


def _not_snapshots(resource: Resource, details: dict[str, Any]) -> Charge | None:
    """What to say of a policy that takes no snapshots of volumes by schedule."""
    if resource.input("policyDetails") is UNKNOWN:
        return _gap(resource, "unknown-input", "its details are not known")
    if resource.input("state") == "DISABLED":
        return NoCharge("the policy is disabled")
    policy_type = or_default(details.get("policyType"), "EBS_SNAPSHOT_MANAGEMENT")
    if policy_type is UNKNOWN:
        return _gap(resource, "unknown-input", "its kind is not known")
    if policy_type == "EVENT_BASED_POLICY":
        return _gap(resource, "no-usage", "it copies snapshots as they are shared")
    kinds = details.get("resourceTypes") or [
        or_default(details.get("resourceType"), "VOLUME")
    ]
    if policy_type == "EBS_SNAPSHOT_MANAGEMENT" and kinds == ["VOLUME"]:
        return None
    return _gap(
        resource,
        "no-usage",
        "it snapshots what is attached to instances, which is known only when it runs",
    )


def _stored(
    resource: Resource, usage: Usage, matched: Matched, schedules: list[Schedule]
) -> Charge:
    used = USED.given(usage)
    change = CHANGED.given(usage)
    kept = max(schedule.count for schedule in schedules)
    if used is None or (change is None and kept > 1):
        missing = USED.key if used is None else CHANGED.key
        return _gap(
            resource,
            "no-usage",
            f"it depends on what is written, and no {missing} is given; at most "
            f"{matched.gib:f} GiB x {kept:f} = {matched.gib * kept:f} GB-months if "
            "every block changes every time",
            missing,
        )
    per_day = change.quantity / PERCENT if change is not None else ZERO
    share = used.quantity / PERCENT
    factor, widest = max(
        (
            (
                ONE + min(ONE, per_day * item.interval_days) * (item.count - 1),
                item,
            )
            for item in schedules
        ),
        key=lambda pair: pair[0],
    )
    changed = change.quantity if change is not None else ZERO
    because = (
        f"{matched.gib:f} GiB in {matched.volumes} volume(s) x {used.quantity:f} % used "
        f"x (1 + {changed:f} % a day x {widest.interval_days.normalize():f} day(s) "
        f"x ({widest.count:f} kept - 1))"
    )
    status = (
        used.status if change is None or used.status == "assumed" else change.status
    )
    return KEPT.metered(resource, matched.gib * share * factor, because, usage=status)


def _matched(
    resource: Resource, details: dict[str, Any], circumstances: Circumstances
) -> Matched | Unknown:
    """The volumes in the policy's region with any of its target tags."""
    graph = circumstances.graph
    if resource.input("defaultPolicy") is not None:
        return _summed(resource, graph.by_type.get(VOLUME_TYPE, []))
    tags = details.get("targetTags")
    if not isinstance(tags, dict) or UNKNOWN in tags.values():
        return UNKNOWN
    index = circumstances.once("volumes by tag", lambda: _volumes_by_tag(graph))
    volumes: dict[str, Resource] = {}
    for key, value in tags.items():
        if isinstance(value, str):
            for volume in index.get((key, value), ()):
                volumes[volume.urn] = volume
    return _summed(resource, list(volumes.values()))


def _summed(resource: Resource, volumes: list[Resource]) -> Matched:
    gib, unknown, count = ZERO, 0, 0
    for volume in volumes:
        if volume.region != resource.region:
            continue
        count += 1
        spec = volume_of(volume)
        if spec is None or isinstance(spec.gib, Unknown):
            unknown += 1
        else:
            gib += spec.gib
    return Matched(count, gib, unknown)


def _volumes_by_tag(graph: ResourceGraph) -> dict[tuple[str, str], list[Resource]]:
    """Volumes by each of their tags, also those that the provider adds to all."""
    found: dict[tuple[str, str], list[Resource]] = {}
    for volume in graph.by_type.get(VOLUME_TYPE, ()):
        for name in ("tagsAll", "tags"):
            tags = volume.raw_inputs.get(name)
            if isinstance(tags, dict):
                for pair in tags.items():
                    if isinstance(pair[1], str):
                        found.setdefault(pair, []).append(volume)
    return found


def _gap(resource: Resource, code: Any, reason: str, usage_key: str = "") -> Gap:
    return Gap(
        code,
        f"{KEPT.says}: {reason}",
        KEPT.price_key(resource),
        KEPT.unit,
        usage_key,
    )


TYPES = {
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": Type(
        billed=(
            "The policy is free; the snapshots that it keeps of the stack's volumes are "
            "billed by the GB-month."
        ),
        source="https://aws.amazon.com/ebs/pricing/",
        meters=(KEPT,),
        uses=(USED, CHANGED),
        rule=lifecycle_policy,
        terraform="aws_dlm_lifecycle_policy",
        notes="""
Its volumes are those of the stack in its region with **any** of its target tags; a default
policy takes every volume of its region. Deleting a snapshot keeps the blocks that others
need. Kept by age means as many as are taken in that time. With several schedules, the one
that stores most decides. Blocks that change twice between two snapshots count twice here,
so the figure is rather high than low.

Without the usage keys it is `no-usage`, with `GiB x snapshots kept` as the upper end. A
cron expression, or tags that are not known, is `unknown-input`. Policies for instances and
for shared snapshots are `no-usage`; copies to other regions and fast restore `no-rule`.
What a default policy takes and keeps:
<https://docs.aws.amazon.com/ebs/latest/userguide/default-policies.html>
""",
        not_modelled="exclusions, what a default policy leaves out",
    ),
}
