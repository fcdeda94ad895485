"""What is compared with what: renames, tiers, gaps, prices on one side only."""

import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from farebox.bill.statement import Free, Statement
from farebox.bill.terms import Terms
from farebox.bill.usage import NO_USAGE
from farebox.diff.statements import StatementDiff, diff_statements
from farebox.graph import ResourceGraph
from farebox.graph.kept import kept_note
from farebox.graph.preview import read_preview
from farebox.prices import Price, PriceBook
from farebox.quote.basket import Basket
from farebox.quote.change import Side, diff_sides
from tests.cli.documents import preview, volume
from tests.diff.statements import gap, line, statement, subject, urn_of
from tests.prices.books import price


def kinds(diff: StatementDiff) -> dict[str, str]:
    return {item.subject.name: item.kind for item in diff.resources}


def usd(*texts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))


def test_a_resource_is_added_removed_changed_or_the_same() -> None:
    # By hand: 8 + 8 + 8 before; 16 + 8 + 8 after; +8 -8 +8 = +8
    base = statement([line(subject(name)) for name in ("gone", "grows", "stays")])
    head = statement(
        [
            line(subject("grows"), "200"),
            line(subject("stays")),
            line(subject("new")),
        ]
    )
    diff = diff_statements(base, head)
    assert kinds(diff) == {
        "gone": "removed",
        "grows": "changed",
        "stays": "same",
        "new": "added",
    }
    assert (diff.usd_base, diff.usd_head, diff.usd) == usd("24", "32", "8")


def test_a_range_that_moves_is_a_change_of_nothing_a_month() -> None:
    base = statement([line(subject("pool"), high=Decimal(16))])
    head = statement([line(subject("pool"), high=Decimal(32))])
    diff = diff_statements(base, head)
    assert kinds(diff) == {"pool": "changed"}
    assert diff.usd == 0


def test_the_last_digits_of_a_share_are_no_change() -> None:
    base = statement([line(subject("share"), "33.333333333333333333333333")])
    head = statement([line(subject("share"), "33.333333333333333333333334")])
    assert diff_statements(base, head).is_empty


def test_what_price_and_quantity_do_together_is_split_at_the_bases_prices() -> None:
    # By hand: 100 x 0.08 = 8 before, 200 x 0.10 = 20 after. The code: 200 x 0.08 - 8
    # = +8. The market: 20 - 16 = +4.
    base = statement([line(subject("disk"))])
    head = statement([line(subject("disk"), "200", "0.10")])
    diff = diff_statements(base, head)
    assert (diff.usd, diff.usd_code, diff.usd_market) == usd("12", "8", "4")


def test_a_new_resource_with_a_key_that_the_base_has_is_rated_as_there() -> None:
    # By hand: new 100 x 0.10 = 10, of which 100 x 0.08 = 8 is the code's; the old one
    # moves by 100 x 0.02 = 2, all of it the market's.
    base = statement([line(subject("old"))])
    head = statement(
        [line(subject("old"), rate="0.10"), line(subject("new"), rate="0.10")]
    )
    diff = diff_statements(base, head)
    assert (diff.usd_code, diff.usd_market) == usd("8", "4")


def test_a_key_that_only_the_head_has_counts_as_the_codes() -> None:
    base = statement([line(subject("disk"))])
    head = statement(
        [
            line(subject("disk")),
            line(subject("disk"), "5", "2", usage_type="EBS:VolumeP-IOPS.gp3"),
        ]
    )
    diff = diff_statements(base, head)
    assert (diff.usd_code, diff.usd_market) == usd("10", "0")


def test_a_rate_that_an_unpriced_charge_of_the_base_names_is_the_bases() -> None:
    # By hand: the usage file now gives 100 GB, which at 0.045 are 4.50; the rate is
    # 0.05 now, so 0.50 of the 5.00 is the market's.
    nat = subject("nat")
    base = statement(unpriced=[gap(nat)])
    key = base.unpriced[0].key
    assert key is not None
    charge = replace(line(nat, "100", "0.05"), key=key, unit="GB")
    head = statement([charge])
    diff = diff_statements(base, head)
    assert (diff.usd_code, diff.usd_market) == usd("4.5", "0.5")
    (item,) = diff.resources
    assert len(item.gaps_closed) == 1


