"""What plans cost, and where that is from: the book, a person's input, or an assumption."""

from collections.abc import Iterable, Mapping
from typing import Any

from farebox.hosting.colo.colo_inputs import PLANS_OFF
from farebox.hosting.colo.machine_hours import YEARS, Plans, is_given
from farebox.hosting.uncertainty import Input
from farebox.reports.figures import plain


def plan_sentence(
    plans: Plans, inputs: Mapping[str, Input], rests: Iterable[str] = tuple(YEARS)
) -> str:
    """The plans of one machine, in a sentence: each with its price and its origin."""
    said = "; ".join(_said(plans, inputs, rest) for rest in rests)
    return f"Plans: {said}."


def _said(plans: Plans, inputs: Mapping[str, Input], rest: str) -> str:
    length = f"{YEARS[rest]} year{'s' if YEARS[rest] > 1 else ''}"
    if rest in plans:
        price = plans[rest]
        return (
            f"{length} at {plain(price.usd_per_unit)} USD an hour ({price.key.term}"
            f" of {price.source.as_of})"
        )
    origin = "your input" if is_given(inputs, rest) else "assumed, not in the book"
    return f"{length} at {inputs[PLANS_OFF[rest]].likely:.0%} off on demand ({origin})".replace(
        "%", " %"
    )


def plan_rows(plans: Plans, inputs: Mapping[str, Input]) -> list[dict[str, Any]]:
    """The plans of one machine for JSON; what the book lacks has only what it takes off."""
    return [
        {
            "rest": rest,
            "term": plans[rest].key.term if rest in plans else None,
            "usd_per_hour": plain(plans[rest].usd_per_unit) if rest in plans else None,
            "price_as_of": plans[rest].source.as_of if rest in plans else None,
            "off": None if rest in plans else str(inputs[PLANS_OFF[rest]].likely),
            "assumed": rest not in plans and not is_given(inputs, rest),
        }
        for rest in YEARS
    ]
