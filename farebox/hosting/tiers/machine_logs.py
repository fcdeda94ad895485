"""What the journals of users' machines take in CloudWatch, where nobody has measured it.

One table (`data/machine_logs.usage.yaml`) has it for a machine and for a user.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files

from msgspec import structs

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Entry, UsageFile
from farebox.bill.usage_file import parse_usage
from farebox.hosting.plan.watch_graph import MACHINES_LOG
from farebox.hosting.plan_values import MachineLogs, TierPlan

TABLE_DAYS = Decimal(30)
"""Days for which the table's lines are kept."""
TABLE_LINES = Decimal(60)
"""Lines of a user a minute, at most, in the table's highest figure."""
STORED = "storage_gb"


def with_machine_logs(usage: UsageFile, plan: TierPlan) -> UsageFile:
    """The usage with that of the machines' log, where there is one.

    An entry of the file itself comes later, so it wins.
    """
    logs = plan.machine_logs
    if logs is None:
        return usage
    tables = {entry.pattern: entry for entry in _table().resources}
    machine, user = (_assumed(tables[who]) for who in ("machine", "user"))
    values = {
        key: _sum(
            _times(machine[key], Decimal(plan.vms), key, logs),
            _times(_bounded(user[key], logs), Decimal(plan.users), key, logs),
        )
        for key in machine
    }
    entry = structs.replace(tables["user"], pattern=MACHINES_LOG, values=values)
    return UsageFile(
        types=usage.types,
        resources=[entry, *usage.resources],
        account=usage.account,
        path=usage.path,
    )


def _assumed(entry: Entry) -> Mapping[str, Assumption]:
    return {k: one for k, one in entry.values.items() if isinstance(one, Assumption)}


def _bounded(one: Assumption, logs: MachineLogs) -> Assumption:
    """What of a user's lines passes the tier's bound."""
    high = one.high * logs.user_lines / TABLE_LINES
    return structs.replace(
        one, low=min(one.low, high), likely=min(one.likely, high), high=high
    )


def _times(one: Assumption, count: Decimal, key: str, logs: MachineLogs) -> Assumption:
    """For so many machines or users; what is stored, for the tier's days."""
    factor = count * logs.days / TABLE_DAYS if key == STORED else count
    return structs.replace(
        one,
        low=one.low * factor,
        likely=one.likely * factor,
        high=one.high * factor,
    )


def _sum(machines: Assumption, users: Assumption) -> Assumption:
    return structs.replace(
        users,
        low=machines.low + users.low,
        likely=machines.likely + users.likely,
        high=machines.high + users.high,
        status="assumed",
    )


@cache
def _table() -> UsageFile:
    name = "data/machine_logs.usage.yaml"
    return parse_usage(files("farebox.hosting").joinpath(name).read_text(), path=name)
