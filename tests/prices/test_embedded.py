"""The embedded book holds the figures that its sources have, one by one."""

from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from farebox.prices import PriceBook, PriceKey, Tier
from farebox.prices.ages import kind_of
from farebox.prices.aliases import bare_key
from farebox.prices.borders import ends_at, known_borders
from farebox.prices.curated import CURATED_FILE, curated_book
from farebox.prices.embedded import embedded_book
from farebox.prices.laws import check_laws
from farebox.prices.text import write_book

US = ("us-east-1", "us-east-2", "us-west-2")
DUBLIN, FRANKFURT, SINGAPORE = "eu-west-1", "eu-central-1", "ap-southeast-1"
REGIONS = (*US, DUBLIN, FRANKFURT, SINGAPORE)

# 4xlarge, Linux, USD an hour: us-east-1 = us-east-2 = us-west-2, Dublin, Frankfurt,
# Singapore; None where AWS does not sell the family.
ON_DEMAND_4XLARGE = {
    "r6a": ("0.9072", "1.0152", "1.0944", "1.0944"),
    "r7a": ("1.2172", "1.36208", "1.46832", None),
    "r6i": ("1.008", "1.128", "1.216", "1.216"),
    "r7i": ("1.0584", "1.1844", "1.2768", "1.2768"),
    "r6g": ("0.8064", "0.9024", "0.9728", "0.9728"),
    "r7g": ("0.8568", "0.9588", "1.0336", "1.0336"),
    "r8g": ("0.94256", "1.05472", "1.13696", "1.13696"),
    "m6a": ("0.6912", "0.7704", "0.828", "0.864"),
    "m7a": ("0.92736", "1.0336", "1.11088", None),
}

R6A_US_EAST_1 = {
    "large": "0.1134",
    "xlarge": "0.2268",
    "2xlarge": "0.4536",
    "4xlarge": "0.9072",
    "8xlarge": "1.8144",
    "12xlarge": "2.7216",
    "16xlarge": "3.6288",
    "24xlarge": "5.4432",
    "32xlarge": "7.2576",
    "48xlarge": "10.8864",
    "metal": "10.8864",
}

# service, usage type, operation, unit; the three US regions, Dublin, Frankfurt, Singapore
BY_REGION = {
    ("AmazonEC2", "EBS:VolumeUsage.gp3", "", "GB-Mo"): "0.08 0.088 0.0952 0.096",
    ("AmazonEC2", "EBS:VolumeP-IOPS.gp3", "", "IOPS-Mo"): "0.005 0.0055 0.006 0.006",
    (
        "AmazonEC2",
        "EBS:VolumeP-Throughput.gp3",
        "",
        "GiBps-mo",
    ): "40.96 45.056 48.7424 49.152",
    ("AmazonEC2", "EBS:VolumeUsage.gp2", "", "GB-Mo"): "0.1 0.11 0.119 0.12",
    ("AmazonEC2", "EBS:VolumeUsage.st1", "", "GB-Mo"): "0.045 0.05 0.054 0.054",
    ("AmazonEC2", "EBS:VolumeUsage.sc1", "", "GB-Mo"): "0.015 0.0168 0.018 0.018",
    ("AmazonEC2", "EBS:VolumeUsage", "", "GB-Mo"): "0.05 0.055 0.059 0.08",
    ("AmazonEC2", "EBS:SnapshotUsage", "", "GB-Mo"): "0.05 0.05 0.054 0.05",
    ("AmazonEC2", "NatGateway-Hours", "NatGateway", "Hrs"): "0.045 0.048 0.052 0.059",
    ("AmazonEC2", "NatGateway-Bytes", "NatGateway", "GB"): "0.045 0.048 0.052 0.059",
    ("AmazonVPC", "PublicIPv4:InUseAddress", "", "Hrs"): "0.005 0.005 0.005 0.005",
    ("AmazonVPC", "PublicIPv4:IdleAddress", "", "Hrs"): "0.005 0.005 0.005 0.005",
    ("AmazonEC2", "DataTransfer-Regional-Bytes", "", "GB"): "0.01 0.01 0.01 0.01",
    ("AWSDataTransfer", "DataTransfer-In-Bytes", "", "GB"): "0 0 0 0",
    (
        "AmazonEKS",
        "AmazonEKS-Hours:perCluster",
        "CreateOperation",
        "Hours",
    ): "0.1 0.1 0.1 0.1",
}

