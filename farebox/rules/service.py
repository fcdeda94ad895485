"""How a service is declared: what AWS meters, which usage keys fill it, its types.

A module of `rules/aws/` describes one service. `Meter` is what AWS counts, `Use` a
meter that a key of the usage file fills, `Key` a key that steers a rule, `Type` a
resource type with all of these. `free` and `unpriced` name the types beside them. From
these values come the rules, the docs, the keys of a usage file and what a refresh asks.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Literal, TypeVar

from msgspec import Struct

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Given, Usage
from farebox.graph import Resource
from farebox.prices import PriceKey
from farebox.rules.charges import (
    ONE,
    Charge,
    Circumstances,
    Gap,
    Metered,
    NoCharge,
    Rule,
    global_key,
    key_of,
    metered_use,
)

Per = Literal["", "hour", "month"]

Said = TypeVar("Said")


class Meter(Struct, frozen=True, kw_only=True):
    """What AWS counts of a resource, under the names of its price list.

    A part of a name that an input decides stands in braces: `BoxUsage:{type}`. `says`
    is what the line calls it. With `per`, one is charged for each hour or each month
    that the resource exists, `because` of a sentence; else a rule gives the quantity.
    """

    service: str
    usage_type: str
    operation: str = ""
    unit: str
    says: str
    region: Literal["", "global"] = ""
    per: Per = ""
    because: str = ""

    def is_of(self, key: PriceKey) -> bool:
        """Whether a key without prefix is the meter's; its operation is not looked at."""
        name = any_text(self.usage_type)
        return self.service == key.service and bool(name.fullmatch(key.usage_type))

    def price_key(self, resource: Resource, **parts: str) -> PriceKey:
        """The key of its price in the resource's region; `parts` fill the braces."""
        usage_type, operation = self.usage_type, self.operation
        if parts:
            usage_type = usage_type.format_map(parts)
            operation = operation.format_map(parts)
        make = global_key if self.region else key_of
        return make(resource, self.service, usage_type, operation)

    def metered(
        self,
        resource: Resource,
        quantity: Decimal,
        because: str,
        *,
        usage: UsageStatus = "given",
        **parts: str,
    ) -> Metered:
        """A quantity that the rule worked out, in the meter's unit."""
        key = self.price_key(resource, **parts)
        says = self.says.format_map(parts) if parts else self.says
        return Metered(key, quantity, self.unit, says, because, usage)

    def all_month(
        self,
        resource: Resource,
        circumstances: Circumstances,
        *,
        count: Decimal = ONE,
        because: str = "",
        **parts: str,
    ) -> Metered:
        """`count` things that exist all month, by the hour or by the month."""
        if self.per == "hour":
            count = circumstances.hours_per_month * count
        key = self.price_key(resource, **parts)
        says = self.says.format_map(parts) if parts else self.says
        return Metered(key, count, self.unit, says, because or self.because)

    def gap(self, resource: Resource, reason: str, **parts: str) -> Gap:
        """The charge whose quantity an unknown input decides, and which one."""
        key = self.price_key(resource, **parts)
        return Gap("unknown-input", reason, key, self.unit)

    def without_use(self, resource: Resource, usage_key: str, **parts: str) -> Gap:
        """The charge that depends on a usage key which the file does not give."""
        key = self.price_key(resource, **parts)
        says = self.says.format_map(parts) if parts else self.says
        reason = f"{says}: the cost depends on use, and no {usage_key} is given"
        return Gap("no-usage", reason, key, self.unit, usage_key)


class Metric(Struct, frozen=True, kw_only=True):
    """Where CloudWatch counts what a key of the usage file says.

    `names` are added up, and divided by `per` where there is one. `dimensions` name the resource: a dimension to what holds its
    value, `id` or an output or input, or `=` and a fixed text. `counts` says what a
    day's figure is: a `sum` that a month has more of, a `level` that it has too, or a
    sum as a `rate` by the second. `unit` is how many of the metric's one of the key is.
    `when` are inputs and the values that they may have for the metric to hold, the empty
    text for none: of several metrics of a key the first that holds is asked.
    """

    namespace: str
    names: tuple[str, ...]
    dimensions: Mapping[str, str]
    counts: Literal["sum", "level", "rate"] = "sum"
    stat: Literal["", "Average"] = ""
    unit: Decimal = ONE
    region: str = ""
    when: Mapping[str, tuple[str, ...]] = {}
    per: tuple[str, ...] = ()


KIB, GIB = Decimal(1 << 10), Decimal(1 << 30)
"""Bytes in what AWS's bill calls a KB and a GB."""


class Key(Struct, frozen=True, kw_only=True):
    """A key of the usage file that steers a rule, with what it says and its unit.

    `texts` are the words that it may hold; empty where it holds a figure. `infracost`
    is Infracost's name where it differs. `unused` says why Farebox takes the key and
    does not use it yet.
    """

    key: str
    says: str
    unit: str = ""
    infracost: str = ""
    texts: tuple[str, ...] = ()
    unused: str = ""
    metrics: tuple[Metric, ...] = ()

    def given(self, usage: Usage) -> Given | None:
        """The figure under the key, or under Infracost's name for it."""
        return _given(usage, self.key, self.infracost)


