"""`--prices live`, `auto` and `--as-of` on the command line, with a local AWS."""

import json
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from farebox.prices.curated import curated_book
from farebox.prices.store import open_store
from tests.aws.calls import Ec2Api, PricingApi, serve_calls
from tests.aws.server import AwsServer
from tests.cli.documents import preview, step, volume

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of this project's program, to work in."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("stacks", "components"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the preview of one gp3 volume of 100 GiB."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "volume.json").write_bytes(preview(volume()))
    return tmp_path


def serve(aws: AwsServer, gp3: str = "1.125") -> None:
    """AWS says what the embedded book says, but for gp3: 0.08 x 1.125 = 0.09."""
    book = curated_book()
    serve_calls(aws, PricingApi(book, {"EBS:VolumeUsage.gp3": gp3}), Ec2Api(book))


def priced(capfdbinary: Any, *arguments: str, code: int = 0) -> dict[str, Any]:
    assert run(["price", *arguments, "--format", "json"]) == code
    found: dict[str, Any] = json.loads(capfdbinary.readouterr().out)
    return found


def usd(document: dict[str, Any]) -> Decimal:
    return Decimal(document["total"]["usd_per_month"])


def test_aws_says_that_gp3_is_dearer_and_the_tier_moves_by_exactly_that(
    project: Path, aws_account: AwsServer, capfdbinary: Any
) -> None:
    serve(aws_account)
    before = priced(capfdbinary, "self-hosted", "--prices", "embedded")
    after = priced(capfdbinary, "self-hosted", "--prices", "live")
    # Root volumes: 3 relay nodes of 20 GiB and 2 proxies of 8 GiB are 76 GiB, and
    # 76 x (0.09 - 0.08) = 0.76.
    assert usd(after) - usd(before) == Decimal("0.76")
    assert (before["prices"]["kind"], after["prices"]["kind"]) == ("embedded", "live")
    # All that was used was confirmed now, so after anything that ships.
    assert after["prices"]["oldest_used"] > before["prices"]["as_of"]
    assert not any("Not live" in note for note in after["notes"])


def test_spot_of_a_tier_is_asked_for_once_and_auto_is_live_with_an_account(
    project: Path, aws_account: AwsServer, capfdbinary: Any
) -> None:
    serve(aws_account, gp3="1")
    document = priced(capfdbinary, "1k")
    assert document["prices"]["kind"] == "live"
    (asked,) = aws_account.asked_for("DescribeSpotPriceHistory")
    types = {v for k, v in asked.form.items() if k.startswith("InstanceType.")}
    assert types == {"r6a.4xlarge", "r7a.4xlarge", "r5.4xlarge"}
    assert usd(document) == usd(priced(capfdbinary, "1k", "--prices", "embedded"))


def test_live_prices_that_fail_end_with_3_and_auto_with_a_note(
    folder: Path, aws_account: AwsServer, capfdbinary: Any
) -> None:
    serve(aws_account)
    aws_account.fail("expired-token", times=1000)
    outright = priced(capfdbinary, "volume.json", "--prices", "live", code=3)
    assert usd(outright) == 8
    assert outright["prices"]["kind"] == "store"  # Nothing of it is live.
    (note,) = outright["notes"]
    assert "1 price of the price list us-east-1 as in the store, of 2026-" in note
    assert "credentials have expired" in note
    quietly = priced(capfdbinary, "volume.json")
    assert quietly["notes"] == [note]


def test_the_sentence_of_a_failure_goes_to_standard_error_as_json(
    folder: Path, aws_account: AwsServer, capfd: Any
) -> None:
    aws_account.fail("refuse", times=1000)
    command = ["explain", "data", "volume.json", "--prices", "live", "-f", "json"]
    assert run(command) == 3
    out, err = capfd.readouterr()
    assert json.loads(out)["lines"]
    assert json.loads(err)["exit"] == 3


def test_a_failed_check_comes_before_a_failed_source(
    folder: Path, aws_account: AwsServer, capfd: Any
) -> None:
    aws_account.fail("refuse", times=1000)
    command = ["price", "volume.json", "--prices", "live", "--budget", "1"]
    assert run(command) == 1