# nano, micro, small, medium, large; USD an hour
BURSTABLE = {
    ("t3", "us-west-2"): "0.0052 0.0104 0.0208 0.0416 0.0832",
    ("t3a", "us-east-2"): "0.0047 0.0094 0.0188 0.0376 0.0752",
    ("t4g", "eu-west-1"): "0.0046 0.0092 0.0184 0.0368 0.0736",
    ("t3", "eu-central-1"): "0.006 0.012 0.024 0.048 0.096",
    ("t4g", "ap-southeast-1"): "0.0053 0.0106 0.0212 0.0424 0.0848",
}

# The 38 Linux prices that were off by rounding before they were taken from the pricing
# page's feed of 2025-11-04, which the list of 2025-04-24 equals: sizes, USD an hour.
ROUNDED_BY_AWS = {
    ("ap-southeast-1", "c7g"): "medium 0.0417",
    ("eu-central-1", "c7a"): "medium 0.05857",
    ("eu-central-1", "c7g"): "large 0.0825 medium 0.0412",
    (
        "eu-central-1",
        "m7g",
    ): "12xlarge 2.3462 16xlarge 3.1283 4xlarge 0.7821 8xlarge 1.5642 large 0.0978 medium 0.0489",
    (
        "eu-west-1",
        "c6g",
    ): "12xlarge 1.751 16xlarge 2.3347 4xlarge 0.5837 8xlarge 1.1674 large 0.073 medium 0.0365",
    (
        "eu-west-1",
        "c7g",
    ): "12xlarge 1.8605 2xlarge 0.3101 4xlarge 0.6202 large 0.0775 medium 0.0388 xlarge 0.155",
    ("eu-west-1", "m7g"): "large 0.091 medium 0.0455",
    ("eu-west-1", "r7g"): "large 0.1199 medium 0.0599",
    (
        "us-east-2",
        "c7g",
    ): "12xlarge 1.7342 16xlarge 2.3123 2xlarge 0.289 4xlarge 0.5781 8xlarge 1.1562 large 0.0723 xlarge 0.1445",
    ("us-east-2", "r7a"): "medium 0.07608",
    ("us-east-2", "r7g"): "medium 0.0536",
    ("us-west-2", "c7g"): "medium 0.0363",
    ("us-west-2", "r7a"): "medium 0.07608",
    ("us-west-2", "r7g"): "medium 0.0536",
}

