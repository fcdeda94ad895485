"""The conformance test itself: a good entry point passes, each broken one fails."""

import sys
from pathlib import Path

import pytest

from passepartout.cli import main
from passepartout.image import contract
from passepartout.image.contract import Bounds, check

STAND_IN = str(Path(__file__).parent / "stand_in.py")


def failed(*fault: str) -> dict[str, str]:
    """Clauses that do not hold, with the reason."""
    found = check((sys.executable, STAND_IN, *fault), Bounds(idle_mib=60, rest=0.1))
    return {one.clause.split(",")[0]: one.why for one in found if one.why}


def test_an_entry_point_that_keeps_the_contract_passes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["image", "check", "--", sys.executable, STAND_IN]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert all(line.startswith("ok") for line in lines)


@pytest.mark.parametrize(
    ("fault", "clauses", "why"),
    [
        ("loopback only", {"listens on every address"}, "refused"),
        (
            "ignores SIGTERM",
            {
                "ends well within 30 s of SIGTERM",
                "starts again on the home that it left",
                "starts again after it was killed",
                "leaves alone what it did not write",
                "needs no key",
            },
            "after SIGTERM",
        ),
        (
            "ends badly",
            {
                "ends well within 30 s of SIGTERM",
                "starts again on the home that it left",
                "starts again after it was killed",
                "leaves alone what it did not write",
                "needs no key",
            },
            "ended with code 3",
        ),
        (
            "starts once",
            {
                "starts again on the home that it left",
                "starts again after it was killed",
                "needs no key",
            },
            "this home was used before",
        ),
        (
            "marks its home",
            {"starts again after it was killed"},
            "did not end well the last time",
        ),
        ("cleans up", {"leaves alone what it did not write"}, "changed or gone"),
        ("tells the key", {"needs no key"}, "the key is in its output"),
        ("is large", {"rests within 60 MiB"}, "MiB at rest"),
    ],
)
def test_an_entry_point_that_breaks_a_clause_fails_it_and_says_why(
    fault: str, clauses: set[str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "ignores SIGTERM":
        monkeypatch.setattr(contract, "STOP_SECONDS", 0.5)
    found = failed(fault)
    assert set(found) == clauses
    assert all(why in reason for reason in found.values()), found


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("no health", "/healthy answers 404, not 200"),
        ("another port", "not ready after"),
        ("wants a key", "no key"),
    ],
)
def test_one_that_never_gets_ready_fails_every_clause(
    fault: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One that ends by itself is not waited for; a busy machine takes its time to start it.
    monkeypatch.setattr(
        contract, "READY_SECONDS", 20 if fault == "wants a key" else 0.5
    )
    found = failed(fault)
    assert len(found) == 8
    assert all(why in reason for reason in found.values()), found


def test_what_cannot_be_started_is_said_and_is_no_crash(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["image", "check", "--", "/nowhere/gate"]) == 1
    out = capsys.readouterr().out
    assert out.count("FAILED") == 8
    assert "it cannot be started" in out
