"""Keeps every test from this machine's own price store, credentials and config."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine draws slowly: that is no fault of a law.
settings.register_profile("laws", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")

OWN = ("AWS_", "FAREBOX_")
"""Beginnings of the variables that would let a test see the developer's own."""


@pytest.fixture(autouse=True)
def _no_store_and_no_account(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No store, no AWS account: `auto` means the embedded book, as on a fresh machine."""
    for name in [name for name in os.environ if name.startswith(OWN)]:
        monkeypatch.delenv(name)
    nowhere = nobodys_folder(tmp_path_factory)
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(nowhere / "farebox"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(nowhere / "aws" / name.lower()))


def nobodys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that nothing is in; a test that writes there has one of its own."""
    return tmp_path_factory.mktemp("nobody")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the faults that a refresh was put through, and what they found."""
    reports = {
        outcome: [
            report
            for report in terminalreporter.stats.get(outcome, [])
            if "::test_fault_" in getattr(report, "nodeid", "")
        ]
        for outcome in ("passed", "failed", "error")
    }
    named = {
        outcome: {report.nodeid.partition("[")[0] for report in some}
        for outcome, some in reports.items()
    }
    lost = named["failed"] | named["error"]
    if not (faults := named["passed"] | lost):
        return
    terminalreporter.section("faults of a refresh")
    terminalreporter.write_line(
        f"{len(faults)} faults shown, {len(faults - lost)} survived"
    )
    for report in reports["passed"]:
        for name, found in report.user_properties:
            terminalreporter.write_line(f"{name}: {found}")
