"""The pack's policies: their options, the settings of all, and what goes wrong."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import PolicyConfigSchema, ResourceValidationArgs

from farebox.guard.checks import (
    CHECKS,
    SETTINGS,
    Check,
    GuardError,
    exactly,
    refuse_unknown,
)
from farebox.guard.pack import READER, Policies
from tests.guard.arguments import AWS, ITSELF, Given, options, provider, stack
from tests.guard.stacks import STACK, VOLUME

ON = date(2026, 11, 23)
BY_NAME = {check.name: check for check in CHECKS}
STACK_BUDGET = BY_NAME["stack-budget"]
USER_BUDGET = BY_NAME["user-budget"]

# 100 GB-Mo of gp3 in us-east-1: 8 USD.
DATA = Given(VOLUME, "data", {"size": 100.0, "type": "gp3"}, by=provider())
DEFAULT = Given(AWS, "default_7_51_1", {"region": "us-east-1"}, parent=None)
SHOP = stack(DEFAULT, ITSELF, DATA)


def policies(
    settings: dict[str, Any] | None = None, *folders: Path, **given: Any
) -> Policies:
    """A pack that has seen the stack's volume, under these settings."""
    made = Policies(today=ON, folders=folders, **given)
    for item in (DEFAULT, ITSELF, DATA):
        args = item.args
        made.keep(
            ResourceValidationArgs(
                args.resource_type,
                args.props,
                args.urn,
                args.name,
                options(None),
                args.provider,
                settings or {},
            )
        )
    return made


def messages(made: Policies, check: Check, **given: Any) -> list[str]:
    found = made.findings(check, SHOP, given)
    return [finding.message for finding in found]


def test_every_check_has_a_schema_that_pulumi_takes() -> None:
    for check in CHECKS:
        PolicyConfigSchema({name: dict(x) for name, x in check.options.items()})
        assert check.description.endswith(".")
    PolicyConfigSchema({name: dict(found) for name, found in SETTINGS.items()})
    assert len({check.name for check in CHECKS} | {READER}) == len(CHECKS) + 1


def test_what_needs_a_figure_blocks_and_what_is_a_surprise_warns() -> None:
    assert {check.name for check in CHECKS if check.mandatory} == {
        check.name for check in CHECKS if check.options and check.name != "advice"
    }


def test_advice_is_a_finding_from_the_saving_that_is_asked_for() -> None:
    old = Given(VOLUME, "old", {"size": 500.0, "type": "gp2"}, by=provider())
    made = policies()
    made.keep(
        ResourceValidationArgs(
            VOLUME,
            old.args.props,
            old.args.urn,
            "old",
            options(None),
            old.args.provider,
            {},
        )
    )
    shop = stack(DEFAULT, ITSELF, DATA, old)
    check = BY_NAME["advice"]
    assert not check.mandatory
    # By hand: 500 GB x (0.10 - 0.08) = 10.
    (found,) = made.findings(check, shop, {"least_usd_per_month": 10.0})
    assert found.urn == old.args.urn
    assert "old: type: gp2 -> gp3 saves 10.00 USD a month (gp3)." in found.message
    assert "Risk: none" in found.message
    assert not made.findings(check, shop, {"least_usd_per_month": 10.01})


def test_a_stack_is_held_against_its_budget() -> None:
    assert messages(policies(), STACK_BUDGET, usd_per_month=8.0) == []
    (message,) = messages(policies(), STACK_BUDGET, usd_per_month=7.0)
    assert "8.00 USD a month: 1.00 (14.3 %) over the budget of 7.00" in message


def test_users_come_from_the_settings_or_the_stack() -> None:
    # 8 / 100 = 0.08
    assert messages(policies({"users": 100.0}), USER_BUDGET, usd_per_user=0.08) == []
    assert messages(policies({"users": 100.0}), USER_BUDGET, usd_per_user=0.07)
    told = policies(config={"farebox:users": "100"})
    assert messages(told, USER_BUDGET, usd_per_user=0.08) == []
    (message,) = messages(policies(), USER_BUDGET, usd_per_user=1.0)
    assert "nothing says how many users" in message


