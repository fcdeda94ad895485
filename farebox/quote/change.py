"""From a command's options to a diff: two sides, each a basket at a book, or a statement."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import Statement
from farebox.bill.statement_file import is_statement, read_statement
from farebox.bill.usage import NO_USAGE, UsageFile
from farebox.diff.statements import StatementDiff, diff_statements
from farebox.graph import ResourceGraph
from farebox.graph.document import read_document
from farebox.prices import PriceBook
from farebox.quote.basket import Basket, unmatched, usage_at
from farebox.quote.book import BookChoice, book_request, choose_book
from farebox.quote.errors import RequestError
from farebox.quote.git_refs import project_at
from farebox.quote.live import CurrentBook, as_it_is, keys_used, refreshed
from farebox.quote.quote import PricingOptions
from farebox.quote.target import DOCUMENT, Target, find_target, read_stack, target_name
from farebox.quote.waiting import SILENT, Waiting

if TYPE_CHECKING:
    from farebox.graph.project import Project


class ChangeRequest(PricingOptions, frozen=True, kw_only=True):
    """What a command that compares was asked: BASE and HEAD, and how to price them.

    With `base_ref` or `sides` the base comes from the head; `base_prices` and
    `head_prices` are books of their own, in place of `prices`.
    """

    targets: tuple[str, ...]
    base_ref: str | None
    sides: bool
    base_prices: str | None
    head_prices: str | None


class ChangeQuote(Struct, frozen=True):
    """A diff, with `remarks` to tell and what live prices lack, or empty.

    `head` is what was priced for the diff's head, or the statement that it was read as.
    """

    diff: StatementDiff
    remarks: tuple[str, ...]
    shortfall: str
    head: "Side | Statement"


class Side(Struct, frozen=True):
    """One side of a diff that is still to be estimated: a basket and its book."""

    basket: Basket
    book: PriceBook


def compare_targets(request: ChangeRequest, waiting: Waiting = SILENT) -> ChangeQuote:
    """Read both sides, estimate what is no statement yet, and compare.

    Raises FareboxError, one sentence for the user.
    """
    reading = _Reading(request, waiting)
    sides = reading.both()
    remarks = reading.unmatched_usage(*sides)
    base, head = reading.brought_up_to_date(*sides)
    diff = diff_sides(base, head)
    if reading.notes:
        diff = replace(diff, notes=(*diff.notes, *dict.fromkeys(reading.notes)))
    return ChangeQuote(diff, remarks, reading.shortfall, head)


def diff_sides(base: Side | Statement, head: Side | Statement) -> StatementDiff:
    """What changes from the base to the head.

    The code's part is the head's basket at the base's prices, less the base; the
    market's part is what the head's own prices make of it. Only where a side is a
    statement the market's part is read off its lines. Raises EstimateError.
    """
    before, after = _statement(base), _statement(head)
    at_base_prices = None
    if isinstance(base, Side) and isinstance(head, Side):
        same = base.book.id == head.book.id
        at_base_prices = after if same else head.basket.at(base.book)
    replaced = replaced_in(head.basket.graph) if isinstance(head, Side) else ()
    return diff_statements(
        before, after, head_at_base_prices=at_base_prices, replaced=replaced
    )


def replaced_in(graph: ResourceGraph) -> list[str]:
    """The urns of the graph that a deployment deletes and makes anew."""
    return [item.urn for item in graph.resources if item.operation == "replace"]


def _statement(side: Side | Statement) -> Statement:
    return side if isinstance(side, Statement) else side.basket.at(side.book)


def _is_statement(found: object) -> TypeGuard[bytes]:
    """Whether what a name stands for is a statement of Farebox's own."""
    return isinstance(found, bytes) and is_statement(found)


