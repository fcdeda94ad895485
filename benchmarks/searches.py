"""`fare host optimize`'s search over every type with spot in every zone, and without pruning.

The embedded book has zone prices of a dozen types; a live one has them all, and the
search is at its largest then. So every type gets made-up spot prices here, seeded.
"""

import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from farebox.hosting.choice.choice_question import Limits, Question, question_of
from farebox.hosting.choice.choice_search import Search
from farebox.hosting.choice.choices import Machine
from farebox.hosting.choice.machine_market import Market, market
from farebox.hosting.choice.optimize import binds, cheapest_choices
from farebox.hosting.plan.tier_files import read_tier
from farebox.hosting.spot.advisor import BUCKETS
from farebox.hosting.spot.spot_inputs import spot_inputs
from farebox.prices.embedded import embedded_book

SAMPLE = ("m7i.2xlarge", "r6a.4xlarge", "r6a.8xlarge", "r7i.24xlarge")
"""Types that everything is tried for, from small to large."""
TOP = 5


class Searched(Struct, frozen=True):
    """Seconds of a search, its types, and the choices that it tried."""

    seconds: float
    types: int
    tried: int


def pruned(folder: Path, tier: str) -> Searched:
    """The market, the search over all types, and what binds the best five."""
    started = time.perf_counter()
    question, whole = _everything(folder, tier)
    search = Search(question)
    for found in cheapest_choices(search, whole, top=TOP):
        binds(search, found)
    seconds = time.perf_counter() - started
    return Searched(seconds, len(whole.machines), search.tried)


def unpruned(folder: Path, tier: str) -> Searched:
    """Every zone set, mix and packing of the sample; the same best as with pruning."""
    question, whole = _everything(folder, tier)
    sample = [one for one in whole.machines if one.one.instance_type in SAMPLE]
    some = replace(whole, machines=tuple(sample))
    best = cheapest_choices(Search(question), some, top=1)
    search = Search(question)
    started = time.perf_counter()
    every = cheapest_choices(search, some, top=1, prune=False)
    seconds = time.perf_counter() - started
    if every[0].rank != best[0].rank:
        raise SystemExit("bench: pruning lost the best choice")
    return Searched(seconds, len(sample), search.tried)


def _everything(folder: Path, tier: str) -> tuple[Question, Market]:
    book = embedded_book()
    question = question_of(
        read_tier(folder, tier),
        book,
        hours=Decimal(730),
        inputs=spot_inputs(),
        limits=Limits(pool_percent=34.0, vm_percent=10.0),
    )
    whole = market(question, book)
    return question, replace(whole, machines=_with_spot(whole.machines))


def _with_spot(machines: Sequence[Machine]) -> tuple[Machine, ...]:
    """Every machine with a spot price of 30 to 70 % in each zone, and a bucket."""
    random = Random(1)
    return tuple(
        replace(
            one,
            usd_spot={
                zone_id: one.usd_on_demand * random.randint(30, 70) / 100
                for zone_id in one.zone_ids
            },
            bucket=random.choice(BUCKETS),
        )
        for one in machines
    )
