"""What `fare refresh` shows while it runs, and which regions it asks by itself."""

import os
import sys
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from farebox.cli.errors import BadInput, one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pricing_fetch.refresh.intake import Job

BAR = 24
"""Columns of the bar."""

MBIT_A_SECOND = 50
"""The line that the time of a download is told for."""

EVERY_SECONDS = 0.1
"""How often the bar is drawn, at most."""

TIER_KEY = "passepartout:tier"
"""The config of a stack that is a tier."""


def regions_here() -> tuple[str, ...]:
    """The regions of the project's stacks in this folder, else the environment's.

    Raises BadInput where neither names one, and GraphError for a broken project.
    """
    configs = _configs_here()
    found = {region for values in configs if (region := values.get("aws:region"))}
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if not found and os.environ.get(name):
            found.add(os.environ[name])
    if not found:
        raise BadInput(
            "no region to refresh: give --region us-east-1, set AWS_REGION, or run this "
            "in the folder of a Pulumi project whose stacks have aws:region"
        )
    return tuple(sorted(found))


def types_here() -> tuple[str, ...]:
    """The instance types of the tiers of the project in this folder.

    Raises BadInput where it has none, and GraphError for a broken project.
    """
    from json import loads

    found: set[str] = set()
    for values in _configs_here():
        text = values.get(TIER_KEY, "")
        tier = loads(text) if text.startswith("{") else {}
        types = tier.get("instance_types")
        if isinstance(types, list):
            found |= {one for one in types if isinstance(one, str)}
    if not found:
        raise BadInput(
            "no instance type to keep the spot history of: give --type r6a.4xlarge, or"
            f" run this in the folder of a project whose stacks have {TIER_KEY} with"
            " instance_types"
        )
    return tuple(sorted(found))


def _configs_here() -> "Iterator[Mapping[str, str]]":
    """The config of each stack of the project in this folder, if it is one."""
    from farebox.graph.project import (
        find_project_folder,
        read_project,
        read_stack_config,
        stacks_of,
    )

    folder = Path.cwd()
    if find_project_folder(str(folder)) == folder:
        project = read_project(folder)
        for stack in stacks_of(project):
            yield read_stack_config(project, stack).values


def plan_of(jobs: "Sequence[Job]", known: "Collection[str]") -> str:
    """What a refresh is about to ask, and how much that can be; empty without lists.

    `known` are the sources of which the store has a delivery: those lists come only
    where they changed.
    """
    lists = [job for job in jobs if job.part is not None]
    if not lists:
        return ""
    from pricing_fetch.lists.offers import LARGEST_MB, LARGEST_SERVICE

    regions = sorted({job.part.region for job in lists if job.part is not None})
    places = [region for region in regions if region != "global"]
    said = f"asks {_count(len(lists), 'price list')}"
    if places:
        said += f" of {_count(len(places), 'region')} ({', '.join(places)})"
    others = len(jobs) - len(lists)
    if others:
        said += f" and {_count(others, 'other source')}"
    new = [job for job in lists if job.name not in known]
    large = [job for job in new if job.name.startswith(f"{LARGEST_SERVICE} ")]
    if not new:
        return f"{said}; a list is downloaded only where it changed"
    said += f"; {_count(len(new), 'list')} not in the store yet"
    if large:
        total = LARGEST_MB * len(large)
        minutes = max(1, round(total * 8 / MBIT_A_SECOND / 60))
        said += (
            f", of which {LARGEST_SERVICE} has up to {LARGEST_MB} MB a region: up to "
            f"{total / 1000:,.1f} GB, {_count(minutes, 'minute')} at "
            f"{MBIT_A_SECOND} Mbit/s"
        )
    return said


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"


class Lines:
    """Progress as a plain line a step, for what is no terminal."""

    def asking(self, name: str) -> None:
        """Nothing: the answer is the step."""

    def bytes_done(self, name: str, done: int, total: int | None) -> None:
        """Nothing: a log needs no bytes."""

    def answered(self, name: str, how: str) -> None:
        """One line; a sentence that begins with the source's name tells it once."""
        self._say(f"{name}: {how.replace(f'{name}: ', '', 1)}")

    def storing(self, name: str) -> None:
        """Nothing: what became of it is the step."""

    def stored(self, name: str, outcome: str) -> None:
        """One line."""
        self._say(f"{name}: {outcome}")

    def _say(self, text: str) -> None:
        print(f"fare: {one_line(text)}", file=sys.stderr, flush=True)


class Bar:
    """Progress as one line of a terminal: sources and bytes, asked and then stored."""

    def __init__(self, sources: int) -> None:
        self._sources = sources
        self._answered = 0
        self._stored = 0
        self._bytes: dict[str, tuple[int, int | None]] = {}
        self._done: set[str] = set()
        self._what = ""
        self._drawn = 0.0
        self._lock = Lock()

    def asking(self, name: str) -> None:
        """A source is asked now."""
        with self._lock:
            self._what = f"asking {name}"
            self._draw()

    def bytes_done(self, name: str, done: int, total: int | None) -> None:
        """So many bytes of it have come."""
        with self._lock:
            self._bytes[name] = (done, total)
            self._what = f"reading {name}"
            self._draw()

    def answered(self, name: str, how: str) -> None:
        """A source has answered."""
        with self._lock:
            self._answered += 1
            self._done.add(name)
            self._what = f"{name}: {how}"
            self._draw()

    def storing(self, name: str) -> None:
        """It is held against the store now."""
        with self._lock:
            self._what = f"storing {name}"
            self._draw(now=True)

    def stored(self, name: str, outcome: str) -> None:
        """It is in, or refused."""
        with self._lock:
            self._stored += 1
            self._what = f"{name}: {outcome}"
            self._draw()

    def close(self) -> None:
        """Take the line away."""
        print("\r\033[K", end="", file=sys.stderr, flush=True)

    def _draw(self, *, now: bool = False) -> None:
        if not now and monotonic() - self._drawn < EVERY_SECONDS:
            return
        self._drawn = monotonic()
        under_way = sum(
            done / total
            for name, (done, total) in self._bytes.items()
            if total and name not in self._done
        )
        share = (self._answered + under_way + self._stored) / (2 * self._sources)
        full = min(BAR, int(BAR * share))
        size = sum(done for done, _ in self._bytes.values()) / 1e6
        from farebox.reports.page.fitting import clip
        from farebox.reports.terminal import terminal_width

        line = (
            f"[{'#' * full}{'.' * (BAR - full)}] {self._answered}/{self._sources} "
            f"sources, {size:,.1f} MB, {one_line(self._what)}"
        )
        line = clip(line, terminal_width() - 1)
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
