"""Which prices go into one file, and what a file cannot hold."""

from farebox.prices import PriceBook, PriceKey
from farebox.prices.selection import holdable, of_places, of_questions
from farebox.prices.text import parse_book, write_book
from tests.prices.books import box, price, spot

R6A = [
    box("r6a.large", "0.1134"),
    box("r6a.xlarge", "0.2268"),
    box("r6a.2xlarge", "0.4536"),
]
SPOTS = [spot("r6a.large", "0.05"), spot("r6a.large", "0.06", "use1-az2")]
OTHER = [box("m6a.large", "0.0864"), price("EBS:VolumeUsage.gp3", "0.08")]


def book(*prices: object) -> PriceBook:
    return PriceBook(prices, book_id="", kind="file")  # type: ignore[arg-type]


def keys(prices: object) -> set[str]:
    return {str(one.key) for one in prices}  # type: ignore[attr-defined]


def test_a_machine_comes_with_its_family_on_demand() -> None:
    asked = [PriceKey("AmazonEC2", "us-east-1", "BoxUsage:r6a.large", "RunInstances")]
    assert keys(of_questions(book(*R6A, *SPOTS, *OTHER), asked)) == keys(R6A)


def test_a_question_for_a_types_zones_takes_every_zone_and_the_family() -> None:
    asked = [PriceKey("AmazonEC2", "us-east-1", "SpotUsage:r6a.large", purchase="spot")]
    found = of_questions(book(*R6A, *SPOTS, *OTHER), asked)
    assert keys(found) == keys([*R6A, *SPOTS])
    parse_book(write_book(found), kind="file")


def test_a_question_without_an_operation_takes_all_operations() -> None:
    nat = [price("Odd", "1", operation="A"), price("Odd", "2", operation="B")]
    asked = [PriceKey("AmazonEC2", "us-east-1", "Odd")]
    assert keys(of_questions(book(*nat, *OTHER), asked)) == keys(nat)


def test_prices_that_hold_everywhere_go_with_every_region() -> None:
    dns = price("DNS-Queries", "0.4", service="AmazonRoute53", region="global")
    dublin = price("EU-EBS:VolumeUsage.gp3", "0.088", region="eu-west-1")
    found = of_places([*OTHER, dns, dublin], ["eu-west-1"], [])
    assert keys(found) == keys([dns, dublin])
    assert keys(of_places([*OTHER, dns], [], ["AmazonRoute53"])) == keys([dns])


def test_a_spot_price_whose_on_demand_price_is_left_out_is_left_out_too() -> None:
    # 0.12474 is 1.1 x 0.1134, the Dedicated rate: it goes, and spot has nothing left
    # to be held against.
    dedicated = box("r6a.large", "0.12474")
    selected = holdable([dedicated, *R6A[1:], box("r6a.4xlarge", "0.9072"), SPOTS[0]])
    assert keys(selected.prices) == keys([*R6A[1:], box("r6a.4xlarge", "0.9072")])
    (left_out,) = selected.left_out.values()
    assert [key.usage_type for key in left_out] == [
        "BoxUsage:r6a.large",
        "SpotUsage:r6a.large",
    ]


def test_two_prices_under_one_key_are_both_left_out() -> None:
    twice = [price("Odd", "1"), price("USE1-Odd", "2")]
    selected = holdable([*twice, *OTHER])
    assert keys(selected.prices) == keys(OTHER)
    assert list(selected.left_out) == ["several prices under one key"]
