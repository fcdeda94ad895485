"""Limits of EC2 and EBS: volumes, launch templates, instances, snapshot policies."""

import re
from collections.abc import Iterator
from typing import Any

from tests.engine.plugin.known import Inputs, check_tags, known
from tests.engine.plugin.schema import Failure

VOLUME_LIMITS = {
    "gp3": (1, 65_536, 3_000, 80_000, 500),
    "gp2": (1, 16_384, None, None, None),
    "io1": (4, 16_384, 100, 64_000, 50),
    "io2": (4, 65_536, 100, 256_000, 1_000),
    "st1": (125, 16_384, None, None, None),
    "sc1": (125, 16_384, None, None, None),
    "standard": (1, 1_024, None, None, None),
}
"""Type: least and most GiB, least and most IOPS, most IOPS per GiB.

Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
"""
THROUGHPUT = (125, 2_000)
"""MiB/s of a gp3 volume, and at most a quarter of its IOPS."""


def _volume_limits(
    kind: str, gib: Any, iops: Any, throughput: Any, place: str
) -> Iterator[Failure]:
    """Size, IOPS and throughput within the limits of the volume type."""
    if kind not in VOLUME_LIMITS:
        yield Failure(place, f"{kind!r} is none of {', '.join(VOLUME_LIMITS)}")
        return
    least_gib, most_gib, least_iops, most_iops, per_gib = VOLUME_LIMITS[kind]
    if gib is not None and not least_gib <= int(gib) <= most_gib:
        yield Failure(place, f"{kind} takes {least_gib} to {most_gib} GiB, not {gib}")
    if iops:
        if least_iops is None or most_iops is None or per_gib is None:
            yield Failure(place, f"{kind} takes no IOPS")
        elif not least_iops <= int(iops) <= most_iops:
            yield Failure(place, f"{kind} takes {least_iops} to {most_iops} IOPS")
        elif gib is not None and int(iops) > max(least_iops, per_gib * int(gib)):
            yield Failure(
                place, f"{kind} takes {per_gib} IOPS per GiB, {gib} GiB asked"
            )
    elif kind in ("io1", "io2"):
        yield Failure(place, f"{kind} needs IOPS")
    if throughput:
        yield from _throughput_limits(kind, iops, throughput, place)


def _throughput_limits(
    kind: str, iops: Any, throughput: Any, place: str
) -> Iterator[Failure]:
    least, most = THROUGHPUT
    if kind != "gp3":
        yield Failure(place, f"{kind} takes no throughput")
    elif not least <= int(throughput) <= most:
        yield Failure(place, f"gp3 takes {least} to {most} MiB/s")
    elif int(throughput) > int(iops or 3_000) / 4:
        yield Failure(place, "gp3 takes at most 0.25 MiB/s for each IOPS")


def check_volume(inputs: Inputs) -> Iterator[Failure]:
    if inputs.get("size") is None and inputs.get("snapshotId") is None:
        yield Failure("size", "a volume needs a size or a snapshot")
    yield from _volume_limits(
        known(inputs, "type") or "gp2",
        known(inputs, "size"),
        known(inputs, "iops"),
        known(inputs, "throughput"),
        "size",
    )


INSTANCE_TYPE = re.compile(
    r"[a-z][a-z0-9-]*\.(?:nano|micro|small|medium|metal|\d*x?large).*"
)


def check_launch_template(inputs: Inputs) -> Iterator[Failure]:
    yield from check_instance_type(inputs)
    for mapping in inputs.get("blockDeviceMappings") or []:
        ebs = mapping.get("ebs") if isinstance(mapping, dict) else None
        if not isinstance(ebs, dict):
            continue
        yield from _volume_limits(
            known(ebs, "volumeType") or "gp2",
            known(ebs, "volumeSize"),
            known(ebs, "iops"),
            known(ebs, "throughput"),
            "blockDeviceMappings",
        )
    data = known(inputs, "userData")
    if isinstance(data, str) and not re.fullmatch(r"[A-Za-z0-9+/\s]*={0,2}\s*", data):
        yield Failure("userData", "a launch template takes user data as base64 only")
    if isinstance(data, str) and len(data) * 3 // 4 > 16 * 1024 + 2:
        yield Failure("userData", "user data is longer than 16 KiB")
    if inputs.get("networkInterfaces") and inputs.get("vpcSecurityGroupIds"):
        yield Failure(
            "vpcSecurityGroupIds",
            "with network interfaces, security groups belong to the interfaces",
        )
    for item in inputs.get("tagSpecifications") or []:
        yield from check_tags(item.get("tags"), "tagSpecifications")


def check_instance_type(inputs: Inputs) -> Iterator[Failure]:
    name = known(inputs, "instanceType")
    if isinstance(name, str) and not INSTANCE_TYPE.fullmatch(name):
        yield Failure("instanceType", f"{name!r} is no instance type such as m7g.large")


SCHEDULE_HOURS = {1, 2, 3, 4, 6, 8, 12, 24}


def check_lifecycle_policy(inputs: Inputs) -> Iterator[Failure]:
    """Source: https://docs.aws.amazon.com/dlm/latest/APIReference/API_CreateRule.html"""
    details = inputs.get("policyDetails")
    details = details if isinstance(details, dict) else {}
    schedules = details.get("schedules") or []
    if len(schedules) > 4:
        yield Failure("policyDetails", "a policy has at most 4 schedules")
    if schedules and not details.get("targetTags"):
        yield Failure("policyDetails", "a policy with schedules needs target tags")
    for schedule in schedules:
        rule = schedule.get("createRule") or {}
        interval = known(rule, "interval")
        if interval is not None and interval not in SCHEDULE_HOURS:
            yield Failure("policyDetails", f"no schedule runs every {interval} hours")
        kept = known(schedule.get("retainRule") or {}, "count")
        if kept is not None and not 1 <= kept <= 1000:
            yield Failure("policyDetails", f"1 to 1,000 snapshots are kept, not {kept}")
        times = rule.get("times")
        if isinstance(times, str) and not re.fullmatch(r"[0-2]\d:[0-5]\d", times):
            yield Failure("policyDetails", f"{times!r} is no time such as 03:00")
    description = known(inputs, "description") or ""
    if not re.fullmatch(r"[0-9A-Za-z _-]{1,500}", description):
        yield Failure(
            "description", f"{description!r} has other than letters and digits"
        )
