"""Holds a usage file against the keys that the types of a stack declare.

A file that was written for Infracost is taken as it stands: its Terraform addresses are
turned into types and names, its key names are declared beside ours.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Entry, UsageFile, Value
from farebox.bill.usage_file import UsageError, read_usage
from farebox.graph import ResourceGraph
from farebox.rules.aws.data_transfer import ACCOUNT
from farebox.rules.charges import NoCharge
from farebox.rules.homes import declared_of, types_of_terraform
from farebox.rules.packages import declared
from farebox.rules.service import Key, Type, Use

ADDRESS = re.compile(
    r"(?:module\.[^.]+(?:\[[^]]*\])?\.)*"
    r"(?P<type>aws_[a-z0-9_]+)(?:\.(?P<name>[^.\[]+)(?:\[(?P<index>[^]]*)\])?)?"
)
"""A Terraform type, or the address of a resource in or below modules."""


def read_known_usage(path: Path) -> UsageFile:
    """The usage file at `path`, with Pulumi's types and names. Raises UsageError."""
    return in_pulumi_names(read_usage(path))


def in_pulumi_names(usage: UsageFile) -> UsageFile:
    """The usage with Terraform's types and addresses written as Pulumi has them.

    `aws_nat_gateway.nat` is every NAT gateway named `nat`, `…nat[0]` one named `nat-0`;
    `aws_data_transfer.x` with a `region` is the account's usage in that region.
    """
    if not any(ADDRESS.fullmatch(entry.pattern) for entry in usage.entries):
        return usage
    account = list(usage.account)
    resources: list[Entry] = []
    for entry in usage.resources:
        found = ADDRESS.fullmatch(entry.pattern)
        region = entry.values.get("region")
        if found and found["type"] == ACCOUNT.terraform and isinstance(region, str):
            values = {k: v for k, v in entry.values.items() if k != "region"}
            lines = {k: v for k, v in entry.lines.items() if k != "region"}
            account.append(Entry(region, values, lines))
        else:
            resources += _renamed(entry)
    types = [new for entry in usage.types for new in _renamed(entry)]
    return UsageFile(types=types, resources=resources, account=account, path=usage.path)


def _renamed(entry: Entry) -> Iterator[Entry]:
    """The entry once for each Pulumi type that its Terraform type stands for."""
    found = ADDRESS.fullmatch(entry.pattern)
    types = types_of_terraform().get(found["type"], ()) if found else ()
    if not found or not types:
        yield entry
        return
    for type_ in types:
        if found["name"] is None:
            yield Entry(type_, entry.values, entry.lines, entry.pattern)
            continue
        for name in _names(found["name"], found["index"]):
            pattern = f"{type_}::{name}"
            yield Entry(pattern, entry.values, entry.lines, entry.pattern)


def _names(name: str, index: str | None) -> Iterable[str]:
    """A name as Terraform has it, and with the dashes that Pulumi's names have."""
    names = [name]
    if index is not None:
        names = [f"{name}-{index.strip(chr(34))}"]
        if index == "*":
            names.append(name)
    return dict.fromkeys((*names, *(each.replace("_", "-") for each in names)))


def keys_of(said: Type) -> dict[str, Use | Key]:
    """The keys of a usage file that a type has, Infracost's names too."""
    found: dict[str, Use | Key] = {}
    for use in said.uses:
        found[use.key] = use
        if use.infracost:
            found[use.infracost] = use
    return found


