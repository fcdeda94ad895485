"""Extended support of database engines: from which day a version costs more.

A version out of standard support goes on at a fee for each vCPU and hour, a higher
one from its third year. Source: https://aws.amazon.com/rds/mysql/pricing/ and the
release calendars of Amazon RDS and Amazon Aurora, as of 2026-08-22.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct

from farebox.graph import Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Meter

DISABLED = "open-source-rds-extended-support-disabled"
"""The lifecycle of a database that AWS upgrades when its standard support ends."""


class Extended(Struct, frozen=True):
    """A version's extended support: its name on the bill, and when it is charged.

    `from_` is the first day that is charged, `third_year` the first at the higher
    rate, None where there is none or where AWS has not named it.
    """

    name: str
    from_: date
    third_year: date | None = None


def _postgresql(prefix: str) -> dict[str, Extended]:
    return {
        "11": Extended(f"{prefix}11", date(2024, 4, 1), date(2026, 4, 1)),
        "12": Extended(f"{prefix}12", date(2025, 3, 1), date(2027, 3, 1)),
        "13": Extended(f"{prefix}13", date(2026, 3, 1), date(2028, 3, 1)),
        "14": Extended(f"{prefix}14", date(2027, 3, 1), date(2029, 3, 1)),
        "15": Extended(f"{prefix}15", date(2028, 3, 1)),
        "16": Extended(f"{prefix}16", date(2029, 3, 1)),
        "17": Extended(f"{prefix}17", date(2030, 3, 1)),
        "18": Extended(f"{prefix}18", date(2031, 3, 1)),
    }


_AURORA_MYSQL = {
    # AWS charges Aurora MySQL the first rate in the third year too.
    "5.7": Extended("AuroraMySQL2", date(2024, 12, 1)),
    "8.0": Extended("AuroraMySQL3", date(2028, 5, 1)),
}

VERSIONS: dict[str, dict[str, Extended]] = {
    "mysql": {
        "5.7": Extended("MySQL5.7", date(2024, 3, 1), date(2026, 3, 1)),
        "8.0": Extended("MySQL8.0", date(2026, 8, 1), date(2028, 8, 1)),
        "8.4": Extended("MySQL8.4", date(2029, 8, 1)),
    },
    "postgres": _postgresql("PostgreSQL"),
    "aurora": _AURORA_MYSQL,
    "aurora-mysql": _AURORA_MYSQL,
    "aurora-postgresql": _postgresql("AuroraPostgreSQL"),
}
"""Engine to its major versions; a version that is not here is in standard support."""

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


def extended(
    versions: dict[str, Extended], version: str, on: date
) -> tuple[Extended, bool] | None:
    """The support that a version is charged on a day, and whether at the higher rate.

    `8.0.35` and `8.0.mysql_aurora.3.04.0` are of the major version 8.0.
    """
    for major, said in versions.items():
        if version == major or version.startswith(f"{major}."):
            if on < said.from_:
                return None
            return said, said.third_year is not None and on >= said.third_year
    return None


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
    versions = VERSIONS.get(engine)
    if versions is None or version is None:
        return  # AWS takes its newest version, or asks no fee for this engine.
    if isinstance(version, Unknown):
        reason = "its version, and so extended support, is not known before deployment"
        yield Gap("unknown-input", reason)
        return
    found = extended(versions, str(version), circumstances.on)
    if found is None:
        return
    said, dearer = found
    years = "Yr3" if dearer else "Yr1-Yr2"
    if units is None:
        reason = "how many vCPU its class has is not known"
        yield meter.gap(resource, reason, YEARS=years, VERSION=said.name)
        return
    yield meter.metered(
        resource,
        units * circumstances.hours_per_month,
        f"standard support of {version} is over; {what}",
        YEARS=years,
        VERSION=said.name,
    )
