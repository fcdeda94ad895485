"""One form for the rows of a bill, made from each of AWS's formats by one expression.

CUR 2.0, the legacy CUR and FOCUS name and shape the same facts in three ways. The
expressions here are Ibis's, so that DuckDB and Spark make the same rows of them.
"""

from collections.abc import Collection, Mapping
from typing import Literal

from ibis import Table
from ibis.expr.types import Value

from farebox.billed.access import MONEY, Columns, plain_name
from farebox.billed.charges import SUMS
from farebox.billed.cur import cur_rows
from farebox.billed.errors import BillError
from farebox.billed.focus import focus_rows

Format = Literal["CUR 2.0", "legacy CUR", "FOCUS", "added up"]

TAGS = {
    "auto_scaling_group": ("aws:autoscaling:groupName",),
    "cluster": (
        "aws:eks:cluster-name",
        "eks:cluster-name",
        "eks:eks-cluster-name",
        "elbv2.k8s.aws/cluster",
    ),
    "node_group": ("eks:nodegroup-name",),
    "policy": ("aws:dlm:lifecycle-policy-id",),
    "task_service": ("aws:ecs:serviceName",),
    "claim": (
        "kubernetes.io/created-for/pvc/name",
        "ebs.csi.aws.com/cluster",
        "karpenter.sh/nodepool",
        "karpenter.sh/provisioner-name",
    ),
    "fleet": ("aws:ec2:fleet-id", "aws:ec2spot:fleet-request-id"),
    "launcher": (
        "aws:elasticmapreduce:job-flow-id",
        "elasticbeanstalk:environment-name",
        "aws:cloudformation:stack-name",
    ),
    "backup_of": ("aws:backup:source-resource",),
    "stack": ("pulumi:stack",),
    "project": ("pulumi:project",),
    "created_by": ("aws:createdBy",),
}
"""Tags that say what made a thing, which stack it is of, or who made it."""

NEEDED: dict[Format, tuple[str, ...]] = {
    "CUR 2.0": (
        "line_item_usage_type",
        "line_item_unblended_cost",
        "line_item_usage_amount",
    ),
    "legacy CUR": (
        "line_item_usage_type",
        "line_item_unblended_cost",
        "line_item_usage_amount",
    ),
    "FOCUS": ("billedcost", "chargeperiodstart"),
    "added up": (),
}
"""Columns without which a bill cannot be read."""

WORTH = {
    "line_item_resource_id": "resources are matched by usage type only",
    "resourceid": "resources are matched by usage type only",
    "line_item_line_item_type": "use, tax and fees cannot be told apart",
    "pricing_public_on_demand_cost": "list prices are not known",
    "listcost": "list prices are not known",
    "reservation_effective_cost": "reservations count as they were billed",
    "savings_plan_savings_plan_effective_cost": "savings plans count as they were billed",
    "effectivecost": "plans and reservations count as they were billed",
}
"""Columns whose absence makes a comparison poorer, and by what."""

REDUCED = "source_rows"
"""How many rows of an export one row stands for, of a month."""

ROW = (
    REDUCED,
    "month",
    "day",
    "payer",
    "account",
    "kind",
    "class",
    "invoice",
    "currency",
    "seller",
    "service",
    "region",
    "usage_type",
    "operation",
    "purchase",
    "resource",
    "sku",
    "unit",
    *SUMS,
    *TAGS,
)
"""The columns of a row in the one form, in order."""


def format_of(columns: Collection[str]) -> Format:
    """Which of AWS's formats has these columns. Raises BillError for none of them."""
    if {*ROW} <= set(columns):
        return "added up"
    plain = {plain_name(name) for name in columns}
    joined = {name.replace("_", "") for name in plain}
    cur = "line_item_usage_type" in plain or "line_item_unblended_cost" in plain
    if {"billedcost", "chargeperiodstart"} <= joined:
        if cur:
            raise BillError("its files are both FOCUS and CUR: they are no one bill")
        return "FOCUS"
    if cur:
        return "CUR 2.0" if "resource_tags" in plain else "legacy CUR"
    raise BillError(
        "it has the columns of no bill that Farebox reads: CUR 2.0, the legacy CUR, or "
        "FOCUS 1.0 and 1.2"
    )


def _opened(table: Table) -> tuple[Format, Columns]:
    format_ = format_of(table.columns)
    return format_, Columns(table, joined=format_ == "FOCUS")


def lacks(table: Table) -> dict[str, str]:
    """Columns of `WORTH` that a bill of this format has and this one has not."""
    format_, columns = _opened(table)
    if format_ == "added up":
        return {}
    focus = format_ == "FOCUS"
    return {
        name: loss
        for name, loss in WORTH.items()
        if focus != ("_" in name) and not columns.has(name)
    }


def readable(table: Table) -> Format:
    """The format of a bill that has what it cannot be read without. Raises BillError."""
    format_, columns = _opened(table)
    missing = [name for name in NEEDED.get(format_, ()) if not columns.has(name)]
    if missing:
        raise BillError(
            f"a {format_} export without {', '.join(missing)} cannot be read: name "
            "them in the export's SQL"
        )
    return format_


def normal(
    table: Table, keys: frozenset[str] | None = None, count: Value | int = 1
) -> Table:
    """The rows of a bill in the one form, `ROW`. Raises BillError for another table.

    `keys` are those of its maps of tags; without them the table is asked. `count` is how
    many rows of the export each row is.
    """
    format_ = readable(table)
    if format_ == "added up":
        return table.select(**_added_up(table))
    columns = Columns(table, joined=format_ == "FOCUS")
    if keys is None:
        keys = columns.keys(tag for spelt in TAGS.values() for tag in spelt)
    return table.select(**{REDUCED: count}, **form(columns, keys))


def form(columns: Columns, keys: frozenset[str]) -> dict[str, Value]:
    """The expressions of the one form, but for the count, with maps that have `keys`."""
    rows = focus_rows(columns) if columns.joined else cur_rows(columns)
    return rows | {name: columns.tag(spelt, keys) for name, spelt in TAGS.items()}


def _added_up(table: Table) -> dict[str, Value]:
    """The form of a file that says it has it, its figures read as any other's are."""
    columns = Columns(table)
    form = {
        name: columns.money(name) if name in SUMS else columns.text(name)
        for name in ROW
    }
    return form | {REDUCED: columns.money(REDUCED).fill_null(1).cast("int64")}


def fits(row: Table | Mapping[str, Value]) -> Value:
    """Whether a row of the one form has a month, an account and a cost that can be read."""
    fit = (
        row["month"].re_search(r"^[0-9]{4}-[0-9]{2}$")
        & row["unblended"].notnull()
        & (row["account"] != "")
    )
    return fit.fill_null(False)


def unfit(table: Table) -> Table:
    """The rows of a bill that do not fit, as they came."""
    format_ = readable(table)
    if format_ == "added up":
        return table.filter(~fits(_added_up(table)))
    columns = Columns(table, joined=format_ == "FOCUS")
    return table.filter(~fits(form(columns, frozenset())))


__all__ = [
    "MONEY",
    "REDUCED",
    "ROW",
    "SUMS",
    "TAGS",
    "WORTH",
    "Format",
    "fits",
    "form",
    "format_of",
    "lacks",
    "normal",
    "readable",
    "unfit",
]
