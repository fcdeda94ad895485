"""Reading a tier's config: what is wrong is named with its key and the way out."""

from typing import Any

import pytest

from farebox.hosting.errors import ConfigError
from farebox.hosting.plan.configs import tier_config
from farebox.hosting.plan_values import MemoryModel

GOOD: dict[str, Any] = {
    "zone_ids": ["use1-az1", "use1-az2"],
    "instance_types": ["r6a.4xlarge"],
    "volumes": {"users_per_volume": 20},
}


def test_a_short_config_gets_the_papers_defaults() -> None:
    config = tier_config(GOOD)
    assert config.users_per_vm == "auto"
    assert config.memory == MemoryModel()
    assert config.volumes is not None
    assert (config.volumes.gib_per_user, config.volumes.iops) == (10, 3000)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"heardroom": 1}, "the tier has no key heardroom; the nearest is headroom"),
        (
            {"volumes": {"users_per_volumes": 9}},
            "no key volumes.users_per_volumes; the nearest is volumes.users_per_volume",
        ),
        ({"relay": {"nodes": 3}}, "no key relay.nodes; the nearest is relay.min_nodes"),
        ({"volumes": {}}, "the tier lacks volumes.users_per_volume; give it a value"),
        ({"headroom": -0.1}, "headroom is wrong: it must be a number of at least 0"),
        ({"users_per_vm": 0}, "users_per_vm is wrong: it must be a whole number of at"),
        ({"users_per_vm": "many"}, "must be a whole number of at least 1, or auto"),
        ({"users_per_vm": 8.5}, "must be a whole number of at least 1, or auto"),
        ({"on_demand_percent": 101}, "it must be a whole number of at most 100"),
        ({"zone_ids": "use1-az1"}, "zone_ids is wrong: it must be a list, got text"),
        (
            {"volumes": 7},
            "volumes is wrong: it must be a block of keys or nothing, got",
        ),
        ({"hosted": "yes"}, "hosted is wrong: it must be true or false, got text"),
        (
            {"memory": {"idle_gib": [1, -1]}},
            "memory.idle_gib[1] is wrong: it must be a number of more than 0",
        ),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        tier_config({**GOOD, **change})
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_config_without_zones_is_refused() -> None:
    with pytest.raises(ConfigError, match="the tier lacks zone_ids; give it a value"):
        tier_config({})


def test_a_config_that_is_no_block_is_refused() -> None:
    with pytest.raises(
        ConfigError, match="config is wrong: it must be a block of keys"
    ):
        tier_config([1, 2])  # type: ignore[arg-type]
