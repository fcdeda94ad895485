"""The line below a tier's price: the same model, and nothing for other programs."""

import subprocess
import sys
from decimal import Decimal
from json import dumps

import pytest
from msgspec import structs, to_builtins

from farebox.bill.statement import BookSummary, LineItem, Statement, Subject
from farebox.hosting.colo.alongside import alongside
from farebox.hosting.colo.colo import OPTIONS, PLAIN, Demand
from farebox.hosting.colo.colo_inputs import shipped_inputs
from farebox.prices import PriceKey, Source
from farebox.reports.statement.alongside import document, sentence

TIER = {
    "zone_ids": ["use1-az1"],
    "instance_types": ["r6a.8xlarge"],
    "users_per_vm": 160,
    "volumes": {"users_per_volume": 80, "gib_per_user": 10},
}
CONFIG = {"passepartout:tier": dumps(TIER)}


def egress(gb: int) -> LineItem:
    key = PriceKey("AWSDataTransfer", "us-east-1", "DataTransfer-Out-Bytes")
    return LineItem(
        subject=Subject(None, "account", "us-east-1"),
        key=key,
        description="traffic to the internet",
        quantity=Decimal(gb),
        unit="GB",
        usd_per_unit=Decimal("0.09"),
        because="given",
        usage="usage-file",
        source=Source("https://example.com", "2026-11-01"),
        usd_low=Decimal(0),
        usd_high=Decimal(0),
    )


STATEMENT = Statement(
    project="passepartout",
    stack="100k",
    hours_per_month=Decimal(730),
    on="2026-11-23",
    book=BookSummary("sha256:0", "file", "2026-11-01", 0, 1, 0),
    # The free part and the paid one are two lines: 100 + 199,900 GB.
    lines=(egress(100), egress(199_900)),
    free=(),
    unpriced=(),
    users=Decimal(100_000),
)


def test_the_line_has_the_likely_figures_of_the_model() -> None:
    # By hand in test_colo: 2.29 and 2.50 a user at 100,000 users and 2 GB each.
    found = alongside(STATEMENT, CONFIG)
    assert found is not None
    likely = {name: one.likely for name, one in shipped_inputs().items()}
    for one in found.options:
        fleet = OPTIONS[one.option](100_000, Demand(10, 2.0, 1.6), likely, PLAIN)
        assert float(one.usd_per_month) == pytest.approx(fleet.usd_per_month)
        assert one.servers == fleet.servers
    assert sentence(found) == (
        "Same users, USD each: 2.29 on colo, 2.50 on rented servers (fare host colo)."
    )
    # By hand: 137,131.538981 + 31,200 + 16,607.781659 + 304.414003 + 600 + 650 + 120
    #   + 2,576.980378 + 40,000 = 229,190.71502 (the lines of test_colo).
    assert to_builtins(document(found))["options"][0] == {
        "option": "colo",
        "servers": 130,
        "usd_per_month": "229190.71502",
        "usd_per_user_month": "2.291907",
    }


@pytest.mark.parametrize("users", [1, 1_000, 1_000_000])
def test_the_line_fits_a_terminal(users: int) -> None:
    found = alongside(structs.replace(STATEMENT, users=Decimal(users)), CONFIG)
    assert found is not None
    assert len(sentence(found)) <= 80 or users == 1


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"shop:tier": dumps(TIER)},
        {"passepartout:tier": "gold"},
        {"passepartout:tier": "{not json"},
        {"passepartout:tier": dumps({"size": "gold"})},
        {"passepartout:tier": dumps({"hosted": False, "zone_ids": ["use1-az1"]})},
    ],
    ids=["none", "another project's", "a word", "broken", "other keys", "self-hosted"],
)
def test_what_is_no_tier_of_hosted_users_has_no_line(config: dict[str, str]) -> None:
    assert alongside(STATEMENT, config) is None


def test_a_stack_without_users_has_no_line() -> None:
    assert alongside(structs.replace(STATEMENT, users=None), CONFIG) is None
    assert alongside(structs.replace(STATEMENT, users=Decimal("0.5")), CONFIG) is None


def test_the_users_take_the_memory_that_the_tiers_machines_give_them() -> None:
    # Of 218 users on 256 GiB each takes 1.1743: 1,536 / 1.1743 x 0.85 = 1,111.8 a server,
    # 89.94 -> 90 busy and 5 spare: 95 servers, where 160 users a machine ask for 130.
    tier = {**TIER, "users_per_vm": 218}
    found = alongside(STATEMENT, {"passepartout:tier": dumps(tier)})
    assert found is not None
    assert found.options[0].servers == 95
    # As many as fit, by the plan's own packing.
    packed = alongside(
        STATEMENT, {"passepartout:tier": dumps({**TIER, "users_per_vm": "auto"})}
    )
    assert packed == found


def test_the_line_takes_no_numpy_where_the_packing_is_given() -> None:
    program = (
        "import sys; from tests.hosting.colo.test_colo_alongside import *;"
        "assert alongside(STATEMENT, CONFIG); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