ALB, NLB = "LoadBalancing:Application", "LoadBalancing:Network"
SINGLE = [
    # service, region, usage type as billed, operation, unit, USD per unit
    ("AmazonEC2", "us-east-1", "EBS:VolumeUsage.piops", "", "GB-Mo", "0.125"),
    ("AmazonEC2", "us-east-1", "EBS:VolumeP-IOPS.piops", "", "IOPS-Mo", "0.065"),
    ("AmazonEC2", "us-east-1", "EBS:VolumeUsage.io2", "", "GB-Mo", "0.125"),
    ("AmazonEC2", "us-east-1", "EBS:VolumeP-IOPS.io2", "", "IOPS-Mo", "0.065"),
    ("AmazonEC2", "us-east-1", "EBS:VolumeP-IOPS.io2.tier2", "", "IOPS-Mo", "0.0455"),
    ("AmazonEC2", "us-east-1", "EBS:VolumeP-IOPS.io2.tier3", "", "IOPS-Mo", "0.03185"),
    ("AmazonEC2", "us-east-1", "EBS:SnapshotArchiveStorage", "", "GB-Mo", "0.0125"),
    ("AmazonEC2", "us-east-1", "EBS:FastSnapshotRestore", "", "hours", "0.75"),
    ("AWSELB", "us-east-1", "LoadBalancerUsage", ALB, "Hrs", "0.0225"),
    ("AWSELB", "us-east-1", "LCUUsage", ALB, "LCU-Hrs", "0.008"),
    ("AWSELB", "us-east-1", "LoadBalancerUsage", NLB, "Hrs", "0.0225"),
    ("AWSELB", "us-east-1", "LCUUsage", NLB, "LCU-Hrs", "0.006"),
    ("AWSELB", "us-west-2", "USW2-LoadBalancerUsage", ALB, "Hrs", "0.0225"),
    ("AWSELB", "eu-west-1", "EU-LoadBalancerUsage", ALB, "Hrs", "0.0252"),
    ("AWSELB", "eu-west-1", "EU-LCUUsage", ALB, "LCU-Hrs", "0.008"),
    ("AWSELB", "eu-west-1", "EU-LoadBalancerUsage", NLB, "Hrs", "0.0252"),
    ("AWSELB", "eu-west-1", "EU-LCUUsage", NLB, "LCU-Hrs", "0.006"),
    ("AWSELB", "eu-central-1", "EUC1-LoadBalancerUsage", ALB, "Hrs", "0.027"),
    (
        "AmazonEKS",
        "us-east-1",
        "USE1-AmazonEKS-Hours:extendedSupport",
        "ExtendedSupport",
        "Hours",
        "0.5",
    ),
    ("AmazonVPC", "us-east-1", "VpcEndpoint-Hours", "VpcEndpoint", "Hrs", "0.01"),
    ("AmazonVPC", "eu-west-1", "EU-VpcEndpoint-Hours", "VpcEndpoint", "Hrs", "0.011"),
    (
        "AmazonVPC",
        "eu-central-1",
        "EUC1-VpcEndpoint-Hours",
        "VpcEndpoint",
        "Hrs",
        "0.012",
    ),
    (
        "AmazonCloudWatch",
        "us-east-1",
        "USE1-DataProcessing-Bytes",
        "PutLogEvents",
        "GB",
        "0.5",
    ),
    ("AmazonCloudWatch", "us-east-1", "TimedStorage-ByteHrs", "", "GB-Mo", "0.03"),
    ("AmazonCloudWatch", "us-east-1", "CW:AlarmMonitorUsage", "", "Alarms", "0.1"),
    (
        "AmazonCloudWatch",
        "us-east-1",
        "CW:MetricMonitorUsage",
        "",
        "Metrics",
        "0.3",
    ),
    ("AmazonS3", "us-east-1", "TimedStorage-ByteHrs", "", "GB-Mo", "0.023"),
    ("AmazonS3", "us-east-1", "Requests-Tier1", "", "Requests", "0.000005"),
    ("AmazonS3", "us-east-1", "Requests-Tier2", "", "Requests", "0.0000004"),
    ("AmazonRoute53", "global", "DNS-Queries", "", "Queries", "0.0000004"),
    ("awskms", "us-east-1", "us-east-1-KMS-Keys", "", "Keys", "1"),
    (
        "AWSSecretsManager",
        "us-east-1",
        "USE1-AWSSecretsManager-Secrets",
        "",
        "Secrets",
        "0.4",
    ),
    ("AWSDataTransfer", "us-east-1", "USE1-USE2-AWS-Out-Bytes", "", "GB", "0.01"),
    ("AWSDataTransfer", "us-east-1", "USE1-USW2-AWS-Out-Bytes", "", "GB", "0.02"),
    ("AWSDataTransfer", "us-east-2", "USE2-USW2-AWS-Out-Bytes", "", "GB", "0.02"),
    ("AWSELB", "us-east-2", "USE2-LoadBalancerUsage", NLB, "Hrs", "0.0225"),
    ("AmazonEC2", "eu-west-1", "EU-EBS:VolumeUsage.io2", "", "GB-Mo", "0.138"),
]

SPOT = {
    ("r6a.4xlarge", "us-east-1"): "1 .4411 2 .3704 4 .3634 5 .4759 6 .3774",
    ("r6a.4xlarge", "us-east-2"): "1 .3829 2 .3721 3 .4103",
    ("r6a.4xlarge", "us-west-2"): "1 .4396 2 .4639 3 .4613 4 .7092",
    ("r6a.4xlarge", "eu-west-1"): "1 .5852 2 .5631 3 .5375",
    ("r6a.4xlarge", "eu-central-1"): "1 .4845 2 .5627 3 .5449",
    ("r6a.4xlarge", "ap-southeast-1"): "1 .5557 2 .6107",
    ("r6a.8xlarge", "us-east-1"): "1 .6699 2 .6307 4 .4894 5 .4698 6 .5313",
    ("r6a.8xlarge", "us-east-2"): "1 .6024 2 .6068 3 .7621",
    ("r6a.8xlarge", "us-west-2"): "1 .7560 2 .8121 3 .8011 4 1.0380",
    ("r6a.8xlarge", "eu-west-1"): "1 .9540 2 .8981 3 .9515",
    ("r6a.8xlarge", "eu-central-1"): "1 .5450 2 .8808 3 .7686",
    ("r6a.8xlarge", "ap-southeast-1"): "1 1.0597 2 1.0072",
}
ZONES = dict(
    zip(REGIONS, ("use1", "use2", "usw2", "euw1", "euc1", "apse1"), strict=True)
)


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return embedded_book()


