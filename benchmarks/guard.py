"""Previews of 1,000 resources: alone, under a pack that does nothing, under ours."""

import json
from pathlib import Path

from benchmarks.programs import thousand_resources
from tests.engine.engine import Engine

POLICY_PACK = Path(__file__).parent.parent / "policy_pack"

IDLE_PACK = """\
from pulumi_policy import PolicyPack, StackValidationPolicy

PolicyPack("idle", [StackValidationPolicy("idle", "Does nothing.", lambda *_: None)])
"""

BUDGETS = {
    "pricing": {"users": 1000},
    "stack-budget": {"usd_per_month": 1_000_000},
    "user-budget": {"usd_per_user": 1000},
    "tag-budgets": {"tags": {"Name=volume-1*": 1_000_000}},
    "allowed-instances": {"types": ["m7g"]},
}
"""Every policy of the pack but the one on components, which the program has none of."""

ROUNDS = 4


def preview_seconds(engine: Engine, folder: Path) -> dict[str, float]:
    """The fastest of four previews of each kind, taken in turns: seconds."""
    thousand_resources(folder / "program", priced=False)
    idle = folder / "idle"
    idle.mkdir()
    (idle / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (idle / "__main__.py").write_text(IDLE_PACK)
    config = folder / "budgets.json"
    config.write_text(json.dumps(BUDGETS))
    options = {
        "alone": [],
        "idle": ["--policy-pack", str(engine.policy_pack(idle))],
        "ours": [
            *("--policy-pack", str(engine.policy_pack(POLICY_PACK))),
            *("--policy-pack-config", str(config)),
        ],
    }
    best = dict.fromkeys(options, float("inf"))
    for _round in range(ROUNDS):
        for kind, words in options.items():
            stack = engine.open(folder / "program", "bench")
            seconds = stack.run("preview", "--json", *words).seconds
            best[kind] = min(best[kind], seconds)
    return best
