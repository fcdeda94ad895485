"""Which resource of a stack a row of the bill belongs to.

A bill names things by id, ARN or name, each service in its own way; a state holds ids
and outputs. An exact id goes first, then an ARN, then the tail of one. Short tails and
tails of two resources are no match: `data` is not the end of somebody's `my-data`.
What a resource of the stack launched is found by the tags that AWS puts on it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from farebox.billed.charges import Charge
from farebox.billed.identities import (
    arn_of,
    identities,
    tail_of,
    wider,
    without_account,
)
from farebox.billed.launchers import BY_NAME, launched_by, launches
from farebox.billed.whereabouts import (
    NOWHERE,
    InPlace,
    billed_in,
    can_be,
    place_of,
)
from farebox.graph import Resource, ResourceGraph

How = Literal["id", "parent", "key", "several", "none"]

JOINS = re.compile(r"(Association|Attachment)::[^:]+$")
"""Urns of types that only join two others."""


class Owner(Struct, frozen=True):
    """The resource that a charge belongs to, and how that is known.

    By its id, by the tags of what launched it, by its key alone, or not at all; also
    where its id is that of several resources.
    """

    urn: str
    name: str
    how: How


NOBODY = Owner("", "", "none")


class Owners:
    """The resources of a state by all that a bill may call them."""

    def __init__(self, graph: ResourceGraph) -> None:
        self._exact: dict[str, set[str]] = {}
        self._tails: dict[str, set[str]] = {}
        self._launchers: dict[tuple[str, str], set[str]] = {}
        self._places: dict[str, InPlace] = {}
        self._users: dict[str, list[str]] | None = None
        self._graph = graph
        for resource in graph.resources:
            if not resource.custom or not resource.id:
                continue
            self._places[resource.urn] = place_of(arn_of(resource))
            for said in identities(resource):
                for form in {said, without_account(said)}:
                    self._exact.setdefault(form, set()).add(resource.urn)
                tail = tail_of(said)
                if tail:
                    self._tails.setdefault(tail, set()).add(resource.urn)
            for key in launches(resource):
                self._launchers.setdefault(key, set()).add(resource.urn)

    def of(self, charge: Charge) -> Owner:
        """Whose charge it is; NOBODY where neither id nor tag says so."""
        several: set[str] = set()
        at = place_of(charge.resource, charge.account)
        for named, exact in self._named(charge.resource) if charge.resource else ():
            urns = self._there(named, at)
            urn = self._one(urns, charge.service)
            if urn:
                return self._owner(urn, "id")
            several = several or (urns if exact else several)
        if several:
            names = {self._graph.by_urn[urn].name for urn in several}
            return Owner("", " and ".join(sorted(names)), "several")
        for key in launched_by(charge):
            known = self._launchers.get(key, set())
            if key[0] in BY_NAME:
                known = self._there(known, billed_in(charge))
            elif key[0] == "backup_of":
                source = charge.parents.backup_of
                known = self._there(known, place_of(source, charge.account))
            urn = self._one(known, charge.service)
            if urn:
                return self._owner(urn, "parent")
        return self._made_by_something(charge)

    def made_for(self, urn: str) -> list[str]:
        """The resources that are made with this one, and those joined to it.

        A group is made with its cluster; an association joins an address to an instance.
        """
        if self._users is None:
            self._users = {}
            for resource in self._graph.resources:
                for other in self.near(resource.urn):
                    self._users.setdefault(other, []).append(resource.urn)
        users = self._users.get(urn, [])
        joined = [u for user in users if JOINS.search(user) for u in self.near(user)]
        return [other for other in dict.fromkeys((*users, *joined)) if other != urn]

    def _there(self, urns: set[str], at: InPlace) -> set[str]:
        """Those that can be at a place: names are the same in other accounts and regions."""
        return {urn for urn in urns if can_be(self._places.get(urn, NOWHERE), at)}

    def near(self, urn: str) -> list[str]:
        """The resources that this one is made with: a gateway's address, for one."""
        resource = self._graph.by_urn.get(urn)
        if resource is None:
            return []
        named = [u for urns in resource.dependencies.values() for u in urns]
        for value in resource.raw_inputs.values():
            if isinstance(value, str):
                named += self._exact.get(value, ())
        return [other for other in dict.fromkeys(named) if other != urn]

    def _named(self, said: str) -> Iterator[tuple[set[str], bool]]:
        """The resources that a bill's name may mean, the surest first.

        With each, whether it is their own name and not only its end.
        """
        for form in wider(said):
            yield self._exact.get(form, set()), True
            yield self._exact.get(without_account(form), set()), True
        yield self._exact.get(tail_of(said), set()), True
        yield self._tails.get(tail_of(said) or said, set()), False

    def _one(self, urns: Iterable[str], service: str) -> str:
        """The one resource of several with a name that is charged; empty for none.

        A bucket's policy has the bucket's id, a function's address the function's name:
        what the others are made for is the one. Of two services it is the charge's.
        """
        found = sorted(urns)
        if len(found) > 1:
            found = [u for u in found if not self._belongs_to(u, found)] or found
        if len(found) > 1:
            word = service.lower().removeprefix("amazon").removeprefix("aws")
            found = [u for u in found if _package(self._graph.by_urn[u]) == word]
        if len(found) > 1:
            found = self._stem(found)
        return found[0] if len(found) == 1 else ""

    def _stem(self, urns: list[str]) -> list[str]:
        """The bucket of `Bucket` and `BucketPolicy`, where there is one; else all."""
        names = {u: self._graph.by_urn[u].type.rpartition(":")[2] for u in urns}
        stem = min(names.values(), key=len)
        alone = [u for u, name in names.items() if name == stem]
        together = all(name.startswith(stem) for name in names.values())
        return alone if together and len(alone) == 1 else urns

    def _belongs_to(self, urn: str, others: Iterable[str]) -> bool:
        """Whether the resource is made for one of the others."""
        resource = self._graph.by_urn[urn]
        named = {u for urns in resource.dependencies.values() for u in urns}
        return any(other in named for other in others if other != urn)

    def _owner(self, urn: str, how: How) -> Owner:
        return Owner(urn, self._graph.by_urn[urn].name, how)

    def _made_by_something(self, charge: Charge) -> Owner:
        """The maker that a tag names and the state does not, or not by that tag."""
        said = charge.parents
        named = (u for (kind, _), u in self._launchers.items() if kind == "cluster")
        clusters = self._there(set().union(*named), billed_in(charge))
        if said.claim and not said.cluster and len(clusters) == 1:
            return self._owner(clusters.pop(), "parent")
        maker = (
            said.policy
            or said.auto_scaling_group
            or said.task_service
            or said.claim
            or said.fleet
            or said.launcher
            or said.backup_of
            or said.cluster
        )
        return Owner("", maker, "parent") if maker else NOBODY


def _package(resource: Resource) -> str:
    return resource.type.partition(":")[2].partition("/")[0]