class Use(Meter, frozen=True, kw_only=True):
    """A meter that a key of the usage file fills (`standard.storage_gb` is nested).

    `factor` turns the key's unit into the price list's. An `optional` use is charged
    where the file gives it and is no gap where it does not. `metrics` are where
    CloudWatch counts it, for `fare usage sync`.
    """

    key: str
    infracost: str = ""
    factor: Decimal = ONE
    optional: bool = False
    metrics: tuple[Metric, ...] = ()

    def given(self, usage: Usage) -> Given | None:
        """The figure under the key, or under Infracost's name for it."""
        return _given(usage, self.key, self.infracost)

    def charge(
        self,
        resource: Resource,
        usage: Usage,
        *,
        factor: Decimal | None = None,
        **parts: str,
    ) -> Metered | Gap:
        """What the usage file gives, else a `no-usage` gap that names the key."""
        given = _given(usage, self.key, self.infracost)
        if given is None:
            return self.without_use(resource, self.key, **parts)
        key = self.price_key(resource, **parts)
        says = self.says.format_map(parts) if parts else self.says
        factor = self.factor if factor is None else factor
        return metered_use(key, given, self.unit, says, factor=factor)

    def where_given(
        self, resource: Resource, usage: Usage, **parts: str
    ) -> Iterator[Charge]:
        """What the usage file gives; nothing where it gives nothing."""
        given = _given(usage, self.key, self.infracost)
        if given is not None:
            key = self.price_key(resource, **parts)
            says = self.says.format_map(parts) if parts else self.says
            yield metered_use(key, given, self.unit, says, factor=self.factor)


class Type(Struct, frozen=True, kw_only=True):
    """A resource type: how AWS bills it, where AWS says so, and what a rule needs.

    Without a `rule`, each meter and each use is one charge, and `no_price` one gap.
    `terraform` is the name of Terraform's type, by which Infracost's files find it.
    `not_modelled` and `notes` (markdown) are for the docs.
    """

    billed: str
    source: str
    meters: tuple[Meter, ...] = ()
    uses: tuple[Use | Key, ...] = ()
    rule: Rule | None = None
    no_price: str = ""
    terraform: str = ""
    not_modelled: str = ""
    notes: str = ""


@cache
def any_text(name: str) -> re.Pattern[str]:
    """A declared name as a pattern: a part in braces is any text, or none."""
    return re.compile(re.sub(r"\\\{\w+\\\}", ".*", re.escape(name)))


def rule_of(declared: Type) -> Rule:
    """The type's own rule, or the one that charges each of its meters and uses."""
    if declared.rule is not None:
        return declared.rule
    meters = declared.meters
    uses = tuple(use for use in declared.uses if isinstance(use, Use))
    gaps = (Gap("no-price", declared.no_price),) if declared.no_price else ()

    def each(
        resource: Resource, usage: Usage, circumstances: Circumstances
    ) -> Iterator[Charge]:
        for meter in meters:
            yield meter.all_month(resource, circumstances)
        for use in uses:
            if use.optional:
                yield from use.where_given(resource, usage)
            else:
                yield use.charge(resource, usage)
        yield from gaps

    return each


def free(module: str, reasons: Mapping[str, str]) -> dict[str, NoCharge]:
    """Types of a pulumi-aws module that AWS does not charge, by the reason why not.

    `free("ecr", {"a setting of a repository": "RepositoryPolicy LifecyclePolicy"})`
    """
    return _by_token(module, reasons, NoCharge)


def priced_with(module: str, reasons: Mapping[str, str]) -> dict[str, NoCharge]:
    """Types whose charges another resource carries, and which; they stand in `FREE`."""
    return _by_token(module, reasons, lambda reason: NoCharge(reason, "priced-with"))


def unpriced(module: str, reasons: Mapping[str, str]) -> dict[str, Gap]:
    """Types that AWS charges, or may charge, and that have no rule yet, and why."""
    return _by_token(module, reasons, lambda reason: Gap("no-rule", reason))


def unjudged(module: str, names: str) -> tuple[str, ...]:
    """Types of a module that nobody has looked at yet; a test refuses them.

    For the time of writing a service: each goes to `TYPES`, `FREE` or `UNPRICED`.
    """
    return tuple(token(module, name) for name in names.split())


def token(module: str, name: str) -> str:
    """The type token of a class of a pulumi-aws module: `ecr`, `Repository`."""
    return f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"


def _by_token(
    module: str, reasons: Mapping[str, str], say: Callable[[str], Said]
) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for reason, names in reasons.items():
        said = say(reason)
        for name in names.split():
            found[token(module, name)] = said
    return found


def _given(usage: Usage, key: str, infracost: str) -> Given | None:
    given = usage.quantity(*key.split("."))
    if given is None and infracost:
        given = usage.quantity(*infracost.split("."))
    return given
