"""A tier's config file is edited key by key, and nothing else of it moves."""

from pathlib import Path
from typing import Any

import pytest
from yaml import safe_load

from farebox.hosting.errors import ConfigError
from farebox.hosting.plan.config_edit import Setting, edited

ROOT = Path(__file__).parents[3]
KEY = "passepartout:tier"

CONFIG = """\
# 100 users
config:
  aws:region: us-east-1
  passepartout:tier:
    # which zones
    zone_ids: [use1-az1, use1-az2]  # two
    instance_types:
      - r6a.4xlarge
      - r5.4xlarge
    users_per_vm: "auto"
    on_demand_percent: 0
  other:key: value
"""


def change(text: str = CONFIG, key: str = KEY, **settings: Setting) -> str:
    return edited(text, settings, key=key, name="Pulumi.x.yaml")


def tier(text: str) -> dict[str, Any]:
    found: dict[str, Any] = safe_load(text)["config"][KEY]
    return found


def test_a_value_changes_and_its_comments_stay() -> None:
    after = change(zone_ids=("use1-az4", "use1-az5"), users_per_vm=218)
    assert after == CONFIG.replace(
        "[use1-az1, use1-az2]", "[use1-az4, use1-az5]"
    ).replace('"auto"', "218")


def test_a_list_of_lines_becomes_one_line_and_what_follows_stays() -> None:
    after = change(instance_types=("r6a.8xlarge",))
    assert "    instance_types: [r6a.8xlarge]\n    users_per_vm:" in after
    assert after.splitlines()[-1] == "  other:key: value"


def test_what_stands_there_already_is_not_touched() -> None:
    assert change(zone_ids=("use1-az1", "use1-az2"), on_demand_percent=0) == CONFIG
    assert change(instance_types=("r6a.4xlarge", "r5.4xlarge")) == CONFIG


def test_a_key_that_is_missing_is_added_before_the_first() -> None:
    after = change(on_demand_base=3)
    assert tier(after) == {**tier(CONFIG), "on_demand_base": 3}
    assert len(after.splitlines()) == len(CONFIG.splitlines()) + 1


def test_line_ends_stay_as_they_were() -> None:
    text = CONFIG.replace("\n", "\r\n")
    after = change(text, on_demand_base=3, users_per_vm=7)
    assert after.count("\r\n") == after.count("\n") == text.count("\n") + 1
    assert tier(after)["users_per_vm"] == 7


def test_a_key_without_a_value_gets_one() -> None:
    text = CONFIG.replace('users_per_vm: "auto"', "users_per_vm:")
    assert tier(change(text, users_per_vm=9))["users_per_vm"] == 9


def test_the_key_may_lack_the_projects_name() -> None:
    text = CONFIG.replace("passepartout:tier:", "tier:")
    assert "users_per_vm: 5" in change(text, users_per_vm=5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config: {}\n", "has no passepartout:tier"),
        ("- 1\n", "has no config"),
        ("config: [\n", "not YAML"),
        ("config: {passepartout:tier: {zone_ids: [a]}}\n", "a key on each line"),
        (
            CONFIG.replace("- r6a.4xlarge\n", "- r6a.4xlarge  # why\n"),
            "comment inside its value",
        ),
        (
            CONFIG.replace("aws:region: us-east-1", "aws:region: &n [a]").replace(
                "[use1-az1, use1-az2]", "*n"
            ),
            "zone_ids is an alias",
        ),
    ],
)
def test_what_cannot_be_edited_safely_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"Pulumi\.x\.yaml") as refused:
        change(text, zone_ids=("x", "y"), instance_types=("m6a.4xlarge",))
    assert said in str(refused.value)


@pytest.mark.parametrize("name", ["1k", "10k", "50k", "100k", "1m"])
def test_the_projects_own_tiers_can_be_edited(name: str) -> None:
    before = (ROOT / "stacks" / f"Pulumi.{name}.yaml").read_text()
    after = change(before, users_per_vm=33, zone_ids=("a", "b"), on_demand_percent=25)
    wanted = {"users_per_vm": 33, "zone_ids": ["a", "b"], "on_demand_percent": 25}
    assert tier(after) == {**tier(before), **wanted}
    kept = [line for line in before.splitlines() if line.lstrip().startswith("#")]
    assert kept == [line for line in after.splitlines() if line.lstrip()[:1] == "#"]
