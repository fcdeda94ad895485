"""Kubernetes versions on EKS: the day on which each one's standard support ends.

The calendar is in version_support.py. A version that is newer than it is in standard
support; extended support begins on the day named there and lasts a year.
"""

from datetime import date

from farebox.rules.version_support import versions


def standard_support_ends(version: str) -> date | None:
    """The day by which a version is in extended support; None where none is known.

    A version newer than the table is in standard support, one older than it left
    that support before the table begins.
    """
    minor = _minor(version)
    days = {
        int(name[2:]): said.standard_ends
        for name, said in versions("kubernetes").items()
    }
    if minor is None or minor > max(days):
        return None
    return days[max(minor, min(days))]


def _minor(version: str) -> int | None:
    major, _, rest = version.strip().partition(".")
    minor = rest.partition(".")[0]
    if major != "1" or not minor.isascii() or not minor.isdigit() or len(minor) > 4:
        return None
    return int(minor)