def check_usage(usage: UsageFile, *graphs: ResourceGraph) -> list[str]:
    """Refuse keys that nothing matched in the graphs has; to call before an estimate.

    Returns a sentence for each entry that matches nothing that is charged, and for each
    key that Farebox takes and does not use. Raises UsageError, with file and line, and
    the nearest key that there is.
    """
    if not usage.entries:
        return []
    notes: list[str] = []
    matched = usage.matches(
        (each.urn, each.type, each.name) for graph in graphs for each in graph.resources
    )
    # One entry of the file may stand here under several types and spellings.
    used = {id(usage.entries[place].values) for place in matched}
    for place, entry in enumerate(usage.types + usage.resources):
        types = matched.get(place, set())
        of_type = declared(entry.pattern) if place < len(usage.types) else None
        if of_type is not None:
            _Check(usage.path, entry, notes).keys(keys_of(of_type))
        charged = [said for said in map(declared, sorted(types)) if said is not None]
        if not charged:
            if types or id(entry.values) not in used:
                notes.append(_unmatched(usage.path, entry, types))
        elif place >= len(usage.types):
            known = {k: use for each in charged for k, use in keys_of(each).items()}
            _Check(usage.path, entry, notes).keys(known, _without_price(types))
    for entry in usage.account:
        _Check(usage.path, entry, notes).keys(keys_of(ACCOUNT))
    return list(dict.fromkeys(notes))


def _unmatched(path: str, entry: Entry, types: Iterable[str]) -> str:
    """Why an entry changes nothing: it matches nothing, or nothing that is priced."""
    place = f"{path}:{min(entry.lines.values(), default=0)}"
    written = entry.written or entry.pattern
    unpriced = _without_price(types)
    address = ADDRESS.fullmatch(written)
    if address and address["type"] not in types_of_terraform():
        unpriced = [address["type"]]
    if unpriced:
        return f"{place}: {written!r} is not used: {_no_price(unpriced)}"
    return f"{place}: {written!r} matches no resource that is charged"


def _without_price(types: Iterable[str]) -> list[str]:
    """Those of AWS's types that may be charged and have no rule."""
    return sorted(
        type_ for type_ in types if type_.startswith("aws") and _costs_unseen(type_)
    )


def _costs_unseen(type_: str) -> bool:
    """Whether a type has no rule, and no reason to be free."""
    found = declared_of(type_)
    return found.rule is None and not isinstance(found.said, NoCharge)


def _no_price(types: list[str]) -> str:
    return f"Farebox does not price {', '.join(types)} yet"


class _Check:
    """Holds one entry's keys against the keys that there are."""

    def __init__(self, path: str, entry: Entry, notes: list[str]) -> None:
        self.path = path
        self.entry = entry
        self.notes = notes

    def keys(
        self, known: Mapping[str, Use | Key], unpriced: Iterable[str] = ()
    ) -> None:
        """Refuse what is not known, unless it may be meant for an unpriced type."""
        others = list(unpriced)
        for key, line in self.entry.lines.items():
            use = known.get(key)
            if use is not None:
                self._value(use, key, line)
            elif any(key.startswith(f"{outer}.") for outer in known):
                outer = next(name for name in known if key.startswith(f"{name}."))
                self._refuse(line, f"{outer} is a map; give a figure, without quotes")
            elif others:
                sentence = f"{key} is not used: {_no_price(others)}"
                self.notes.append(f"{self.path}:{line}: {sentence}")
            else:
                written = self.entry.written or self.entry.pattern
                near = get_close_matches(key, sorted(known), 1, cutoff=0.5)
                said = f"did you mean {near[0]}?" if near else _all_of(known)
                self._refuse(
                    line,
                    f"nothing that {written!r} matches is charged by {key}; {said}",
                )

    def _value(self, use: Use | Key, key: str, line: int) -> None:
        value: Value | None = self.entry.values
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        texts = use.texts if isinstance(use, Key) else ()
        if texts:
            word = value if isinstance(value, str) else "a figure"
            if word.lower().replace("-", "_") not in texts:
                self._refuse(line, f"{key} is {word}; give {' or '.join(texts)}")
        elif not isinstance(value, Assumption):
            self._refuse(
                line, f"{key} is the text {value!r}; give a figure, without quotes"
            )
        if isinstance(use, Key) and use.unused:
            self.notes.append(f"{self.path}:{line}: {key} is not used: {use.unused}")

    def _refuse(self, line: int, sentence: str) -> NoReturn:
        raise UsageError(f"{self.path}:{line}: {sentence}")


def _all_of(known: Iterable[str]) -> str:
    keys = ", ".join(sorted(known))
    return f"its keys are: {keys}" if keys else "it has no keys of use"
