"""Kubernetes versions on EKS: the day on which each one's standard support ends.

Source: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
(release calendar, as of 2026-04-24). A version that is newer than the table is in
standard support; extended support begins on the day named here and lasts a year.
"""

from datetime import date

STANDARD_SUPPORT_ENDS = {
    "1.29": date(2025, 3, 23),
    "1.30": date(2025, 7, 23),
    "1.31": date(2025, 11, 26),
    "1.32": date(2026, 3, 23),
    "1.33": date(2026, 7, 29),
    "1.34": date(2026, 12, 2),
    "1.35": date(2027, 3, 27),
}
"""Minor version to the first day of its extended support."""


def standard_support_ends(version: str) -> date | None:
    """The day by which a version is in extended support; None where none is known.

    A version newer than the table is in standard support, one older than it left
    that support before the table begins.
    """
    minor = _minor(version)
    days = {int(name[2:]): day for name, day in STANDARD_SUPPORT_ENDS.items()}
    if minor is None or minor > max(days):
        return None
    return days[max(minor, min(days))]


def _minor(version: str) -> int | None:
    major, _, rest = version.strip().partition(".")
    minor = rest.partition(".")[0]
    if major != "1" or not minor.isascii() or not minor.isdigit() or len(minor) > 4:
        return None
    return int(minor)
