"""The record's table, its bucket, and the agent's package."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from components.agent_package import MAIN, package_files, package_version
from components.arguments import BadArgument
from components.user_records import UserRecords, UserRecordsArgs
from passepartout.users.dynamodb import INDEXES
from tests.components.harness import TAGS, Program, run

TABLE = "aws:dynamodb/table:Table"


def records(table: str = "passepartout-1k") -> Program:
    args = UserRecordsArgs(table=table, tags=TAGS)
    return run(lambda: UserRecords("record", args))


def test_the_table_has_the_keys_and_indexes_that_the_code_reads_by() -> None:
    table = records().one(TABLE).inputs
    assert (table["name"], table["billingMode"]) == (
        "passepartout-1k",
        "PAY_PER_REQUEST",
    )
    assert (table["hashKey"], table["rangeKey"]) == ("pk", "sk")
    indexes = {one["name"]: one for one in table["globalSecondaryIndexes"]}
    assert set(indexes) == set(INDEXES)
    assert indexes["changes"]["keySchemas"] == [
        {"attributeName": "bucket", "keyType": "HASH"},
        {"attributeName": "changed", "keyType": "RANGE"},
    ]
    # DynamoDB wants each key attribute declared, and nothing else.
    declared = {(one["name"], one["type"]) for one in table["attributes"]}
    assert declared == {
        ("pk", "S"),
        ("sk", "S"),
        ("home", "S"),
        ("bucket", "N"),
        ("changed", "N"),
    }


def test_the_table_can_be_had_back_and_is_not_deleted_by_mistake() -> None:
    made = records().one(TABLE)
    assert (made.protect, made.kept) == (True, True)
    table = made.inputs
    assert table["pointInTimeRecovery"] == {"enabled": True}
    assert table["deletionProtectionEnabled"] is True


def test_nobody_outside_reaches_the_bucket_and_copies_end_by_themselves() -> None:
    made = records()
    closed = made.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs
    switches = {key: value for key, value in closed.items() if key != "bucket"}
    assert set(switches.values()) == {True}
    assert len(switches) == 4
    kind = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    (rule,) = made.one(kind).inputs["rules"]
    # Only data on their way end; the agent stays.
    assert rule["filter"] == {"prefix": "moves/"}
    assert rule["expiration"] == {"days": 7}


def test_the_agents_name_in_the_bucket_changes_with_what_it_does() -> None:
    agent = records().one("aws:s3/bucketObjectv2:BucketObjectv2").inputs
    assert agent["key"] == f"agent/{package_version()}.zip"


@pytest.mark.parametrize("name", ["ab", "a b", "x" * 256])
def test_a_table_name_that_dynamodb_would_refuse_is_refused(name: str) -> None:
    with pytest.raises(BadArgument, match="3 to 255 letters"):
        UserRecordsArgs(table=name)


def test_the_package_runs_with_nothing_but_python(tmp_path: Path) -> None:
    # As on a machine: no site-packages, no checkout; all that boto3 needs is in it.
    path = tmp_path / "agent.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, source in package_files().items():
            file.write(source, name)
        file.writestr("__main__.py", MAIN)
    assert path.stat().st_size < 8_000_000
    agent = tmp_path / "agent"
    zipfile.ZipFile(path).extractall(agent)

    def python(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-S", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **more,
        )

    told = python(str(agent))
    assert (told.returncode, told.stderr) == (
        2,
        "give run, logs, install, upgrade PACKAGE or unhealthy\n",
    )
    clients = python(
        "-c",
        f"import sys; sys.path.insert(0, {str(agent)!r})\n"
        "from passepartout.agent.machine import client\n"
        "from passepartout.agent.install import write_units\n"
        "from pathlib import Path\n"
        "for name in ('ec2', 'autoscaling', 'dynamodb', 'logs', 's3'):\n"
        "    client(name, 'us-east-1')\n"
        "write_units(Path('root'))\n",
    )
    assert clients.returncode == 0, clients.stderr
    units = tmp_path / "root/etc/systemd/system"
    assert "WatchdogSec" in (units / "passepartout-agent.service").read_text()