class _Reading:
    """One reading of two sides: each book and each usage file is read once."""

    def __init__(self, request: ChangeRequest, waiting: Waiting) -> None:
        self.request = request
        self.waiting = waiting
        self.notes: list[str] = []
        self.shortfall = ""
        self._choices: dict[str, BookChoice] = {}
        self._usages: dict[str, UsageFile] = {}

    def both(self) -> tuple[Side | Statement, Side | Statement]:
        request = self.request
        names = request.targets
        if request.sides and request.base_ref:
            raise RequestError("--sides and --base-ref both name the base: give one")
        if request.sides or request.base_ref:
            if len(names) != 1:
                option = "--sides" if request.sides else "--base-ref"
                raise RequestError(
                    f"with {option} give the head only, not {len(names)}"
                )
            if request.sides:
                return self._sides(names[0])
            return self._at_ref(request.base_ref or "", names[0]), self._side(
                names[0], "head"
            )
        if len(names) != 2:
            raise RequestError(
                "give BASE and HEAD, or HEAD with --base-ref, or a preview with --sides"
            )
        if names == ("-", "-"):
            raise RequestError("only one side can come through the pipe")
        return self._side(names[0], "base"), self._side(names[1], "head")

    def _side(self, name: str, which: str) -> Side | Statement:
        found = find_target(name)
        if not isinstance(found, DOCUMENT):
            return self._priced(self._stack(found, name), which)
        shown = target_name(name)
        if _is_statement(found):
            if self._own_prices(which):
                raise RequestError(
                    f"{shown} is a statement and keeps its own prices: leave out "
                    f"--{which}-prices, or give the preview that it came from"
                )
            return read_statement(found, shown)
        graph = read_document(found, name=shown, region=self.request.region)
        return self._priced(Target(graph), which)

    def _sides(self, name: str) -> tuple[Side, Side]:
        found = find_target(name)
        if not isinstance(found, DOCUMENT) or _is_statement(found):
            raise RequestError(
                f"--sides compares the old and the new state in one preview; {name} is "
                "none"
            )
        region, shown = self.request.region, target_name(name)
        before, after = (
            read_document(found, name=shown, region=region, side=side)
            for side in ("base", "head")
        )
        return self._priced(Target(before), "base"), self._priced(Target(after), "head")

    def _at_ref(self, ref: str, stack: str) -> Side:
        if isinstance(find_target(stack), DOCUMENT):
            raise RequestError(
                f"--base-ref runs the program of a stack at {ref}: give a stack of this "
                f"project as the head, not {stack}"
            )
        with ExitStack() as until_read:
            project = until_read.enter_context(project_at(ref, Path.cwd()))
            target = self._stack(project, stack)
            side = self._priced(target, "base")
            if side.basket.usage is not NO_USAGE and not self.request.usage:
                name = target.usage_path.name if target.usage_path else ""
                side.basket.usage.path = f"{ref}:{name}"
            return side

    def _stack(self, project: "Project", stack: str) -> Target:
        return read_stack(
            project, stack, region=self.request.region, waiting=self.waiting
        )

    def brought_up_to_date(
        self, *sides: Side | Statement
    ) -> tuple[Side | Statement, Side | Statement]:
        """The sides with live books where they were asked for, refreshed once.

        Sides of the same prices stand on the same book, so that the market between
        them has not moved.
        """
        current: dict[int, PriceBook] = {}
        for choice in self._choices.values():
            baskets = [
                side.basket
                for side in sides
                if isinstance(side, Side) and side.book is choice.book
            ]
            if baskets:
                found = self._current(choice, baskets)
                current[id(choice.book)] = found.prices
                self.notes += found.notes
                self.shortfall = self.shortfall or found.shortfall
        base, head = (
            replace(side, book=current[id(side.book)])
            if isinstance(side, Side)
            else side
            for side in sides
        )
        return base, head

    def _current(self, choice: BookChoice, baskets: list[Basket]) -> CurrentBook:
        if choice.store is None:
            return as_it_is(choice)
        keys = keys_used(choice.book, baskets)
        return refreshed(choice, choice.store, keys, self.waiting)

    def unmatched_usage(self, *sides: Side | Statement) -> tuple[str, ...]:
        """What of the usage files changes nothing of the sides that they are for.

        Raises UsageError, as `fare price`.
        """
        baskets = [side.basket for side in sides if isinstance(side, Side)]
        return tuple(
            sentence
            for usage in self._usages.values()
            for sentence in unmatched(
                usage, *(each.graph for each in baskets if each.usage is usage)
            )
        )

    def _priced(self, target: Target, which: str) -> Side:
        request = self.request
        own = self._own_prices(which)
        want = book_request(
            own or request.prices,
            option=f"--{which}-prices" if own else "--prices",
            as_of=request.as_of,
            seconds=request.live_seconds,
            config=target.graph.config,
        )
        if want.prices not in self._choices:
            self._choices[want.prices] = choose_book(want, on=request.day)
        usage, terms = self._usage(target), request.terms(target.graph)
        basket = Basket(target.graph, usage, terms)
        return Side(basket, self._choices[want.prices].book)

    def _own_prices(self, which: str) -> str | None:
        request = self.request
        return request.base_prices if which == "base" else request.head_prices

    def _usage(self, target: Target) -> UsageFile:
        path = self.request.usage or target.usage_path
        if path is None:
            return NO_USAGE
        if str(path) not in self._usages:
            self._usages[str(path)] = usage_at(path)
        return self._usages[str(path)]
