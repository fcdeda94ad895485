"""Machines' journals: their log, who may write to it, and where the agent is told."""

import json
from base64 import b64decode
from typing import Any

import pytest

from components.arguments import BadArgument
from components.watching_args import machine_log
from tests.components.harness import Program
from tests.components.test_spot_pool import pool, statements, template
from tests.components.test_watching import hosting, watching

GROUP = "aws:cloudwatch/logGroup:LogGroup"
LOG = machine_log("passepartout-test")


def settings(made: Program) -> dict[str, Any]:
    lines = b64decode(template(made)["userData"]).decode().splitlines()
    (line,) = [one for one in lines if one.startswith("readonly SETTINGS=")]
    found: dict[str, Any] = json.loads(line.partition("=")[2].strip("'"))
    return found


def test_the_log_is_there_only_where_machines_have_one_and_ends_by_itself() -> None:
    without = [one.name for one in watching().of_type(GROUP)]
    assert sorted(without) == ["relay-log", "watch-log"]
    kept = watching(hosting=hosting(machine_log_days=90))
    log = kept.one(GROUP, "watch-machines-log").inputs
    assert (log["name"], log["retentionInDays"]) == (LOG, 90)


def test_a_machine_may_write_to_that_log_and_do_nothing_else_with_logs() -> None:
    before = statements(pool())
    after = statements(pool(machine_log=LOG, user_lines=60))
    (added,) = [one for one in after if one not in before]
    assert added["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert added["Resource"] == f"arn:aws:logs:us-east-1:*:log-group:{LOG}:*"


def test_the_agent_is_told_the_log_and_how_much_a_user_may_say() -> None:
    assert "machine_log" not in settings(pool())
    told = settings(pool(machine_log=LOG, user_lines=5))
    assert (told["machine_log"], told["user_lines"]) == (LOG, 5)


def test_what_no_log_could_keep_is_refused() -> None:
    with pytest.raises(BadArgument, match="must be one of 1, 3, 5, 7, 14"):
        hosting(machine_log_days=10)
    with pytest.raises(BadArgument, match="none without machine_log"):
        pool(user_lines=60)
