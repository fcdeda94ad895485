"""Holds what `fare` prints in one checkout against another, byte for byte.

    python -m benchmarks.same_output BEFORE AFTER [WORD …]

For a change that should move no figure: run it on a clone of the commit before and on
the work tree. With words, only commands that hold all of them run. Ends with exit code
1 and the first line that differs of each command that says something else.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import yaml

ROOT = Path(__file__).parent.parent
DAY = "2026-11-23"
TIERS = ("self-hosted", "1k", "10k", "50k", "100k", "1m")
SETTINGS = ("--on", DAY, "--region", "us-east-1", "--prices", "embedded")
ECONOMICS = (
    ("tiers",),
    ("spot", "100k"),
    ("optimize", "10k"),
    ("colo",),
    ("ladder",),
    ("market",),
    ("claims",),
    ("pack", "r6a.8xlarge"),
    ("limits", "100k"),
)
LINES_SHOWN = 8
RUN = "from farebox.cli.main import main; main()"


PLAIN = ("text", "json")
WRITTEN = ("json", "text", "markdown")


def commands(documents: Path) -> Iterator[tuple[str, ...]]:
    """Every command that is compared, each with all its formats."""
    for tier in TIERS:
        yield from _in(WRITTEN, "price", tier, "--on", DAY)
    for path in sorted(documents.iterdir()):
        yield from _in(WRITTEN, "price", str(path), *SETTINGS)
    for words in ECONOMICS:
        yield from _in(PLAIN, *words)
    for format_ in ("text", "json", "markdown"):
        yield from _in((format_,), "diff", "1k", "10k")
        yield from _in((format_,), "drift", "1k", "--since", "2026-11-01")
    for pattern in ("spot-pool*", "relay-nlb", "*"):
        yield from _in(PLAIN, "explain", pattern, "10k", "--on", DAY)
    for words in (("show", "r6a.8xlarge"), ("age",)):
        yield from _in(PLAIN, "prices", *words)
    yield ("--help",)
    yield ("price", "--help")


def _in(formats: Sequence[str], *words: str) -> Iterator[tuple[str, ...]]:
    """The command once in each format."""
    for format_ in formats:
        yield (*words, "--format", format_)


def write_documents(folder: Path) -> None:
    """The engine's recorded documents, and each case of the tests as a preview."""
    for path in (ROOT / "tests/recorded/engine").glob("*.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    for path in (ROOT / "tests/cases").glob("*.yaml"):
        case = yaml.safe_load(path.read_text())
        if isinstance(case, dict):
            (folder / f"case_{path.stem}.json").write_bytes(_preview(case))


def _preview(case: dict[str, Any]) -> bytes:
    """A case's resources as `pulumi preview --json` has them."""
    urns = {
        f"{item['type']}::{item['name']}": (
            f"urn:pulumi:test::case::{item['type']}::{item['name']}"
        )
        for item in case["resources"]
    }
    steps = []
    for item in case["resources"]:
        urn = urns[f"{item['type']}::{item['name']}"]
        dependencies = {
            name: [urns.get(to, to) for to in named]
            for name, named in item.get("dependencies", {}).items()
        }
        state = {
            "urn": urn,
            "custom": item.get("custom", True),
            "type": item["type"],
            "inputs": item.get("inputs", {}),
            "propertyDependencies": dependencies,
        }
        steps.append({"op": "create", "urn": urn, "newState": state})
    document = {
        "config": {"aws:region": case.get("region", "us-east-1")},
        "steps": steps,
        "changeSummary": {"create": len(steps)},
    }
    return msgspec.json.encode(document)


def said(checkout: Path, words: Sequence[str]) -> tuple[str, str, int]:
    """What the command prints on both channels, and its exit code."""
    with tempfile.TemporaryDirectory() as store:
        done = subprocess.run(
            [sys.executable, "-c", RUN, *words],
            cwd=checkout,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={
                **os.environ,
                "PYTHONPATH": str(checkout),
                "FAREBOX_DATA_DIR": store,
                "COLUMNS": "100",
                "AWS_EC2_METADATA_DISABLED": "true",
            },
        )
    return done.stdout, done.stderr.replace(store, "STORE"), done.returncode


def main(before: Path, after: Path, wanted: Sequence[str]) -> int:
    """Compare the checkouts; return how many commands say something else."""
    with tempfile.TemporaryDirectory() as folder:
        write_documents(Path(folder))
        asked = [
            words
            for words in commands(Path(folder))
            if all(word in " ".join(words) for word in wanted)
        ]
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            pairs = threads.map(
                lambda words: (said(before, words), said(after, words)), asked
            )
            wrong = 0
            for words, (old, new) in zip(asked, pairs, strict=True):
                if old != new:
                    wrong += 1
                    print("differs: fare", " ".join(words).replace(folder, "DOCUMENTS"))
                    show(old, new)
    print(f"{len(asked) - wrong} of {len(asked)} commands say the same to the byte")
    return wrong


def show(old: tuple[str, str, int], new: tuple[str, str, int]) -> None:
    """The first lines that differ."""
    for one, other in zip(old, new, strict=True):
        lines = unified_diff(
            str(one).splitlines(), str(other).splitlines(), "before", "after", "", "", 0
        )
        for line in islice(lines, 2, LINES_SHOWN):
            print("   ", line[:200])


if __name__ == "__main__":
    first, second, *words = sys.argv[1:]
    sys.exit(bool(main(Path(first).resolve(), Path(second).resolve(), words)))