def by_place(figures: tuple[str | None, ...]) -> dict[str, str | None]:
    first, *others = figures
    return dict(zip(REGIONS, (first, first, first, *others), strict=True))


@pytest.mark.parametrize("family", ON_DEMAND_4XLARGE)
def test_a_4xlarge_costs_what_aws_lists_in_each_region(
    book: PriceBook, family: str
) -> None:
    for region, usd in by_place(ON_DEMAND_4XLARGE[family]).items():
        key = PriceKey(
            "AmazonEC2", region, f"BoxUsage:{family}.4xlarge", "RunInstances"
        )
        found = book.find(key)
        if usd is None:
            assert found is None
        else:
            assert found is not None
            assert (found.usd_per_unit, found.unit) == (Decimal(usd), "Hrs")


@pytest.mark.parametrize("size", R6A_US_EAST_1)
def test_every_size_of_r6a_has_its_price(book: PriceBook, size: str) -> None:
    key = PriceKey("AmazonEC2", "us-east-1", f"BoxUsage:r6a.{size}", "RunInstances")
    assert book.price(key).usd_per_unit == Decimal(R6A_US_EAST_1[size])


@pytest.mark.parametrize("place", BURSTABLE, ids=lambda place: " ".join(place))
def test_burstable_types_have_their_prices_in_each_region(
    book: PriceBook, place: tuple[str, str]
) -> None:
    family, region = place
    sizes = ("nano", "micro", "small", "medium", "large")
    for size, usd in zip(sizes, BURSTABLE[place].split(), strict=True):
        key = PriceKey("AmazonEC2", region, f"BoxUsage:{family}.{size}", "RunInstances")
        assert book.price(key).usd_per_unit == Decimal(usd)


@pytest.mark.parametrize("charge", BY_REGION, ids=lambda charge: charge[1])
def test_a_charge_costs_what_aws_lists_in_each_region(
    book: PriceBook, charge: tuple[str, str, str, str]
) -> None:
    service, usage_type, operation, unit = charge
    for region, usd in by_place(tuple(BY_REGION[charge].split())).items():
        found = book.price(PriceKey(service, region, usage_type, operation))
        assert usd is not None
        assert (found.usd_per_unit, found.unit) == (Decimal(usd), unit)
        assert len(found.tiers) == 1


@pytest.mark.parametrize(
    "charge", SINGLE, ids=lambda charge: f"{charge[1]} {charge[2]}"
)
def test_a_charge_that_few_regions_have_costs_what_its_source_says(
    book: PriceBook, charge: tuple[str, str, str, str, str, str]
) -> None:
    service, region, usage_type, operation, unit, usd = charge
    found = book.price(PriceKey(service, region, usage_type, operation))
    assert found.key.usage_type == usage_type
    assert (found.usd_per_unit, found.unit) == (Decimal(usd), unit)


def tiers(text: str) -> tuple[Tier, ...]:
    parts = [part.split(":") for part in text.split()]
    return tuple(Tier(Decimal(start), Decimal(usd)) for start, usd in parts)


def test_egress_has_four_tiers_and_singapore_its_own(book: PriceBook) -> None:
    usual = tiers("0:0.09 10240:0.085 51200:0.07 153600:0.05")
    for region in REGIONS:
        key = PriceKey("AWSDataTransfer", region, "DataTransfer-Out-Bytes")
        if region == SINGAPORE:
            asian = tiers("0:0.12 10240:0.085 51200:0.082 153600:0.08")
            assert book.price(key).tiers == asian
        else:
            assert book.price(key).tiers == usual


