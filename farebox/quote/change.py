"""From a command's options to a diff: two sides, each a graph or a statement."""

from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import Statement
from farebox.bill.statement_file import is_statement, read_statement
from farebox.bill.terms import Terms
from farebox.bill.usage import NO_USAGE, UsageFile
from farebox.cli.errors import BadInput, remark
from farebox.cli.waiting import asking_aws
from farebox.diff.graphs import Side, diff_graphs, replaced_in
from farebox.diff.statements import StatementDiff, diff_statements
from farebox.graph.document import read_document
from farebox.prices import PriceBook
from farebox.quote.book import Chosen, choose, wanted
from farebox.quote.git_refs import project_at
from farebox.quote.live import Settled, settle
from farebox.quote.pricing import users_of
from farebox.quote.target import Target, find_target, read_stack, target_name
from farebox.rating.estimate import estimate


class AskedDiff(Struct, frozen=True, kw_only=True):
    """What a command that compares was asked; None where a choice was not made."""

    targets: tuple[str, ...]
    base_ref: str | None
    sides: bool
    usage: str | None
    region: str | None
    hours: Decimal
    users: Decimal | None
    prices: str | None = None
    as_of: date | None = None
    live_seconds: Decimal | None = None
    base_prices: str | None
    head_prices: str | None
    on: date | None
    free_tier: str
    on_demand_fallback: bool


class Compared(Struct, frozen=True):
    """A diff, and what live prices lack that were asked for by name, or empty."""

    diff: StatementDiff
    shortfall: str


def diff_targets(asked: AskedDiff) -> StatementDiff:
    """The diff that `compare_targets` finds. Raises the user's errors."""
    return compare_targets(asked).diff


def compare_targets(asked: AskedDiff) -> Compared:
    """Read both sides, estimate what is no statement yet, and compare.

    Raises the user's errors.
    """
    reading = _Reading(asked)
    base, head = reading.settled(*reading.both())
    if isinstance(base, Side) and isinstance(head, Side):
        diff = diff_graphs(base, head, reading.estimate)
    else:
        diff = diff_statements(
            reading.estimate(base) if isinstance(base, Side) else base,
            reading.estimate(head) if isinstance(head, Side) else head,
            replaced=replaced_in(head.graph) if isinstance(head, Side) else (),
        )
    reading.check_usage()
    if reading.notes:
        diff = replace(diff, notes=(*diff.notes, *dict.fromkeys(reading.notes)))
    return Compared(diff, reading.shortfall)


