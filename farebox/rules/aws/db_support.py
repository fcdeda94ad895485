"""Extended support of database engines: from which day a version costs more.

A version out of standard support goes on at a fee for each vCPU and hour, a higher
one from its third year. The days are those of `rules.version_support`.
Source: https://aws.amazon.com/rds/mysql/pricing/ (extended support)
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from farebox.graph import Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Meter
from farebox.rules.version_support import Support, versions

DISABLED = "open-source-rds-extended-support-disabled"
"""The lifecycle of a database that AWS upgrades when its standard support ends."""

NAMES = {
    "mysql": "MySQL",
    "postgres": "PostgreSQL",
    "aurora-mysql": "AuroraMySQL",
    "aurora-postgresql": "AuroraPostgreSQL",
}
"""Engines that AWS charges by the vCPU or capacity unit, as usage types name them."""

SAME = {"aurora": "aurora-mysql"}

NUMBERS = {("aurora-mysql", "5.7"): "2", ("aurora-mysql", "8.0"): "3"}
"""Versions that usage types number otherwise than the program does."""

ONE_RATE = frozenset(("aurora-mysql",))
"""Engines whose third year costs no more.

Source: https://github.com/aws-samples/rds-extended-support-cost-estimator (README)
"""

BY_VCPU = Meter(
    service="AmazonRDS",
    usage_type="ExtendedSupport:{YEARS}:{VERSION}",
    unit="vCPU-hour",
    says="extended support of {VERSION}",
)
BY_ACU = Meter(
    service="AmazonRDS",
    usage_type="ExtendedSupport:{YEARS}:ASv2:{VERSION}",
    unit="ACU-hour",
    says="extended support of {VERSION}, serverless",
)


class Extended(Struct, frozen=True):
    """The extended support that a version is charged on a day.

    `major` is the version as the table has it, `is_dearer` whether its third year has
    begun.
    """

    major: str
    is_dearer: bool


def extended(engine: str, version: str, on: date) -> Extended | None:
    """The extended support of a version on a day; None where nothing is charged.

    `8.0.35` and `8.0.mysql_aurora.3.04.0` are of the major version 8.0. A version that
    the table does not have is in standard support, or one that AWS has upgraded.
    """
    known = versions(engine)
    parts = version.strip().split(".")
    for count in range(1, len(parts) + 1):
        found = known.get(".".join(parts[:count]))
        first = None if found is None else _first_day(found)
        if found is None or first is None:
            continue
        if on < first:
            return None
        dearer = found.dearer_from
        return Extended(found.version, dearer is not None and on >= dearer)
    return None


def _first_day(found: Support) -> date | None:
    """The first day that is charged; the one after standard support where none is named.

    An engine without an end of extended support has none.
    """
    if found.charged_from is not None or found.extended_ends is None:
        return found.charged_from
    ends = found.standard_ends
    return None if ends is None else ends + timedelta(days=1)


def support_charges(
    resource: Resource,
    circumstances: Circumstances,
    engine: str,
    version: object,
    units: Decimal | None,
    *,
    what: str,
    meter: Meter = BY_VCPU,
) -> Iterator[Charge]:
    """Extended support for `units` vCPU or ACU, all month, whether it runs or not.

    `what` says where the units come from; they are None where the class does not tell.
    An unknown version is a gap: it may be one that costs more.
    """
    listed = SAME.get(engine, engine)
    name = NAMES.get(listed)
    if name is None or version is None:
        return  # AWS takes its newest version, or asks no fee for this engine.
    if isinstance(version, Unknown):
        reason = "its version, and so extended support, is not known before deployment"
        yield Gap("unknown-input", reason)
        return
    found = extended(listed, str(version), circumstances.on)
    if found is None:
        return
    years = "Yr3" if found.is_dearer and listed not in ONE_RATE else "Yr1-Yr2"
    label = name + NUMBERS.get((listed, found.major), found.major)
    if units is None:
        reason = "how many vCPU its class has is not known"
        yield meter.gap(resource, reason, YEARS=years, VERSION=label)
        return
    yield meter.metered(
        resource,
        units * circumstances.hours_per_month,
        f"standard support of {version} is over; {what}",
        YEARS=years,
        VERSION=label,
    )