def test_tiers_are_compared_tier_by_tier() -> None:
    # By hand: 100 at 0.09 and 50 at 0.085 = 13.25 before. After, 100 at 0.10 and 150
    # at 0.09: the code's part is 100 x 0.085 = 8.50; the market's is 100 x 0.01 +
    # 150 x 0.005 = 1.75.
    def out(*parts: tuple[str, str]) -> Statement:
        return statement([line(subject("account"), q, rate) for q, rate in parts])

    diff = diff_statements(
        out(("100", "0.09"), ("50", "0.085")), out(("100", "0.10"), ("150", "0.09"))
    )
    assert (diff.usd_code, diff.usd_market) == usd("8.5", "1.75")


def test_a_free_allowance_on_one_side_does_not_shift_the_tiers() -> None:
    # By hand: 50 of 150 are free no more: 50 x 0.09 = +4.50, and no price moved.
    with_it = statement(
        [
            line(subject("account"), "50", "0", description="traffic, free"),
            line(subject("account"), "100", "0.09", description="traffic"),
        ]
    )
    without = statement(
        [line(subject("account"), "150", "0.09", description="traffic")]
    )
    diff = diff_statements(with_it, without)
    assert (diff.usd_code, diff.usd_market) == usd("4.5", "0")


def test_a_rename_with_an_alias_is_one_resource() -> None:
    aliases = {urn_of("new"): (urn_of("old"),)}
    base = statement([line(subject("old"))])
    head = statement([line(subject("new"), "200")], aliases=aliases)
    (item,) = diff_statements(base, head).resources
    assert (item.kind, item.subject.name, item.renamed_from) == (
        "changed",
        "new",
        urn_of("old"),
    )
    (back,) = diff_statements(head, base).resources
    assert (back.kind, back.subject.name, back.usd) == ("changed", "old", -item.usd)


def test_a_rename_without_an_alias_is_never_guessed() -> None:
    base = statement([line(subject("old"))])
    head = statement([line(subject("new"))])
    assert kinds(diff_statements(base, head)) == {"old": "removed", "new": "added"}


def test_an_alias_of_something_that_is_still_there_means_nothing() -> None:
    base = statement([line(subject("old"))])
    head = statement(
        [line(subject("old")), line(subject("new"))],
        aliases={urn_of("new"): (urn_of("old"),)},
    )
    assert kinds(diff_statements(base, head)) == {"old": "same", "new": "added"}


def test_two_resources_cannot_have_been_the_same_one() -> None:
    aliases = {urn_of(name): (urn_of("old"),) for name in ("one", "two")}
    base = statement([line(subject("old"))])
    head = statement([line(subject("one")), line(subject("two"))], aliases=aliases)
    assert kinds(diff_statements(base, head)) == {"one": "same", "two": "added"}


def test_what_is_removed_from_a_renamed_component_stays_in_its_sums() -> None:
    # By hand: two volumes of 8 before, one after
    box = "shop:index:Box"
    below = f"{box}$aws:ebs/volume:Volume"
    aliases = {
        urn_of("crate", box): (urn_of("box", box),),
        urn_of("b", below): (urn_of("a", below),),
    }
    before, after = (
        Free(subject(name, type_=box), "component", "a component")
        for name in ("box", "crate")
    )
    base = statement(
        [line(subject("a", "box", below)), line(subject("gone", "box", below))],
        free=[before],
    )
    head = statement(
        [line(subject("b", "crate", below))], free=[after], aliases=aliases
    )
    (component,) = diff_statements(base, head).components
    assert component.component == urn_of("crate", box)
    assert (component.usd_base, component.usd_head) == usd("16", "8")


def test_two_stacks_of_one_program_are_matched_by_type_and_name() -> None:
    disk = subject("disk")
    there = replace(disk, urn=urn_of("disk").replace(":test::", ":prod::"))
    diff = diff_statements(
        statement([line(disk)]), statement([line(there)], stack="prod")
    )
    assert kinds(diff) == {"disk": "same"}
    assert "Two stacks are compared" in diff.notes[0]


