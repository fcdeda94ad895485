"""One spelling for each unit, where AWS's price lists have several.

AmazonEC2's list has `Hrs`, AmazonEKS's `Hours`, AmazonECS's and fast snapshot restore
`hours`; gp3 storage is per `GB-Mo`, io2 storage per `GB-month` (price list of us-east-1
as public programs read it in 2026). A rule names the unit of the embedded book, so a
listed unit that is the same one takes that spelling.
"""

from collections.abc import Mapping

from farebox.prices.embedded import embedded_book
from farebox.prices.values import PriceKey

_SPELLINGS: dict[str, tuple[str, ...]] = {
    "Hrs": ("Hrs", "hrs", "Hr", "Hours", "hours", "Hour", "hour"),
    "GB-Mo": ("GB-Mo", "GB-mo", "GB-Month", "GB-month", "GB-Months", "GB-months"),
    "GB": ("GB", "GigaBytes", "Gigabytes", "gigabytes", "GigaByte", "Gigabyte"),
    "GB-Hours": ("GB-Hours", "GB-hours", "GB-Hrs", "GB-hrs"),
    "vCPU-Hours": ("vCPU-Hours", "vCPU-hours", "vCPU-Hrs", "vCPU-hrs"),
    "IOPS-Mo": ("IOPS-Mo", "IOPS-mo", "IOPS-Month", "IOPS-month"),
    "GiBps-mo": ("GiBps-mo", "GiBps-Mo", "GiBps-Month", "GiBps-month"),
    "MiBps-Mo": ("MiBps-Mo", "MiBps-mo", "MiBps-Month", "MiBps-month"),
    "LCU-Hrs": ("LCU-Hrs", "LCU-hrs", "LCU-Hours", "LCU-hours", "LCU-Hour", "LCU-hour"),
    "Requests": ("Requests", "requests", "Request", "request"),
    "API Requests": ("API Requests", "API requests", "API Request", "API request"),
    "API Calls": ("API Calls", "API calls", "API Call", "API call"),
    "Queries": ("Queries", "queries", "Query", "query"),
    "Alarms": ("Alarms", "alarms", "Alarm", "alarm"),
    "Metrics": ("Metrics", "metrics", "Metric", "metric"),
    "Keys": ("Keys", "keys", "Key", "key"),
    "Secrets": ("Secrets", "secrets", "Secret", "secret"),
    "HostedZone": ("HostedZone", "HostedZones", "Hosted Zone", "Hosted Zones"),
    "HealthChecks": ("HealthChecks", "HealthCheck", "Health Checks", "Health Check"),
    "Seconds": ("Seconds", "seconds", "Second", "second"),
}
"""The one spelling of a unit to those that mean the same. Never across quantities:
a GB-month is no GB-hour, and neither is a GiB."""

_ONE = {each: one for one, several in _SPELLINGS.items() for each in several}


class Units:
    """The spelling of each unit: the embedded book's, else the one of its kind."""

    def __init__(self) -> None:
        self._named: dict[str, Mapping[str, str]] = {}

    def spelling(self, service: str, bare_usage_type: str, listed: str) -> str:
        """How farebox spells the listed unit of a usage type, named as rules do."""
        one = _ONE.get(listed, listed)
        units = self._named.get(service)
        if units is None:
            units = self._named[service] = embedded_book().units_of(service)
        named = units.get(bare_usage_type)
        if named is not None and _ONE.get(named, named) == one:
            return named
        return one


def _bare(key: PriceKey) -> str:
    from farebox.prices.aliases import usual_name

    return usual_name(key.service, key.region, key.usage_type)