def test_silence_costs_the_budget_of_the_config_and_no_more(
    folder: Path, aws_account: AwsServer, capfdbinary: Any
) -> None:
    config = {"farebox:prices": "live", "farebox:live-seconds": "1"}
    (folder / "slow.json").write_bytes(preview(volume(), config=config))
    aws_account.fail("time-out", times=1000)
    priced(capfdbinary, "volume.json", "--prices", "embedded")
    began = time.monotonic()
    document = priced(capfdbinary, "slow.json", code=3)
    assert time.monotonic() - began < 3
    assert "had not answered after 1 s" in document["notes"][0]
    assert run(["price", "slow.json", "--live-seconds", "0.2", "-f", "json"]) == 3


def test_a_terminal_is_told_that_aws_is_asked_and_for_how_long(
    folder: Path,
    aws_account: AwsServer,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serve(aws_account)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert run(["price", "volume.json", "--prices", "live"]) == 0
    told = "\r\033[Kasking AWS for the prices used here, 10 s at most …\r\033[K"
    assert told in capfd.readouterr().err


def test_both_sides_of_a_diff_stand_on_one_live_book(
    folder: Path, aws_account: AwsServer, capfdbinary: Any
) -> None:
    serve(aws_account)
    bigger = step(
        "aws:ebs/volume:Volume",
        "data",
        {"availabilityZone": "us-east-1a", "size": 200, "type": "gp3"},
    )
    (folder / "bigger.json").write_bytes(preview(bigger))
    command = ["diff", "volume.json", "bigger.json", "--prices", "live", "-f", "json"]
    assert run(command) == 0
    document = json.loads(capfdbinary.readouterr().out)
    # 100 GiB more at 0.09; the market did nothing.
    assert document["change"]["code"] == "9"
    assert document["change"]["market"] == "0"
    assert document["base"]["prices"]["kind"] == "live"
    # Against the embedded book the market adds 100 x 0.01 to the base's 8.
    command = ["diff", "volume.json", "volume.json", "--base-prices", "embedded"]
    assert run([*command, "--head-prices", "live", "-f", "json"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["change"]["market"] == "1"


def test_yesterdays_number_comes_back_to_the_cent(
    folder: Path, aws_account: AwsServer, capfdbinary: Any
) -> None:
    from pricing_fetch.refresh.live import refresh_used

    today = datetime.now(UTC)
    yesterday = today - timedelta(days=1)
    keys = [price.key for price in curated_book() if "gp3" in price.key.usage_type]
    with open_store() as store:
        for when, factor in ((yesterday, "1.125"), (today, "1.25")):
            serve(aws_account, factor)
            refresh_used(store, keys, now=lambda when=when: when)  # type: ignore[misc]
    now = priced(capfdbinary, "volume.json", "--prices", "store")
    then = priced(capfdbinary, "volume.json", "--as-of", f"{yesterday:%Y-%m-%d}")
    # 100 GiB x 0.10 and x 0.09.
    assert usd(now) == 10
    assert usd(then) == 9
    assert then["on"] == f"{yesterday:%Y-%m-%d}"
    again = priced(capfdbinary, "volume.json", "--prices", then["prices"]["book"])
    assert usd(again) == 9


def test_plans_are_priced_at_the_store_and_say_so(
    project: Path, aws_account: AwsServer, capfd: Any
) -> None:
    serve(aws_account)
    open_store().close()
    for command in (["tiers", "1k"], ["spot", "1k"], ["market"]):
        assert run([*command, "--prices", "live", "-f", "json"]) == 0
        out, err = capfd.readouterr()
        assert json.loads(out)["prices"]["kind"] == "store"
        assert "fare refresh brings it up to date" in err
    assert not aws_account.asked


def test_plans_follow_the_config_that_their_tiers_share(
    project: Path, capfd: Any
) -> None:
    for file in (project / "stacks").glob("Pulumi.*.yaml"):
        text = file.read_text().replace("farebox:prices: auto", "farebox:prices: store")
        file.write_text(text)
    assert run(["tiers", "1k"]) == 2
    assert "farebox:prices store: there is no price store yet" in capfd.readouterr().err
    assert run(["tiers", "1k", "--prices", "embedded"]) == 0