def test_an_interface_endpoint_s_data_has_three_tiers(book: PriceBook) -> None:
    # 1 PB = 1,024 x 1,024 GB; 5 PB = 5,242,880 GB
    expected = tiers("0:0.01 1048576:0.006 5242880:0.004")
    for region in ("us-east-1", DUBLIN):
        key = PriceKey("AmazonVPC", region, "VpcEndpoint-Bytes", "VpcEndpoint")
        assert book.price(key).tiers == expected


@pytest.mark.parametrize(
    ("family", "linux", "windows"),
    [("t2", "0.05", "0.096"), ("t3", "0.05", "0.096"), ("t4g", "0.04", None)],
)
def test_cpu_beyond_its_credits_costs_the_same_in_each_region(
    book: PriceBook, family: str, linux: str, windows: str | None
) -> None:
    operation = f"{family.upper()}CPUCredits"
    for region, prefix in (("us-east-1", ""), ("eu-central-1", "EUC1-")):
        usage_type = f"{prefix}CPUCredits:{family}"
        key = PriceKey("AmazonEC2", region, usage_type, operation)
        assert book.price(key).usd_per_unit == Decimal(linux)
        if windows is not None:
            key = PriceKey("AmazonEC2", region, usage_type, f"Windows{operation}")
            assert book.price(key).usd_per_unit == Decimal(windows)


def test_the_first_25_hosted_zones_cost_more(book: PriceBook) -> None:
    zone = book.price(PriceKey("AmazonRoute53", "global", "HostedZone"))
    assert zone.rate(Decimal(30), "HostedZone") == Decimal("13")  # 25 x 0.5 + 5 x 0.1


@pytest.mark.parametrize("pool", SPOT, ids=lambda pool: "-".join(pool))
def test_a_spot_pool_has_the_price_of_its_zone(
    book: PriceBook, pool: tuple[str, str]
) -> None:
    instance_type, region = pool
    words = SPOT[pool].split()
    expected = {
        f"{ZONES[region]}-az{number}": Decimal(usd)
        for number, usd in zip(words[::2], words[1::2], strict=True)
    }
    assert set(book.spot_zone_ids[region, instance_type]) == set(expected)
    for zone_id, usd in expected.items():
        key = PriceKey(
            "AmazonEC2", region, f"SpotUsage:{instance_type}", "", "spot", zone_id
        )
        assert book.price(key).usd_per_unit == usd


def test_r6a_is_in_no_zone_where_aws_does_not_offer_it(book: PriceBook) -> None:
    for (region, instance_type), zone_ids in book.spot_zone_ids.items():
        if instance_type.startswith("r6a."):
            assert "use1-az3" not in zone_ids
            assert "apse1-az3" not in zone_ids, (region, instance_type)


def test_the_families_of_the_tiers_are_there_in_every_region(book: PriceBook) -> None:
    families = "r5 r5a r6a r6i r6g r7i r7g r8g m5 m6a m6i m6g m7i m7g c6a c6i c7i c7g"
    for region in REGIONS:
        sold = {
            price.key.usage_type.partition("BoxUsage:")[2].partition(".")[0]
            for price in book
            if price.key.region == region and "BoxUsage:" in price.key.usage_type
        }
        assert {*families.split(), "t3", "t3a", "t4g"} <= sold


def test_what_was_only_remembered_is_not_a_price(book: PriceBook) -> None:
    absent = [
        # worked back from another tool's expected monthly cost: no list row was found
        PriceKey("AWSDataTransfer", SINGAPORE, "APS1-USE1-AWS-Out-Bytes"),
        # Dedicated in the source; the virtual type's price is not the listed one
        PriceKey("AmazonEC2", "us-east-1", "BoxUsage:c8a.metal-24xl", "RunInstances"),
        PriceKey("AmazonEC2", "us-east-1", "EBS:SnapshotArchiveRetrieval"),
        # a bare-metal row of the source that stands at the Dedicated rate
        PriceKey("AmazonEC2", "us-east-1", "BoxUsage:m8gb.metal-24xl", "RunInstances"),
    ]
    assert [book.find(key) for key in absent] == [None] * len(absent)


