"""A month in Singapore of plans, reservations, contracts and refunds, in five formats."""

from decimal import Decimal
from pathlib import Path

import pytest

from farebox.billed.charges import Cost
from tests.billed import shop
from tests.billed.focus_shape import focus_1_0, focus_1_2
from tests.billed.scene import Held, Scene, Writer

MONTH = Scene("ap-southeast-1", "2026-10")
PLAN = "arn:aws:savingsplans::000011112222:savingsplan/1a1b2c3d"
RESERVED = MONTH.arn("ec2", "reserved-instances/ri-1")
UPFRONT = MONTH.arn("rds", "ri:ri-upfront")
WEB, COVERED, BOUGHT = (f"i-0e1b2c3d4e5f6000{n}" for n in (1, 2, 3))
BUCKET = "scene-files-1234567"
DATABASE = MONTH.arn("rds", "db:scene-db-01")
LARGE = ("BoxUsage:m5.large", "RunInstances")
BY_PLAN = {"savings_plan_savings_plan_a_r_n": PLAN}
THE_PLAN = {"of": "ComputeSavingsPlans", "product_region_code": "global", **BY_PLAN}
NAMED = "=ComputeSP:1yrAllUpfront"


def _stack() -> None:
    for name, id_ in (("web", WEB), ("covered", COVERED), ("bought", BOUGHT)):
        block = {"volumeId": f"vol-{id_[2:]}", "volumeType": "gp3", "volumeSize": 10}
        said = {"instanceType": "m5.large", "associatePublicIpAddress": False}
        arn = MONTH.arn("ec2", f"instance/{id_}")
        outputs = {**said, "arn": arn, "rootBlockDevice": block}
        MONTH.has("aws:ec2/instance:Instance", name, id_, outputs)
    arn = f"arn:aws:s3:::{BUCKET}"
    MONTH.has("aws:s3/bucket:Bucket", "files", BUCKET, {"bucket": BUCKET, "arn": arn})


def _use() -> None:
    bills = MONTH.bills
    # On demand: 744 h x 0.12 = 89.28, 10 % off by contract, whose own row has no net cost.
    bills(*LARGE, WEB, "744", "89.28", None, "80.352")
    bills(*LARGE, WEB, "0", "0", "-8.928", "", kind="EdpDiscount")
    # Covered at 0.08: 59.52, and 53.568 after the contract; 66.96 committed, 7.44 unused.
    bills(
        *(*LARGE, COVERED, "744", "89.28"),
        kind="SavingsPlanCoveredUsage",
        savings_plan_savings_plan_effective_cost="59.52",
        savings_plan_net_savings_plan_effective_cost="53.568",
        **BY_PLAN,
    )
    taken_back = (*LARGE, "", "744", "0", "-89.28")
    bills(*taken_back, kind="SavingsPlanNegation", **BY_PLAN)
    bills(
        *(NAMED, "", PLAN, "744", "0"),
        kind="SavingsPlanRecurringFee",
        savings_plan_total_commitment_to_date="66.96",
        savings_plan_used_commitment="59.52",
        **THE_PLAN,
    )
    bought = (NAMED, "", PLAN, "1", "0")
    bills(*bought, "788.4", "709.56", kind="SavingsPlanUpfrontFee", **THE_PLAN)
    bills(*bought, "-100", "-90", kind="Refund", **THE_PLAN)
    # Reserved at 0.075: 55.80 and 50.22; its fee is used to the end.
    bills(
        *(*LARGE, BOUGHT, "744", "89.28", "0"),
        kind="DiscountedUsage",
        reservation_reservation_a_r_n=RESERVED,
        reservation_effective_cost="55.8",
        reservation_net_effective_cost="50.22",
    )
    bills(
        *("HeavyUsage:m5.large", "RunInstances", RESERVED, "744", "0"),
        *("29.76", "26.784"),
        kind="RIFee",
        reservation_reservation_a_r_n=RESERVED,
        reservation_unused_recurring_fee="0",
    )
    upfront = ("", "", UPFRONT, "1", "0", "312", "280.8")
    bills(*upfront, kind="Fee", of="AmazonRDS", reservation_reservation_a_r_n=UPFRONT)
    for id_ in (WEB, COVERED, BOUGHT):
        volume = ("CreateVolume-Gp3", f"vol-{id_[2:]}", "10", "0.96", None, "0.864")
        bills("EBS:VolumeUsage.gp3", *volume, unit="GB-Mo")
    # A private rate, told as a row of its own, whose net cost is told as nothing.
    stored = ("TimedStorage-ByteHrs", "StandardStorage", BUCKET)
    bills(*stored, "1000", "25", None, "20", of="AmazonS3", unit="GB-Mo")
    bills(*stored, "0", "0", "-5", "0", of="AmazonS3", kind="PrivateRateDiscount")


