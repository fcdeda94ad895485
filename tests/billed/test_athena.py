"""The expressions are Athena's SQL too: they compile, and every column is one it has."""

import csv
from pathlib import Path

from tests.billed.maker import Made, cur2

TAGS = frozenset(("aws_autoscaling_group_name", "user_pulumi_stack"))


def test_the_one_form_and_its_sums_are_sql_of_athena(tmp_path: Path) -> None:
    import ibis
    import sqlglot
    from sqlglot.optimizer.qualify import qualify

    from farebox.billed.charges import GROUPED, SUMS
    from farebox.billed.columns import ROW, fits, normal

    with cur2([Made()], tmp_path / "b.csv").open(newline="") as file:
        names = next(csv.reader(file))
    types = dict.fromkeys(names, "string") | {
        "resource_tags": "map<string, string>",
        "line_item_unblended_cost": "float64",
        "line_item_usage_amount": "float64",
    }
    rows = normal(ibis.table(types, name="cur2"), TAGS)
    month = rows.filter(fits(rows)).select(*ROW)
    sums = {name: month[name].sum() for name in SUMS}
    question = month.group_by(list(GROUPED)).aggregate(**sums)
    parsed = sqlglot.parse_one(ibis.to_sql(question, dialect="athena"), read="athena")
    schema: dict[str, object] = {"cur2": dict.fromkeys(types, "VARCHAR")}
    known = qualify(parsed, schema=schema, dialect="athena")
    assert isinstance(known, sqlglot.exp.Select)
    assert known.named_selects == [*GROUPED, *SUMS]
    sql = known.sql("athena")
    assert "aws_autoscaling_group_name" in sql
    assert "TRY_CAST" in sql