def project(folder: Path, *, name: str = "shop") -> Path:
    """A Pulumi project whose stack has users and a usage file."""
    (folder / "stacks").mkdir()
    (folder / "Pulumi.yaml").write_text(
        f"name: {name}\nruntime: python\nstackConfigDir: stacks\n"
    )
    config = "config:\n  farebox:users: '100'\n"
    (folder / "stacks" / "Pulumi.dev.yaml").write_text(config)
    usage = "account_usage: {us-east-1: {monthly_intra_region_gb: 1000}}\n"
    (folder / "stacks" / "dev.usage.yaml").write_text(usage)
    return folder


def test_the_project_gives_users_and_usage_where_it_is_the_stacks(
    tmp_path: Path,
) -> None:
    made = policies(None, project(tmp_path))
    seen = made.priced(SHOP)
    graph, statement = seen.graph, seen.statement
    assert statement.users == 100
    # 8 for the volume, and 1,000 GB between zones, out and in: 2 x 1,000 x 0.01 = 20.
    assert statement.usd_per_month == 28
    assert graph.config["farebox:users"] == "100"


def test_another_project_gives_nothing(tmp_path: Path) -> None:
    made = policies(None, project(tmp_path, name="other"))
    statement = made.priced(SHOP).statement
    assert statement.users is None
    assert statement.usd_per_month == 8


def test_a_usage_file_is_found_from_any_folder(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    text = "account_usage: {us-east-1: {monthly_intra_region_gb: 1000}}\n"
    (second / "usage.yaml").write_text(text)
    made = policies({"usage": "usage.yaml"}, first, second)
    assert made.priced(SHOP).statement.usd_per_month == 28


def test_the_programs_folder_comes_before_the_packs(tmp_path: Path) -> None:
    program, pack = tmp_path / "program", tmp_path / "pack"
    program.mkdir()
    pack.mkdir()
    project(program)
    # A copy of the same project around the pack, with other use: 2 x 500 x 0.01 = 10.
    usage = project(pack) / "stacks" / "dev.usage.yaml"
    usage.write_text("account_usage: {us-east-1: {monthly_intra_region_gb: 500}}\n")
    assert policies(None, program, pack).priced(SHOP).statement.usd_per_month == 28
    assert policies(None, pack, program).priced(SHOP).statement.usd_per_month == 18


def test_a_file_that_is_named_is_found_from_the_projects_folder(tmp_path: Path) -> None:
    deep = project(tmp_path) / "infra"
    deep.mkdir()
    text = "account_usage: {us-east-1: {monthly_intra_region_gb: 500}}\n"
    (tmp_path / "live.usage.yaml").write_text(text)
    made = policies({"usage": "live.usage.yaml"}, deep)
    assert made.priced(SHOP).statement.usd_per_month == 18


def test_a_pack_that_prices_without_usage_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = policies(None, tmp_path)
    (message,) = messages(made, STACK_BUDGET, usd_per_month=7.0)
    said = "Priced without a usage file: no project 'shop' lies where Pulumi runs"
    assert message.splitlines()[-1].startswith(said)
    assert said in capsys.readouterr().err
    (project(tmp_path) / "stacks" / "dev.usage.yaml").unlink()
    (message,) = messages(policies(None, tmp_path), STACK_BUDGET, usd_per_month=7.0)
    assert "there is no dev.usage.yaml beside the stack's config" in message
    # What use does not touch has no such sentence.
    types = BY_NAME["allowed-instances"]
    assert not any(
        "usage" in told for told in messages(policies(None), types, types=["m7g"])
    )


def test_a_pack_with_its_usage_says_nothing_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = policies(None, project(tmp_path))
    (message,) = messages(made, STACK_BUDGET, usd_per_month=7.0)
    assert "Priced without" not in message
    assert capsys.readouterr().err == ""


MISTAKES = [
    ({"usage": "no.yaml"}, "pricing.usage names no.yaml, which is not in"),
    ({"prices": "no.prices"}, "pricing.prices names no.prices"),
    ({"prices": "sha256:00000000"}, "pricing.prices sha256:00000000: the embedded"),
    ({"prices": "store"}, "pricing.prices store: there is no price store yet"),
    ({"on": "tomorrow"}, "pricing.on is 'tomorrow': give a day like 2026-11-23"),
    ({"usres": 3.0}, "pricing has no option 'usres'; did you mean users?"),
]


@pytest.mark.parametrize(("settings", "said"), MISTAKES)
def test_a_mistake_in_the_settings_is_a_finding_of_what_it_breaks(
    settings: dict[str, Any], said: str, tmp_path: Path
) -> None:
    made = policies(settings, tmp_path)
    (message,) = messages(made, STACK_BUDGET, usd_per_month=100.0)
    assert message.startswith("This could not be checked: ")
    assert said in message


def test_a_usage_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "usage.yaml").write_text("resource_usage: {data: {gigabytes: 5}}\n")
    made = policies({"usage": "usage.yaml"}, tmp_path)
    (message,) = messages(made, STACK_BUDGET, usd_per_month=100.0)
    assert "usage.yaml:1" in message
    assert "gigabytes" in message


