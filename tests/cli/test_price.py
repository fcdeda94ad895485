"""`fare price` on documents: figures, formats, checks, and one sentence per mistake."""

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from tests.cli.documents import UNKNOWN, preview, step, volume

ON = ("--on", "2026-11-23")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, document: bytes, name: str = "preview.json") -> str:
    (folder / name).write_bytes(document)
    return name


def priced(capfdbinary: Any, *arguments: str) -> dict[str, Any]:
    code = run(["price", *arguments, "--format", "json", *ON])
    out, err = capfdbinary.readouterr()
    assert code == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 2) -> str:
    assert run([*arguments, *ON]) == code
    said = capsys.readouterr().err.strip()
    assert said.startswith("fare: ")
    assert "\n" not in said
    assert "Traceback" not in said
    return said


def test_a_preview_is_priced(folder: Path, capfdbinary: Any) -> None:
    # By hand: 100 GiB x 0.08 = 8.00
    name = write(folder, preview(volume()))
    document = priced(capfdbinary, name)
    assert document["total"]["usd_per_month"] == "8"
    assert document["lines"][0]["source_position"] == "__main__.py:7"


def test_users_come_from_the_option_or_from_the_stacks_config(
    folder: Path, capfdbinary: Any
) -> None:
    # By hand: 8.00 / 50 = 0.16, 8.00 / 10 = 0.80
    name = write(folder, preview(volume(), config={"farebox:users": "50"}))
    assert priced(capfdbinary, name)["total"]["usd_per_user_month"] == "0.16"
    total = priced(capfdbinary, name, "--users", "10")["total"]
    assert total["usd_per_user_month"] == "0.8"


def test_hours_change_what_is_charged_by_the_hour_and_nothing_else(
    folder: Path, capfdbinary: Any
) -> None:
    # By hand: r6a.large 0.1134 x 100 h = 11.34; 100 GiB x 0.08 = 8.00
    instance = step(
        "aws:ec2/instance:Instance",
        "vm",
        {
            "instanceType": "r6a.large",
            "ami": "ami-1",
            "associatePublicIpAddress": False,
            "rootBlockDevice": {"volumeSize": 100, "volumeType": "gp3"},
        },
    )
    name = write(folder, preview(instance))
    document = priced(capfdbinary, name, "--hours", "100")
    assert document["total"]["usd_per_month"] == "19.34"


@pytest.mark.parametrize("target", ["preview.json.gz", "-"])
def test_a_packed_preview_is_priced_from_a_file_and_from_a_pipe(
    target: str, folder: Path, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = gzip.compress(preview(volume()))
    write(folder, packed, "preview.json.gz")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed)))
    assert priced(capfdbinary, target)["total"]["usd_per_month"] == "8"


def test_a_region_option_holds_where_nothing_else_names_one(
    folder: Path, capfdbinary: Any
) -> None:
    # By hand: 100 GiB x 0.088 (eu-west-1) = 8.80
    name = write(folder, preview(volume(availabilityZone=UNKNOWN), region=None))
    document = priced(capfdbinary, name, "--region", "eu-west-1")
    assert document["total"]["usd_per_month"] == "8.8"
    assert document["lines"][0]["usage_type"] == "EU-EBS:VolumeUsage.gp3"


def test_the_environments_region_counts_last_and_the_statement_says_so(
    folder: Path, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    name = write(folder, preview(volume(availabilityZone=UNKNOWN), region=None))
    document = priced(capfdbinary, name)
    assert [line["region"] for line in document["lines"]] == ["eu-west-1"]
    assert any("AWS_REGION of the environment" in note for note in document["notes"])
    named = write(folder, preview(volume()), "named.json")
    assert run(["price", named, *ON, "--format", "json"]) == 0
    out, err = capfdbinary.readouterr()
    assert [line["region"] for line in json.loads(out)["lines"]] == ["us-east-1"]
    assert b"--region" not in err


def test_a_region_option_that_changes_nothing_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, preview(volume()))
    assert run(["price", name, "--region", "eu-west-1", *ON]) == 0
    assert "the stack's config names us-east-1" in capsys.readouterr().err


