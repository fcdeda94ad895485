"""What a report on the best choices shows, and what both its forms work out of it."""

from datetime import date

from msgspec import Struct

from farebox.hosting.choice.choice_question import Question
from farebox.hosting.choice.choice_search import Found, Search
from farebox.hosting.choice.choices import Choice
from farebox.hosting.choice.machine_market import Market
from farebox.hosting.choice.optimize import Bind
from farebox.hosting.packing.capacity import kills_per_user_year, usable_gib
from farebox.prices import PriceBook

ROUNDING = 1e-12


class Offered(Struct, frozen=True, kw_only=True):
    """A choice with what binds it."""

    found: Found
    binds: tuple[Bind, ...]


class OptimizeView(Struct, frozen=True, kw_only=True):
    """What the report shows; `now` is the tier as it stands, where it has prices."""

    tier: str
    search: Search
    market: Market
    offers: tuple[Offered, ...]
    now: Choice | None
    book: PriceBook
    on: date
    stale_spot_prices: int
    file: str = ""
    diff: str = ""
    """What `--write` changed, empty where it changed nothing or was not asked."""

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.search.question


def memory_kills(view: OptimizeView, choice: Choice) -> float:
    """Kills for want of memory per user-year, at the peak hour, of a full machine."""
    model = view.question.config.memory
    usable = usable_gib(choice.machine.one.memory_gib)
    kills = kills_per_user_year(model, choice.users_per_vm, usable)
    # Below that the model has only rounding (docs/hosting.md, memory).
    return kills if kills > ROUNDING else 0.0
