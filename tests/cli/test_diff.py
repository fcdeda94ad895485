"""`fare diff`: the changes of pull requests, by hand."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from tests.cli.comparing import NAT, ON, ROOT, change, compared, folder, refused, write
from tests.cli.documents import STACK_URN, step, urn, volume
from tests.prices.books import text_of

__all__ = ["folder"]


RECORDED = ROOT / "tests" / "recorded" / "engine"


INSTANCE = "aws:ec2/instance:Instance"


VOLUME = "aws:ebs/volume:Volume"


def refused_bytes(capfdbinary: Any, *arguments: str) -> str:
    assert run([*arguments, *ON]) == 2
    said: str = capfdbinary.readouterr().err.decode()
    assert said.count("\n") == 1
    return said


def vm(instance_type: str) -> dict[str, Any]:
    inputs = {
        "instanceType": instance_type,
        "ami": "ami-1",
        "associatePublicIpAddress": False,
        "rootBlockDevice": {"volumeSize": 100, "volumeType": "gp3"},
    }
    return step(INSTANCE, "vm", inputs)


def test_r6a_8xlarge_to_r7a_8xlarge_on_demand(folder: Path, capfdbinary: Any) -> None:
    # By hand: r6a 1.8144 x 730 = 1,324.512; r7a 2.4344 x 730 = 1,777.112: +452.60
    base = write(folder, "base.json", vm("r6a.8xlarge"))
    head = write(folder, "head.json", vm("r7a.8xlarge"))
    document = compared(capfdbinary, base, head)
    assert change(document) == Decimal("452.6")
    (item,) = document["changed"]
    sides = [(line["base"], line["head"]) for line in item["lines"]]
    assert len(sides) == 2
    assert [bool(before) for before, _ in sides] == [True, False]
    assert document["change"]["code"] == document["change"]["usd_per_month"]


def test_gp3_iops_over_what_is_included(folder: Path, capfdbinary: Any) -> None:
    # By hand: 6,000 - 3,000 included = 3,000 x 0.005 = 15.00
    base = write(folder, "base.json", volume())
    head = write(folder, "head.json", volume(iops=6000))
    document = compared(capfdbinary, base, head)
    assert change(document) == 15
    (item,) = document["changed"]
    (line,) = item["lines"]
    assert line["usage_type"] == "EBS:VolumeP-IOPS.gp3"
    assert line["base"] is None
    assert line["head"]["quantity"] == "3000"


def test_a_removed_nat_gateway_takes_its_hours_and_its_gap(
    folder: Path, capfdbinary: Any
) -> None:
    # By hand: 730 h x 0.045 = 32.85, and its bytes are without a figure no more
    nat = step(NAT, "nat", {"subnetId": "subnet-1", "connectivityType": "private"})
    base = write(folder, "base.json", volume(), nat)
    head = write(folder, "head.json", volume())
    document = compared(capfdbinary, base, head)
    assert change(document) == Decimal("-32.85")
    (item,) = document["removed"]
    assert item["name"] == "nat"
    assert item["unpriced_closed"][0]["usage_key"] == "monthly_data_processed_gb"
    assert document["change"]["lower_bound"] is True


def test_the_two_sides_of_one_preview_with_a_replaced_volume(
    folder: Path, capfdbinary: Any
) -> None:
    # By hand: 100 GiB x 0.08 = 8 before; in another zone 200 GiB x 0.08 = 16
    old = volume(availabilityZone="us-east-1a")["newState"]
    new = volume(availabilityZone="us-east-1b", size=200)["newState"]
    own = urn(VOLUME, "data")
    steps = [
        {"op": op, "urn": own, "oldState": old, "newState": new}
        for op in ("create-replacement", "replace")
    ]
    gone = {"op": "delete-replaced", "urn": own, "oldState": old}
    name = write(folder, "preview.json", *steps, gone, summary={"replace": 1})
    document = compared(capfdbinary, "--sides", name)
    (item,) = document["changed"]
    assert item["replaced"] is True
    assert (item["base"], item["head"]) == ("8", "16")
    assert document["removed"] == []
    assert [item["type"] for item in document["added"]] == ["pulumi:pulumi:Stack"]


def test_a_recorded_replacement_of_the_engine_is_no_add_and_remove(
    capfdbinary: Any,
) -> None:
    document = compared(
        capfdbinary,
        "--sides",
        str(RECORDED / "replacement.json"),
        "--region",
        "us-east-1",
    )
    assert any(item["replaced"] for item in document["changed"])
    assert document["removed"] == []


def test_a_rename_by_alias_is_one_resource(folder: Path, capfdbinary: Any) -> None:
    # The engine writes the old urn in the old state, and as the new state's alias.
    old = volume("old")["newState"]
    new = {**volume("new")["newState"], "aliases": [urn(VOLUME, "old")]}
    same = {"op": "same", "urn": urn(VOLUME, "new"), "oldState": old, "newState": new}
    name = write(folder, "preview.json", same, summary={"same": 1, "create": 1})
    base = write(folder, "base.json", volume("old"))
    for arguments in (("--sides", name), (base, name)):
        document = compared(capfdbinary, *arguments)
        assert change(document) == 0
        assert document["removed"] == []
        assert "new" not in [item["name"] for item in document["added"]]


def book(folder: Path, name: str, gp3: str) -> str:
    row = f"AmazonEC2,us-east-1,EBS:VolumeUsage.gp3,,on-demand,,GB-Mo,{gp3},list"
    (folder / name).write_text(text_of([row]))
    return name


def test_code_and_market_are_told_apart_by_two_books(
    folder: Path, capfdbinary: Any
) -> None:
    # By hand: 100 x 0.08 = 8; 200 x 0.08 = 16, the code +8; 200 x 0.10 = 20, the
    # market +4
    base = write(folder, "base.json", volume())
    head = write(folder, "head.json", volume(size=200))
    document = compared(
        capfdbinary,
        base,
        head,
        "--base-prices",
        book(folder, "july.prices", "0.08"),
        "--head-prices",
        book(folder, "november.prices", "0.1"),
    )
    figures = document["change"]
    assert (figures["usd_per_month"], figures["code"], figures["market"]) == (
        "12",
        "8",
        "4",
    )


def statement_of(capfdbinary: Any, folder: Path, name: str, *options: str) -> str:
    assert run(["price", name, "--format", "json", *ON, *options]) == 0
    path = folder / f"statement-{name}"
    path.write_bytes(capfdbinary.readouterr().out)
    return path.name


def test_a_statement_keeps_its_own_prices(folder: Path, capfdbinary: Any) -> None:
    # As above, the base from its statement alone
    july = book(folder, "july.prices", "0.08")
    november = book(folder, "november.prices", "0.1")
    base = write(folder, "base.json", volume())
    head = write(folder, "head.json", volume(size=200))
    before = statement_of(capfdbinary, folder, base, "--prices", july)
    after = statement_of(capfdbinary, folder, head, "--prices", november)
    for arguments in ((before, head, "--prices", november), (before, after)):
        figures = compared(capfdbinary, *arguments)["change"]
        assert (figures["code"], figures["market"]) == ("8", "4")


def test_a_statement_with_other_prices_is_refused(
    folder: Path, capfdbinary: Any
) -> None:
    base = write(folder, "base.json", volume())
    before = statement_of(capfdbinary, folder, base)
    said = refused_bytes(capfdbinary, "diff", before, base, "--base-prices", "embedded")
    assert "keeps its own prices" in said


def test_a_damaged_statement_is_one_sentence(folder: Path, capfdbinary: Any) -> None:
    base = write(folder, "base.json", volume())
    before = folder / statement_of(capfdbinary, folder, base)
    before.write_bytes(before.read_bytes()[:-200])
    assert "cut off" in refused_bytes(capfdbinary, "diff", before.name, base)


def test_a_state_is_compared_with_a_preview(capfdbinary: Any) -> None:
    document = compared(
        capfdbinary,
        str(RECORDED / "state.json"),
        str(RECORDED / "unchanged_with_sames.json"),
        "--region",
        "us-east-1",
    )
    assert change(document) == 0
    assert document["changed"] == []


USAGE = "version: 1\nresource_usage:\n  nat: {monthly_data_processed_gb: 100}\n"


def test_usage_holds_for_both_sides(folder: Path, capfdbinary: Any) -> None:
    # By hand: 100 GB x 0.045 = 4.50 beside the hours 32.85
    (folder / "u.yaml").write_text(USAGE)
    nat = step(NAT, "nat", {"subnetId": "subnet-1", "connectivityType": "private"})
    base = write(folder, "base.json", volume())
    head = write(folder, "head.json", volume(), nat)
    document = compared(capfdbinary, base, head, "--usage", "u.yaml")
    assert change(document) == Decimal("37.35")
    assert document["change"]["lower_bound"] is False


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ("100%", 0),
        ("99.9%", 1),
        ("8USD", 0),
        ("7.99 USD", 1),
        ("0USD", 1),
        ("0.08USD/user", 0),
        ("0.079USD/user", 1),
    ],
)
def test_a_limit_breaks_only_above_it(folder: Path, limit: str, code: int) -> None:
    # By hand: 8 to 16 is +8, 100 %, and of 100 users 0.08 to 0.16
    base = write(folder, "base.json", volume())
    head = write(folder, "head.json", volume(size=200))
    arguments = ["diff", base, head, "--users", "100", "--fail-over", limit, *ON]
    assert run(arguments) == code


def test_less_than_before_never_breaks_a_limit(folder: Path) -> None:
    base = write(folder, "base.json", volume(size=200))
    head = write(folder, "head.json", volume())
    for limit in ("0USD", "0%", "0USD/user"):
        options = ["--users", "10", "--fail-over", limit]
        assert run(["diff", base, head, *options, *ON]) == 0


def test_a_broken_limit_says_what_added_most(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = write(folder, "base.json", volume())
    head = write(folder, "head.json", volume(size=200), volume("second"))
    said = refused(capsys, "diff", base, head, "--fail-over", "5%", code=1)
    assert "200.00 %, more than 5%" in said
    assert "data (+8.00)" in said
    assert "the market 0.00" in said


def test_a_base_that_costs_nothing_breaks_any_percentage(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = write(folder, "base.json")
    head = write(folder, "head.json", volume())
    said = refused(capsys, "diff", base, head, "--fail-over", "500%", code=1)
    assert "the base costs nothing" in said


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["base.json"], "give BASE and HEAD"),
        (["base.json", "base.json", "base.json"], "give BASE and HEAD"),
        (["-", "-"], "only one side"),
        (["--sides", "base.json", "base.json"], "give the head only"),
        (["--sides", "--base-ref", "main", "base.json"], "give one"),
        (["--base-ref", "main", "base.json"], "give a stack of this project"),
        (["base.json", "gone.json"], "gone.json is no file"),
        (["base.json", "base.json", "--fail-over", "5"], "is no limit"),
        (["base.json", "base.json", "--fail-over", "5%/user"], "is no limit"),
        (["base.json", "base.json", "--fail-over", "1USD/user"], "needs the users"),
        (["base.json", "base.json", "--head-prices", "x"], "--head-prices x"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_way_out(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    part: str,
) -> None:
    write(folder, "base.json", volume())
    assert part in refused(capsys, "diff", *arguments)


def test_text_and_markdown_are_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = write(folder, "base.json", volume())
    head = write(folder, "head.json", volume(size=200))
    assert run(["diff", base, head, *ON]) == 0
    assert "100 → 200 GB-Mo" in capsys.readouterr().out
    assert run(["diff", base, head, "--format", "markdown", *ON]) == 0
    assert capsys.readouterr().out.startswith("## shop/test: +8.00 USD a month")


def test_the_stack_is_the_parent_that_the_documents_name() -> None:
    # What the tests above rely on: no component stands between stack and volume.
    assert volume()["newState"]["parent"] == STACK_URN
