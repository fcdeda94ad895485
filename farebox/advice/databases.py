"""Ideas for what AWS manages: versions in extended support, standbys in development."""

import re
from collections.abc import Iterator
from datetime import date

from farebox.advice.idea import Idea, idea_for
from farebox.graph import Resource
from farebox.graph.values import flag
from farebox.quote.basket import Basket
from farebox.rules.shapes import text
from farebox.rules.version_support import Support, versions

SUPPORTED = {
    "aws:eks/cluster:Cluster": ("version", "kubernetes"),
    "aws:rds/instance:Instance": ("engineVersion", ""),
    "aws:rds/cluster:Cluster": ("engineVersion", ""),
    "aws:elasticache/cluster:Cluster": ("engineVersion", ""),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("engineVersion", "redis"),
}
"""Which input names the version, and the engine where the program need not name it."""


def support(resource: Resource, basket: Basket) -> Iterator[Idea]:
    """Versions in extended support as the oldest one that is not."""
    name, default = SUPPORTED.get(resource.type, ("", ""))
    said = text(resource.raw_inputs.get(name)) if name else None
    engine = str(text(resource.raw_inputs.get("engine")) or default)
    if not isinstance(said, str) or not engine:
        return
    on = basket.terms.on
    standard = sorted(
        (each for each in versions(engine).values() if _standard(each, on)),
        key=lambda each: _order(each.version),
    )
    later = [each for each in standard if _order(each.version) > _order(said)]
    if later:
        risk = (
            "the upgrade goes version by version, and what runs on it must know the "
            "new one"
        )
        new = later[0].version
        change = f"{name}: {said} -> {new}"
        inputs = {**resource.raw_inputs, name: new}
        yield idea_for("supported version", resource, change, risk, inputs)


def _standard(said: Support, on: date) -> bool:
    return said.standard_ends is not None and said.standard_ends > on


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


DEVELOPMENT = re.compile(r"(?i)(^|[-_./])(dev|develop|test|testing|staging|sandbox|qa)")

STANDBYS = {
    "aws:rds/instance:Instance": "multiAz",
    "aws:dms/replicationInstance:ReplicationInstance": "multiAz",
    "aws:redshift/cluster:Cluster": "multiAz",
}
"""Which input asks for a standby in another zone."""

IN_ONE_ZONE = "one zone in development"
GONE = "it is gone while its zone is, and restarts for the change"


def zones(resource: Resource, basket: Basket) -> Iterator[Idea]:
    """A standby in another zone, in a stack that is named as one for development."""
    if not DEVELOPMENT.search(basket.graph.stack):
        return
    own = resource.raw_inputs
    name = STANDBYS.get(resource.type)
    if name and flag(own.get(name)) is True:
        changed = {**own, name: False}
        yield idea_for(IN_ONE_ZONE, resource, f"{name}: true -> false", GONE, changed)
