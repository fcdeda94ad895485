"""Classes of database instances: how price lists spell them, and their vCPU.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html
and the usage types of the price list (2022-09-29, 2026-07): `xlarge` for the oldest
families, `xl` from the fifth generation on.
"""

import re
from decimal import Decimal

CLASS = re.compile(r"db\.([a-z]+\d+[a-z]*)\.(\d*)(micro|small|medium|large|xlarge)\b.*")

SPELLED_OUT = frozenset(
    ["t1", "t2", "m1", "m2", "m3", "m4", "r3", "r4", "x1", "x1e", "cr1"]
)
"""Families whose sizes the price lists spell out: `db.r4.xlarge`, not `db.r4.xl`."""

ONE_VCPU = frozenset(
    [
        "t1.micro",
        "t2.micro",
        "t2.small",
        "m1.small",
        "m1.medium",
        "m3.medium",
        "c6gd.medium",
    ]
)
"""Small sizes with one vCPU; all others have two."""

HALF = frozenset(("m2",))
"""Families with half the vCPU that their sizes have elsewhere."""


def listed_class(name: str) -> str:
    """A class as price lists write it: `db.m5.xlarge` is `db.m5.xl` there."""
    match = CLASS.match(name)
    if match is None or match[1] in SPELLED_OUT:
        return name
    return name.replace("xlarge", "xl")


def vcpus_of(name: str) -> Decimal | None:
    """vCPU of a class, from its size; None where its name does not tell."""
    match = CLASS.match(name)
    if match is None:
        return None
    family, times, size = match.groups()
    if size == "xlarge":
        return Decimal(int(times or 1) * (2 if family in HALF else 4))
    return Decimal(1 if f"{family}.{size}" in ONE_VCPU else 2)
