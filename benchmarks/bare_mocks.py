"""Runs a stack's program under the SDK's own mocks and does nothing else.

The reference of `fare price TIER`: what running the program costs without Farebox.
Usage: python -m benchmarks.bare_mocks PROJECT_FOLDER STACK
"""

import asyncio
import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any

import yaml
from pulumi.runtime import mocks, set_all_config, stack

ANSWERS: dict[str, dict[str, Any]] = {
    "aws:eks/cluster:Cluster": {"certificateAuthority": {"data": ""}}
}
"""What AWS always answers, so that programs take it for granted."""


class Echo(mocks.Mocks):
    """Answers every resource with its inputs and every call with nothing."""

    def new_resource(
        self, args: mocks.MockResourceArgs
    ) -> tuple[str | None, dict[str, Any]]:
        return f"{args.name}-id", {**ANSWERS.get(args.typ, {}), **args.inputs}

    def call(
        self, args: mocks.MockCallArgs
    ) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        return {}, None


def main(project: Path, name: str) -> None:
    """Run `__main__.py` of the project under mocks, with the stack's config."""
    config = yaml.safe_load((project / "stacks" / f"Pulumi.{name}.yaml").read_text())
    set_all_config(
        {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in config["config"].items()
        }
    )
    os.chdir(project)
    sys.path.insert(0, str(project))
    asyncio.set_event_loop(asyncio.new_event_loop())
    mocks.set_mocks(Echo(), project="passepartout", stack=name, preview=False)

    def program() -> None:
        runpy.run_path("__main__.py", run_name="__main__")

    # Not a preview, in which the program would price itself.
    asyncio.get_event_loop().run_until_complete(stack.run_pulumi_func(program))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