class _Reading:
    """One reading of two sides: each book and each usage file is read once."""

    def __init__(self, asked: AskedDiff) -> None:
        self.asked = asked
        self.on = asked.on or asked.as_of or date.today()
        self.notes: list[str] = []
        self.shortfall = ""
        self._books: dict[str, Chosen] = {}
        self._usages: dict[str, UsageFile] = {}

    def both(self) -> tuple[Side | Statement, Side | Statement]:
        asked = self.asked
        names = asked.targets
        if asked.sides and asked.base_ref:
            raise BadInput("--sides and --base-ref both name the base: give one")
        if asked.sides or asked.base_ref:
            if len(names) != 1:
                option = "--sides" if asked.sides else "--base-ref"
                raise BadInput(f"with {option} give the head only, not {len(names)}")
            if asked.sides:
                return self._sides(names[0])
            return self._at_ref(asked.base_ref or "", names[0]), self._side(
                names[0], "head"
            )
        if len(names) != 2:
            raise BadInput(
                "give BASE and HEAD, or HEAD with --base-ref, or a preview with --sides"
            )
        if names == ("-", "-"):
            raise BadInput("only one side can come through the pipe")
        return self._side(names[0], "base"), self._side(names[1], "head")

    def estimate(self, side: Side) -> Statement:
        asked = self.asked
        return estimate(
            side.graph,
            side.book,
            side.usage,
            Terms(
                on=self.on,
                hours_per_month=asked.hours,
                users=side.users,
                on_demand_fallback=asked.on_demand_fallback,
                free_tier=asked.free_tier == "include",
            ),
        )

    def check_usage(self) -> None:
        """Refuse usage that nothing read, as `fare price` does."""
        if not self._usages:
            return
        from farebox.bill.usage_file import refuse_unread

        for usage in self._usages.values():
            for sentence in refuse_unread(usage):
                remark(sentence)

    def _side(self, name: str, which: str) -> Side | Statement:
        found = find_target(name)
        if not isinstance(found, bytes):
            return self._priced(
                read_stack(found, name, region=self.asked.region), which
            )
        shown = target_name(name)
        if is_statement(found):
            if getattr(self.asked, f"{which}_prices"):
                raise BadInput(
                    f"{shown} is a statement and keeps its own prices: leave out "
                    f"--{which}-prices, or give the preview that it came from"
                )
            return read_statement(found, shown)
        graph = read_document(found, name=shown, region=self.asked.region)
        return self._priced(Target(graph), which)

    def _sides(self, name: str) -> tuple[Side, Side]:
        found = find_target(name)
        if not isinstance(found, bytes) or is_statement(found):
            raise BadInput(
                f"--sides compares the old and the new state in one preview; {name} is "
                "none"
            )
        region, shown = self.asked.region, target_name(name)
        before, after = (
            read_document(found, name=shown, region=region, side=side)
            for side in ("base", "head")
        )
        return self._priced(Target(before), "base"), self._priced(Target(after), "head")

    def _at_ref(self, ref: str, stack: str) -> Side:
        if isinstance(find_target(stack), bytes):
            raise BadInput(
                f"--base-ref runs the program of a stack at {ref}: give a stack of this "
                f"project as the head, not {stack}"
            )
        with ExitStack() as until_read:
            project = until_read.enter_context(project_at(ref, Path.cwd()))
            target = read_stack(project, stack, region=self.asked.region)
            side = self._priced(target, "base")
            if side.usage is not NO_USAGE and not self.asked.usage:
                name = target.usage_path.name if target.usage_path else ""
                side.usage.path = f"{ref}:{name}"
            return side

    def settled(
        self, *sides: Side | Statement
    ) -> tuple[Side | Statement, Side | Statement]:
        """The sides with live books where they were asked for, refreshed once.

        Sides of the same prices stand on the same book, so that the market between
        them has not moved.
        """
        found: dict[int, Settled] = {}
        for chosen in self._books.values():
            book = chosen.book
            own = [
                side for side in sides if isinstance(side, Side) and side.book is book
            ]
            if not own:
                continue

            def estimates(book: PriceBook, own: list[Side] = own) -> list[Statement]:
                return [self.estimate(replace(side, book=book)) for side in own]

            settled = settle(chosen, estimates, asking=asking_aws)
            found[id(book)] = settled
            self.notes += settled.notes
            self.shortfall = self.shortfall or settled.shortfall
        base, head = (
            replace(side, book=found[id(side.book)].book)
            if isinstance(side, Side)
            else side
            for side in sides
        )
        return base, head

    def _priced(self, target: Target, which: str) -> Side:
        asked = self.asked
        own = getattr(asked, f"{which}_prices")
        option = f"--{which}-prices" if own else "--prices"
        want = wanted(
            own or asked.prices,
            option=option,
            as_of=asked.as_of,
            seconds=asked.live_seconds,
            config=target.graph.config,
        )
        if want.prices not in self._books:
            self._books[want.prices] = choose(want, on=self.on)
        path = asked.usage or (str(target.usage_path) if target.usage_path else None)
        usage = NO_USAGE
        if path is not None:
            if path not in self._usages:
                from farebox.bill.usage_file import read_usage

                self._usages[path] = read_usage(Path(path))
            usage = self._usages[path]
        users = asked.users or users_of(target.graph)
        return Side(target.graph, self._books[want.prices].book, usage, users)