def test_schedules_and_topics_have_the_prices_of_one_region(book: PriceBook) -> None:
    million = Decimal(1_000_000)
    found = {
        usage_type: book.price(PriceKey(service, "us-east-1", usage_type))
        for service, usage_type in (
            ("AWSEvents", "ScheduledInvocation"),
            ("AmazonSNS", "Requests-Tier1"),
            ("AmazonSNS", "DeliveryAttempts-HTTP"),
            ("AmazonSNS", "DeliveryAttempts-SMTP"),
        )
    }
    assert {name: price.usd_per_unit * million for name, price in found.items()} == {
        "ScheduledInvocation": Decimal(1),
        "Requests-Tier1": Decimal("0.5"),
        "DeliveryAttempts-HTTP": Decimal("0.6"),
        "DeliveryAttempts-SMTP": Decimal(20),
    }


def test_every_curated_price_of_0_is_stated_as_free() -> None:
    free = {
        price.key.usage_type.rpartition("DataTransfer")[1]
        for price in curated_book()
        if not price.usd_per_unit
    }
    assert free == {"DataTransfer"}


def test_the_ages_of_the_book_s_prices(book: PriceBook) -> None:
    assert {kind_of(price.key) for price in book} == {"spot", "list"}
    assert book.as_of == max(price.source.as_of[:10] for price in book)
    # Half a year before 2026-11-23 is May 27: the feed of 2025-11-04, the table of
    # 2025-04-24, "2026" (which counts from January 1) and 2024-08-09 lie before it.
    assert book.stale(date(2026, 11, 23)) == sum(
        price.source.as_of < "2026-05-27" for price in book
    )
    assert book.stale(date(2028, 1, 1)) == len(book)


@pytest.mark.parametrize("place", ROUNDED_BY_AWS, ids=lambda place: " ".join(place))
def test_a_size_that_aws_rounds_by_itself_has_the_listed_price(
    book: PriceBook, place: tuple[str, str]
) -> None:
    region, family = place
    words = ROUNDED_BY_AWS[place].split()
    for size, usd in zip(words[::2], words[1::2], strict=True):
        key = PriceKey("AmazonEC2", region, f"BoxUsage:{family}.{size}", "RunInstances")
        assert book.price(key).usd_per_unit == Decimal(usd)


def test_no_price_is_derived_or_stands_on_another_tool_s_tests(book: PriceBook) -> None:
    made = ("worked back", "brought back", "Dedicated rate", "virtual type")
    for price in book:
        assert "test" not in price.source.url.rpartition("/")[2]
        assert not any(word in price.source.note for word in made), price.key


def test_every_price_has_all_the_tiers_of_its_list_or_says_which(
    book: PriceBook,
) -> None:
    assert [p for p in curated_book() if ends_at(p) is not None] == []
    for price in book:
        # What was read of a list in part says so itself.
        assert ends_at(price) is None or "first tier: " in price.source.note, price
    # and a price with tiers has them where the lists have them
    for price in curated_book():
        own = tuple(tier.from_quantity for tier in price.tiers[1:])
        bare = bare_key(price.key).usage_type
        assert own == known_borders(price.key.service, bare), price.key


def test_standard_storage_has_three_tiers_in_each_region(book: PriceBook) -> None:
    # 50 TB and 500 TB of 1,024 GB
    listed = {
        "us-east-1": "0.023 0.022 0.021",
        DUBLIN: "0.023 0.022 0.021",
        FRANKFURT: "0.0245 0.0235 0.0225",
        SINGAPORE: "0.025 0.024 0.023",
    }
    for region, rates in listed.items():
        first, second, third = rates.split()
        key = PriceKey("AmazonS3", region, "TimedStorage-ByteHrs")
        expected = tiers(f"0:{first} 51200:{second} 512000:{third}")
        assert book.price(key).tiers == expected


def test_dublin_s_requests_for_secrets_are_found_under_their_own_spelling(
    book: PriceBook,
) -> None:
    key = PriceKey("AWSSecretsManager", DUBLIN, "AWSSecretsManagerAPIRequest")
    found = book.price(key)
    assert found.key.usage_type == "EU-AWSSecretsManager-APIRequests"
    assert found.usd_per_unit == Decimal("0.000005")


def test_the_curated_rows_are_canonical_and_keep_the_laws() -> None:
    book = curated_book()
    text = (files("farebox.prices") / "data" / CURATED_FILE).read_text("utf-8")
    assert write_book(book) == text
    assert check_laws(book.prices) is None
    assert not book.duplicates
    assert book.kind == "embedded"


def test_the_book_is_read_once() -> None:
    assert embedded_book() is embedded_book()