def test_an_option_under_a_wrong_name_is_a_finding() -> None:
    (message,) = messages(policies(), STACK_BUDGET, usd_per_mont=1.0)
    assert "no option 'usd_per_mont'; did you mean usd_per_month?" in message


def test_a_policy_without_options_has_none() -> None:
    with pytest.raises(GuardError, match="it has none"):
        refuse_unknown("gp2-volumes", {"size": 3}, [])


def test_a_disabled_reader_is_told_and_does_not_pass_silently() -> None:
    made = Policies(today=ON, folders=())
    found = made.findings(STACK_BUDGET, SHOP, {"usd_per_month": 100.0})
    assert "'pricing' is disabled" in found[0].message


def test_a_failure_of_farebox_is_a_finding_and_no_traceback() -> None:
    def fails(*_: Any) -> Any:
        raise ZeroDivisionError("a\nbug")

    check = Check("broken", "Breaks.", fails)
    (message,) = messages(policies(), check)
    assert "Farebox failed: ZeroDivisionError: a bug." in message


def test_the_same_resources_are_priced_once() -> None:
    made = policies()
    first = made.priced(SHOP)
    assert made.priced(SHOP) is first
    assert made.priced(stack(DEFAULT, ITSELF)) is not first


def test_resources_that_exist_are_priced_once_too() -> None:
    outputs = {"id": "vol-1", "size": 200.0}
    disk = Given(VOLUME, "data", {}, outputs=outputs, by=provider())
    there = stack(DEFAULT, ITSELF, disk)
    made = policies()
    assert made.priced(there) is made.priced(there)


def test_a_figure_of_the_config_is_exact() -> None:
    assert str(exactly(500.0)) == "500"
    assert str(exactly(0.1)) == "0.1"


def test_the_stack_itself_is_free() -> None:
    statement = policies().priced(stack(DEFAULT, ITSELF)).statement
    assert [free.subject.urn for free in statement.free] == [STACK]


def test_the_docs_name_every_policy_and_option() -> None:
    page = (Path(__file__).parents[2] / "docs" / "budget.md").read_text()
    for check in CHECKS:
        assert f"| `{check.name}` |" in page
        assert all(f"`{option}`" in page for option in check.options)
    assert all(f"| `{option}` |" in page for option in SETTINGS)


def test_the_example_in_the_docs_is_understood() -> None:
    page = (Path(__file__).parents[2] / "docs" / "budget.md").read_text()
    config = json.loads(page.split("```json\n")[1].split("```")[0])
    for name, given in config.items():
        if name == READER:
            refuse_unknown(name, given, list(SETTINGS))
        elif isinstance(given, dict):
            options = {key: x for key, x in given.items() if key != "enforcementLevel"}
            refuse_unknown(name, options, list(BY_NAME[name].options))
        else:
            assert name in BY_NAME