def test_a_preview_comes_through_a_pipe(
    folder: Path, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = io.TextIOWrapper(io.BytesIO(preview(volume())))
    monkeypatch.setattr(sys, "stdin", pipe)
    assert priced(capfdbinary, "-")["total"]["usd_per_month"] == "8"


def test_a_lower_bound_fails_the_check_only_when_asked_for(folder: Path) -> None:
    unknown = step("acme:core/thing:Thing", "thing", {})
    name = write(folder, preview(volume(), unknown))
    assert run(["price", name, *ON]) == 0
    assert run(["price", name, *ON, "--fail-on-unpriced"]) == 1


def test_an_unknown_provider_is_no_rule_and_named(
    folder: Path, capfdbinary: Any
) -> None:
    name = write(folder, preview(step("acme:core/thing:Thing", "thing", {})))
    (entry,) = priced(capfdbinary, name)["unpriced"]
    assert entry["code"] == "no-rule"
    assert "acme" in entry["reason"]


def test_an_instance_type_that_does_not_exist_is_no_price_with_the_nearest(
    folder: Path, capfdbinary: Any
) -> None:
    vm = step(
        "aws:ec2/instance:Instance",
        "vm",
        {"instanceType": "r6a.5xlarge", "rootBlockDevice": {"volumeSize": 8}},
    )
    document = priced(capfdbinary, write(folder, preview(vm)))
    gaps = [e for e in document["unpriced"] if e["code"] == "no-price"]
    assert len(gaps) == 1
    assert "did you mean r6a." in gaps[0]["reason"]


def test_a_usage_file_key_that_nothing_reads_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, preview(volume()))
    usage = write(folder, b"resource_usage:\n  data: {monthly_gb: 1}", "u.yaml")
    said = refused(capsys, "price", name, "--usage", usage)
    assert "u.yaml:2" in said


def test_a_missing_region_is_refused_with_the_fix(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, preview(volume(availabilityZone=UNKNOWN), region=None))
    assert "--region" in refused(capsys, "price", name)


def test_a_truncated_preview_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, preview(volume())[:-200])
    assert "cut off" in refused(capsys, "price", name)


def test_a_preview_that_left_unchanged_resources_out_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, preview(volume(), summary={"create": 2, "same": 40}))
    assert "--show-sames" in refused(capsys, "price", name)


def test_a_negative_size_is_refused_with_the_resource(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, preview(volume("disk", size=-5)))
    said = refused(capsys, "price", name)
    assert "disk" in said
    assert "-5" in said


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["price", "nothing.json"], "nothing.json is no file"),
        (["price"], "Missing argument"),
        (["price", "x.json", "--hours", "-1"], "not greater than 0"),
        (["price", "x.json", "--users", "many"], "not a figure"),
        (["price", "x.json", "--region", "us-east-1a"], "like us-east-1"),
        (["price", "x.json", "--region", "mars"], "like us-east-1"),
        (["price", "x.json", "--format", "xml"], "'xml' is not one of"),
        (["prise", "x.json"], "no command 'prise'; did you mean price?"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_sentence(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    part: str,
) -> None:
    assert part in refused(capsys, *arguments)


def test_a_wrong_day_is_refused_with_its_form(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["price", "x.json", "--on", "tomorrow"]) == 2
    assert "2026-11-23" in capsys.readouterr().err


def test_a_price_file_that_is_not_there_or_is_no_book_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, preview(volume()))
    assert "no such file" in refused(capsys, "price", name, "--prices", "gone.prices")
    book = write(folder, b"hello", "bad.prices")
    assert "bad.prices" in refused(capsys, "price", name, "--prices", book)


def test_errors_are_json_where_json_was_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["price", "gone.json", "--format", "json"]) == 2
    error = json.loads(capsys.readouterr().err)
    assert error["schema"] == "farebox.error/1"
    assert error["exit"] == 2


def test_a_closed_pipe_is_no_traceback(folder: Path) -> None:
    name = write(folder, preview(*(volume(f"v{n}", size=n + 1) for n in range(2000))))
    fare = str(Path(sys.executable).with_name("fare"))
    command = f"{fare} price {name} | head -n 1"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("shop/test")
    assert "Traceback" not in done.stderr


def test_explain_goes_down_to_the_source(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, preview(volume()))
    assert run(["explain", "data", name, *ON]) == 0
    shown = capsys.readouterr().out
    assert "100 GB-Mo x 0.08 USD = 8.00 USD a month" in shown
    assert "https://" in shown
    assert "as of 2026-" in shown


def test_explain_of_an_unknown_name_names_the_nearest(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, preview(volume("database")))
    assert "did you mean database?" in refused(capsys, "explain", "databse", name)


def test_completion_scripts_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for shell in ("zsh", "fish"):
        assert run(["completion", shell]) == 0
        assert "_FARE_COMPLETE" in capsys.readouterr().out


def test_no_error_or_note_can_move_the_cursor(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, preview(volume("\033[31mred\u202e", size=-1)))
    said = refused(capsys, "price", name)
    assert said.isprintable()
    assert "[31mred" in said
    name = write(folder, preview(volume()))
    (folder / "u.yaml").write_text('resource_usage:\n  "\\e[31mx": {gb: 1}\n')
    assert run(["price", name, "--usage", "u.yaml", *ON]) == 0
    said = capsys.readouterr().err.strip()
    assert said.isprintable()
    assert "matches no resource" in said


@pytest.mark.parametrize(
    ("target", "words"), [("", "the name is empty"), ("x" * 5000, "too long")]
)
def test_a_name_that_can_be_no_file_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], target: str, words: str
) -> None:
    assert words in refused(capsys, "price", target)
