"""Prices the stack that a policy pack sees, once, and answers each of its policies.

`policy_pack/` is the glue between this and Pulumi. AWS is never asked: prices are those
of the book that `farebox.quote.book` finds without it.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from farebox.bill.terms import HOURS_PER_MONTH, Terms
from farebox.errors import FareboxError
from farebox.graph import ResourceGraph
from farebox.graph.policy import PolicyReader
from farebox.graph.project import (
    find_project_folder,
    read_project,
    read_stack_config,
    stack_file,
)
from farebox.graph.recorded import project_and_stack
from farebox.graph.regions import environment_region
from farebox.graph.values import SECRET_TEXT
from farebox.guard.budgets import Finding
from farebox.guard.checks import (
    SETTINGS,
    Check,
    GuardError,
    Seen,
    exactly,
    refuse_unknown,
)
from farebox.prices import PriceBook
from farebox.quote.basket import Basket, usage_at, users_of
from farebox.quote.book import book_as_it_is, book_request, is_file

if TYPE_CHECKING:
    from pulumi_policy import PolicyResource, ResourceValidationArgs

READER = "pricing"
"""The policy that sees each resource's inputs; its options hold for all policies."""


class Policies:
    """One run of the pack: what it saw so far, and the statement of it."""

    def __init__(
        self,
        *,
        today: date,
        folders: Sequence[Path],
        config: Mapping[str, str] | None = None,
    ) -> None:
        """`folders` are where relative paths and the stack's project may lie.

        The program's own comes first, then the pack's. `config` is what the engine tells of the stack's config, if it tells any.
        """
        self._today = today
        self._folders = tuple(folders)
        self._given_config = config or {}
        self._config: dict[str, str] | None = None
        self._usage_path: Path | None = None
        self._no_usage = ""
        self._reader = PolicyReader()
        self._settings: Mapping[str, Any] = {}
        self._seen: Seen | None = None

    def keep(self, args: "ResourceValidationArgs") -> None:
        """Keep a resource's inputs, and the settings of all policies."""
        self._reader.keep(args)
        self._settings = args.get_config()

    def findings(
        self,
        check: Check,
        resources: Iterable["PolicyResource"],
        options: Mapping[str, Any],
    ) -> list[Finding]:
        """What breaks the policy; a policy that cannot be checked is a finding too."""
        try:
            refuse_unknown(check.name, options, list(check.options))
            refuse_unknown(READER, self._settings, list(SETTINGS))
            found = check.findings(self.priced(resources), options)
            return self._with_its_lack(found) if check.counts_use else found
        except FareboxError as error:
            return [Finding(f"This could not be checked: {error}")]
        except Exception as error:
            said = " ".join(str(error).split()) or "no more is known"
            return [
                Finding(
                    f"This could not be checked, because Farebox failed: "
                    f"{type(error).__name__}: {said}.\nWay out: report it; set the "
                    f"policy's enforcement level to disabled until then."
                )
            ]

    def _with_its_lack(self, findings: list[Finding]) -> list[Finding]:
        """The findings, each with the sentence that no use is counted, if it is so."""
        if not self._no_usage:
            return findings
        return [
            replace(finding, message=f"{finding.message}\n{self._no_usage}")
            for finding in findings
        ]

    def priced(self, resources: Iterable["PolicyResource"]) -> Seen:
        """The stack and its statement; the same resources are priced once.

        Raises GraphError, GuardError, PriceBookError, EstimateError and UsageError.
        """
        if not self._reader.has_inputs:
            raise GuardError(
                f"the policy {READER!r} is disabled, and it is the one that sees what "
                "resources are asked for: set its enforcement level to advisory"
            )
        given = list(resources)
        if self._config is None:
            self._find_project(*project_and_stack(item.urn for item in given))
        graph = self._reader.graph(
            given, config=self._config, region=environment_region(os.environ)
        )
        if self._seen is None or not _alike(self._seen.graph, graph):
            self._seen = self._price(graph)
        return self._seen

    def _find_project(self, name: str, stack: str) -> None:
        """Read the stack's config, which Pulumi's Python SDK keeps from a pack.

        A folder's project counts where it has the name of the stack's.
        """
        self._config = dict(self._given_config)
        self._no_usage = (
            f"Priced without a usage file: no project {name!r} lies where Pulumi runs, "
            f"nor around the pack; `usage` of `{READER}` names a file."
        )
        for folder in self._folders:
            found = find_project_folder(str(folder))
            project = read_project(found) if found is not None else None
            if project is None or project.name != name:
                continue
            if stack_file(project, stack) is not None:
                config = read_stack_config(project, stack)
                secrets = dict.fromkeys(config.secret_keys, SECRET_TEXT)
                self._config = {**config.values, **secrets, **self._config}
            self._folders = tuple(dict.fromkeys((project.folder, *self._folders)))
            usage = project.stack_config_folder / f"{stack}.usage.yaml"
            self._no_usage = (
                f"Priced without a usage file: there is no {usage.name} beside the "
                "stack's config."
            )
            if usage.is_file():
                self._usage_path, self._no_usage = usage, ""
            return

    def _price(self, graph: ResourceGraph) -> Seen:
        usage = self._usage_path
        if "usage" in self._settings:
            usage = self._file("usage", str(self._settings["usage"]))
            self._no_usage = ""
        basket = Basket(graph, usage_at(usage), self._terms(graph))
        for remark in filter(None, (self._no_usage, *basket.unmatched_usage())):
            print(f"farebox: {remark}", file=sys.stderr)
        book = self._book()
        return Seen(basket, book, basket.at(book))

    def _terms(self, graph: ResourceGraph) -> Terms:
        given = self._settings
        hours, users = given.get("hours_per_month"), given.get("users")
        return Terms(
            on=self._day(),
            hours_per_month=HOURS_PER_MONTH if hours is None else exactly(hours),
            users=users_of(graph) if users is None else exactly(users),
            free_tier=bool(given.get("free_tier", True)),
            on_demand_fallback=bool(given.get("on_demand_fallback", False)),
        )

    def _book(self) -> PriceBook:
        """The book of the setting, else of the config: as the program has it, or newer.

        Live prices are those of the store, which the program's own pricing refreshes.
        """
        given = self._settings.get("prices")
        want = book_request(
            None if given is None else str(given),
            option=f"{READER}.prices",
            config=self._config,
        )
        if is_file(want.prices):
            want = replace(want, prices=str(self._file("prices", want.prices)))
        return book_as_it_is(want, on=self._day())

    def _day(self) -> date:
        text = self._settings.get("on")
        if text is None:
            return self._today
        try:
            return date.fromisoformat(str(text))
        except ValueError:
            raise GuardError(
                f"{READER}.on is {text!r}: give a day like 2026-11-23"
            ) from None

    def _file(self, option: str, written: str) -> Path:
        """The file that an option names, from the first folder that has it."""
        for folder in self._folders:
            if (folder / written).is_file():
                return folder / written
        looked = " and ".join(str(folder) for folder in self._folders)
        raise GuardError(
            f"{READER}.{option} names {written}, which is not in {looked}: give a path "
            "from one of these folders, or a whole path"
        )


def _alike(graph: ResourceGraph, other: ResourceGraph) -> bool:
    """Whether the engine sent the same resources: one run gives all policies one answer.

    What AWS answered is read anew each time, and belongs to a run as the rest does.
    """
    return len(graph) == len(other) and all(
        replace(one, outputs=None) == replace(two, outputs=None)
        for one, two in zip(graph.resources, other.resources, strict=True)
    )