def test_other_hours_and_users_on_one_side_are_told() -> None:
    base = statement([line(subject("disk"))], hours=730, users=10)
    head = statement([line(subject("disk"))], hours=720)
    diff = diff_statements(base, head)
    assert diff.usd_per_user is None
    assert "720" in diff.notes[0]
    assert "Users are known for the base only" in diff.notes[1]


def test_users_of_each_side_divide_its_own_total() -> None:
    # By hand: 8 / 10 = 0.80 before, 8.8 / 11 = 0.80 after: no change per user
    base = statement([line(subject("disk"))], users=10)
    head = statement([line(subject("disk"), "110")], users=11)
    diff = diff_statements(base, head)
    assert (diff.usd, diff.usd_per_user) == usd("0.8", "0")


def test_a_gap_that_opens_or_closes_is_a_change_and_a_lower_bound() -> None:
    base = statement([line(subject("disk"))])
    head = statement([line(subject("disk"))], unpriced=[gap(subject("disk"))])
    diff = diff_statements(base, head)
    assert kinds(diff) == {"disk": "changed"}
    assert diff.lower_bound
    assert len(diff.resources[0].gaps_opened) == 1
    back = diff_statements(head, base)
    assert len(back.resources[0].gaps_closed) == 1
    assert back.lower_bound


def graph(**inputs: Any) -> ResourceGraph:
    return read_preview(preview(volume(**inputs)))


def book(*prices: Price, book_id: str) -> PriceBook:
    return PriceBook(prices, book_id=book_id, kind="file")


def side(graph: ResourceGraph, book: PriceBook) -> Side:
    return Side(Basket(graph, NO_USAGE, Terms(on=date(2026, 11, 23))), book)


def storage(usd: str) -> Price:
    return price("EBS:VolumeUsage.gp3", usd, unit="GB-Mo")


def test_two_graphs_and_two_books_are_split_by_estimating_the_head_twice() -> None:
    # By hand: 100 x 0.08 = 8; 200 x 0.08 = 16 (the code +8); 200 x 0.10 = 20 (+4)
    july, november = (
        book(storage("0.08"), book_id="july"),
        book(storage("0.10"), book_id="november"),
    )
    diff = diff_sides(side(graph(size=100), july), side(graph(size=200), november))
    assert (diff.usd_code, diff.usd_market) == usd("8", "4")


def test_a_price_that_the_bases_book_lacks_tells_nothing_of_the_market() -> None:
    # By hand: 6,000 IOPS are 3,000 over what is included: 3,000 x 0.005 = 15
    iops = price("EBS:VolumeP-IOPS.gp3", "0.005", unit="IOPS-Mo")
    july = book(storage("0.08"), book_id="july")
    november = book(storage("0.08"), iops, book_id="november")
    diff = diff_sides(side(graph(), july), side(graph(iops=6000), november))
    assert (diff.usd_code, diff.usd_market) == usd("15", "0")


def test_a_price_that_the_heads_book_lost_is_the_markets_and_a_gap() -> None:
    july = book(storage("0.08"), book_id="july")
    diff = diff_sides(side(graph(), july), side(graph(), book(book_id="november")))
    assert (diff.usd_code, diff.usd_market) == usd("0", "-8")
    assert diff.lower_bound


def calls_of(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls: a measure without a clock."""
    made = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal made
        made += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return made


def test_two_thousand_changes_take_eight_times_the_work_of_250() -> None:
    def work(number: int) -> Callable[[], object]:
        names = [f"disk-{n}" for n in range(number)]
        base = statement([line(subject(name), str(1)) for name in names])
        head = statement([line(subject(name), str(2)) for name in reversed(names)])
        return lambda: diff_statements(base, head).components

    # Linear: 2,000 / 250 = 8, with a tenth for what is done once.
    assert calls_of(work(2000)) < Decimal("8.8") * calls_of(work(250))


def test_a_diff_names_what_leaves_the_program_and_goes_on_costing() -> None:
    kept = kept_note([urn_of("nat"), urn_of("ip")])
    base = statement([line(subject("nat"))])
    head = replace(base, notes=(kept, "offline: zones come from a table"))
    assert diff_statements(base, head).notes == (kept,)