def _besides() -> None:
    bills = MONTH.bills
    bundled = ("=BundledUsage", "", "", "0", "0", "-0.5", "0")
    bills(*bundled, kind="BundledDiscount", of="AmazonCloudWatch")
    bills("", "", "", "1", "0", "30", kind="Tax")
    bills("=Dollar", "", "", "1", "0", "100", kind="Fee", of="AWSSupportBusiness")
    bills(*LARGE, "", "0", "0", "-12.5", kind="Credit")
    bills(*LARGE, WEB, "5", "0", "-0.6", kind="Refund")


_stack()
_use()
_besides()

SHAPES: dict[str, Writer] = {
    "cur2.csv": shop.cur2_csv,
    "cur2.parquet": shop.cur2_parquet,
    "legacy.csv": shop.legacy_csv,
    "focus10.csv": focus_1_0,
    "focus12.csv": focus_1_2,
}

# By hand. Use: 89.28 + 89.28 + 0 + 2.88 + 25; discounts' rows: -8.928 - 5 - 0.5;
# commitments: -89.28 + 0 + 788.4 - 100 + 29.76 + 312; beside: 30 + 100 - 12.5 - 0.6.
UNBLENDED = Decimal("1249.792")
# 59.52 for 89.28 taken back, 7.44 unused, 55.8 for 0, and no fee, nor a refund of one.
AMORTISED = Decimal("342.392")
# 89.28 x 3 + 2.88 + 25.
LISTED = Decimal("295.72")
# 80.352 + 0 + 2.592 + 20; 709.56 - 90 + 26.784 + 280.8; 116.9.
NET = Decimal("1146.988")
# 80.352 + 53.568 + 7.44 + 50.22 + 2.592 + 20 + 116.9.
NET_AMORTISED = Decimal("331.072")


@pytest.fixture(params=sorted(SHAPES), scope="module")
def held(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Held]:
    shape, folder = request.param, tmp_path_factory.mktemp("scene")
    return shape, MONTH.held(folder, SHAPES[shape], Path(shape).suffix)


def test_all_five_costs_are_those_by_hand_in_every_format(
    held: tuple[str, Held],
) -> None:
    shape, found = held
    focus = shape.startswith("focus")
    # FOCUS bills after discounts: its cash is net, and so is what is spread.
    assert found.totals() == {
        "unblended": NET if focus else UNBLENDED,
        "amortised": NET_AMORTISED if focus else AMORTISED,
        "listed": LISTED,
        "net": NET,
        "net_amortised": NET_AMORTISED,
    }


def test_each_part_of_a_commitment_has_its_cause(held: tuple[str, Held]) -> None:
    _, found = held
    by_cause = found.causes("net_amortised")
    # 14 h more of three machines at 0.12: 5.04.
    assert by_cause["hours"] == Decimal("5.04")
    # What nobody used, 7.44, and support; taxes; a credit, and a refund of use.
    assert by_cause["fees and commitments"] == Decimal("107.44")
    assert by_cause["tax"] == 30
    assert by_cause["credits"] == Decimal("-13.1")
    # S3 has no line: its 20 after the private rate. Nothing is drift.
    assert by_cause["not estimated"] == 20
    # From the list down, commitments and contract together:
    # 53.568 - 89.28 and 50.22 - 89.28 are -74.772; 10 % of 89.28 and of 2.88 are -9.216.
    below = by_cause["commitment"] + by_cause["discount"]
    assert below == Decimal("-74.772") - Decimal("9.216")
    assert set(by_cause) == {
        *("hours", "commitment", "discount", "not estimated", "tax", "credits"),
        "fees and commitments",
    }


@pytest.mark.parametrize("cost", ["unblended", "amortised", "listed", "net"])
def test_no_way_of_counting_has_a_cause_that_is_not_there(
    held: tuple[str, Held], cost: Cost
) -> None:
    assert not set(held[1].causes(cost)) & {
        *("not in the stack", "not classified", "price", "late rows"),
        "no resource named",
    }


def test_a_discounts_row_counts_where_nothing_else_has_the_discount(
    tmp_path: Path,
) -> None:
    scene = Scene("us-east-2", "2026-10")
    scene.bills(*LARGE, "", "100", "9.6", None, "9.6")
    scene.bills(*LARGE, "", "0", "0", "-0.96", "", kind="EdpDiscount")
    found = scene.held(tmp_path, shop.cur2_csv)
    # The column of net costs is there and says nothing but the cost: 9.6 - 0.96.
    assert found.totals()["net"] == Decimal("8.64")
