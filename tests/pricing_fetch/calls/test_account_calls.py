"""Plan rates, instance types, placement scores and quotas, from real clients."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from farebox.prices.deliveries import Delivery, LastDelivery, Slice
from farebox.prices.values import Price, PriceKey, Source, Tier
from pricing_fetch.calls.aws import Aws
from pricing_fetch.calls.instance_types import EbsRates, TypeFact, fetch_instance_types
from pricing_fetch.calls.placement_scores import fetch_scores
from pricing_fetch.calls.plan_rates import fetch_plan_rates
from pricing_fetch.calls.quotas import QUOTAS, Quota, fetch_quotas
from pricing_fetch.errors import Damaged, Denied, NotListed, Throttled
from pricing_fetch.net.patience import Patience
from tests.aws.calls import (
    Ec2Api,
    QuotasApi,
    Refusal,
    SavingsPlansApi,
    serve_calls,
)
from tests.aws.server import AwsServer

ROOT = Path(__file__).parents[3]
RECORDED = ROOT / "tests" / "recorded" / "aws_calls" / "instance_types.json"
NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
QUICK = Patience(connect_seconds=1, read_seconds=1, tries=2)


def now() -> datetime:
    return NOW


def client(service: str, region: str = "us-east-1") -> Any:
    return Aws(QUICK).client(service, region)


def remembered(delivery: Delivery) -> LastDelivery:
    return LastDelivery(
        delivery.name, "", "", delivery.content_hash, delivery.source.as_of, "", 1
    )


def values(delivery: Delivery, kind: str) -> dict[str, str]:
    return {fact.subject: fact.json for fact in delivery.facts if fact.kind == kind}


def rate(term: str, usd: str, usage_type: str = "EUC1-BoxUsage:r6a.4xlarge") -> Price:
    key = PriceKey(
        "AmazonEC2",
        "eu-central-1",
        usage_type,
        "RunInstances",
        "savings-plan",
        "",
        term,
    )
    source = Source("https://example.test/plans", "2026-11-01")
    return Price(key, (Tier(Decimal(0), Decimal(usd)),), "Hrs", source)


# --- savings plan rates -------------------------------------------------------------


def test_a_plans_rates_have_the_keys_and_terms_of_the_bulk_files(
    aws_account: AwsServer,
) -> None:
    prices = [
        rate("compute-1yr-no-upfront", "0.8001"),
        rate("compute-3yr-all-upfront", "0.5123"),
        rate("ec2-instance-3yr-partial-upfront", "0.4444"),
    ]
    api = SavingsPlansApi(prices)
    api.page_rows = 2
    serve_calls(aws_account, api)
    aws_account.fail("empty-page", path="OfferingRates")
    delivery = fetch_plan_rates(
        client("savingsplans", "eu-central-1"), "eu-central-1", now=now
    )
    assert delivery.name == "plan rates eu-central-1"
    assert delivery.whole == Slice("AmazonEC2", "eu-central-1", "savings-plan")
    assert [(d.price.key, d.price.tiers, d.price.unit) for d in delivery.prices] == [
        (price.key, price.tiers, "Hrs") for price in prices
    ]
    assert len(aws_account.asked_for("OfferingRates")) == 3
    again = fetch_plan_rates(
        client("savingsplans"), "eu-central-1", now=now, last=remembered(delivery)
    )
    assert again.unchanged


def test_rates_of_named_types_take_nothing_away(aws_account: AwsServer) -> None:
    other = rate("compute-1yr-no-upfront", "0.1", "EUC1-BoxUsage:m6a.large")
    wanted = rate("compute-1yr-no-upfront", "0.8001")
    serve_calls(aws_account, SavingsPlansApi([wanted, other]))
    delivery = fetch_plan_rates(
        client("savingsplans"), "eu-central-1", instance_types=["r6a.4xlarge"], now=now
    )
    assert delivery.whole is None
    assert [d.price.key for d in delivery.prices] == [wanted.key]


def test_a_rate_in_another_currency_at_0_or_twice_is_no_price(
    aws_account: AwsServer,
) -> None:
    api = SavingsPlansApi(
        [
            rate("compute-1yr-no-upfront", "0.8"),
            rate("compute-3yr-no-upfront", "0.6"),
            rate("compute-3yr-no-upfront", "0.7"),
            rate("compute-1yr-all-upfront", "0"),
            rate("compute-3yr-all-upfront", "0.5"),
        ]
    )
    api.rows[-1]["savingsPlanOffering"]["currency"] = "EUR"
    serve_calls(aws_account, api)
    delivery = fetch_plan_rates(client("savingsplans"), "eu-central-1", now=now)
    assert [d.price.key.term for d in delivery.prices] == ["compute-1yr-no-upfront"]
    assert delivery.left_out == {
        "no rate, or 0": 1,
        "not in USD but EUR": 1,
        "several rates for one key": 1,
    }


def test_a_region_without_rates_is_an_error(aws_account: AwsServer) -> None:
    serve_calls(aws_account, SavingsPlansApi())
    with pytest.raises(Damaged, match=r"^plan rates us-east-1: AWS lists no rate"):
        fetch_plan_rates(client("savingsplans"), "us-east-1", now=now)


# --- instance types -----------------------------------------------------------------


def described(aws_account: AwsServer) -> Ec2Api:
    api = Ec2Api(
        instance_types=json.decode(RECORDED.read_bytes()),
        offerings={
            "use1-az1": ["r6a.4xlarge", "r7a.4xlarge"],
            "use1-az2": ["r6a.4xlarge", "x9z.large"],
            "use1-atl1-az1": ["r6a.4xlarge"],
        },
    )
    serve_calls(aws_account, api)
    return api


def test_an_instance_types_limits_are_kept_as_aws_describes_them(
    aws_account: AwsServer,
) -> None:
    described(aws_account).page_rows = 2
    aws_account.fail("empty-page", path="DescribeInstanceTypes")
    delivery = fetch_instance_types(client("ec2"), "us-east-1", now=now)
    assert delivery.name == "instance types us-east-1"
    types = values(delivery, "instance-type")
    assert set(types) == {"r6a.4xlarge", "r6a.8xlarge", "r7a.4xlarge"}
    # AWS_PRICES of the recorded row: 16 vCPUs, 128 GiB, 27 shared attachments, 8 x 30
    # addresses, 625 MB/s and 20,000 IOPS of baseline, 1250 and 40,000 at most.
    assert json.decode(types["r6a.4xlarge"], type=TypeFact) == TypeFact(
        vcpus=16,
        memory_mib=131_072,
        architectures=("x86_64",),
        usage_classes=("on-demand", "spot"),
        current_generation=True,
        network_performance="Up to 12.5 Gigabit",
        network_baseline_gbps=6.25,
        network_peak_gbps=12.5,
        max_enis=8,
        ipv4_per_eni=30,
        tcp_timeout_seconds=432_000,
        attachments=27,
        attachments_are="shared",
        ebs_baseline=EbsRates(5000, 625, 20_000),
        ebs_maximum=EbsRates(10_000, 1250, 40_000),
    )
    assert values(delivery, "zone-offering") == {
        "r6a.4xlarge": '["use1-az1","use1-az2"]',
        "r7a.4xlarge": '["use1-az1"]',
    }
    assert delivery.left_out == {"Local Zones and Wavelength": 1}


def test_types_that_did_not_change_are_delivered_once(aws_account: AwsServer) -> None:
    described(aws_account)
    first = fetch_instance_types(client("ec2"), "us-east-1", now=now)
    again = fetch_instance_types(
        client("ec2"), "us-east-1", now=now, last=remembered(first)
    )
    assert again.unchanged
    assert not again.facts


def test_an_instance_type_that_aws_does_not_know_is_told(
    aws_account: AwsServer,
) -> None:
    described(aws_account)
    with pytest.raises(NotListed, match="check the names of instance types"):
        fetch_instance_types(
            client("ec2"), "us-east-1", instance_types=["r9z.large"], now=now
        )


def test_more_attachments_than_a_host_can_share_are_dedicated(
    aws_account: AwsServer,
) -> None:
    rows = json.decode(RECORDED.read_bytes())
    rows[0]["EbsInfo"] |= {
        "MaximumEbsAttachments": 128,
        "AttachmentLimitType": "shared",
    }
    serve_calls(aws_account, Ec2Api(instance_types=rows))
    delivery = fetch_instance_types(client("ec2"), "us-east-1", now=now)
    text = values(delivery, "instance-type")["r6a.4xlarge"]
    assert json.decode(text, type=TypeFact).attachments_are == "dedicated"


# --- placement scores ---------------------------------------------------------------


def test_scores_are_by_fleet_and_zone_and_asked_once_a_day(
    aws_account: AwsServer,
) -> None:
    serve_calls(aws_account, Ec2Api(scores={"use1-az1": 9, "use1-az2": 3}))
    delivery = fetch_scores(client("ec2"), "us-east-1", now=now)
    assert values(delivery, "placement-score") == {
        "memory-x86 use1-az1": "9",
        "memory-x86 use1-az2": "3",
        "memory-arm use1-az1": "9",
        "memory-arm use1-az2": "3",
    }
    asked = aws_account.asked_for("GetSpotPlacementScores")
    assert len(asked) == 2
    assert asked[0].form["SingleAvailabilityZone"] == "true"
    assert len([name for name in asked[0].form if name.startswith("InstanceT")]) >= 3
    last = remembered(delivery)
    kept = fetch_scores(
        client("ec2"), "us-east-1", now=lambda: NOW + timedelta(hours=23), last=last
    )
    assert kept.unchanged
    assert kept.source.as_of == "2026-11-23T20:00:00Z"
    assert len(aws_account.asked_for("GetSpotPlacementScores")) == 2
    fetch_scores(
        client("ec2"), "us-east-1", now=lambda: NOW + timedelta(hours=24), last=last
    )
    assert len(aws_account.asked_for("GetSpotPlacementScores")) == 4


def test_too_many_configurations_in_a_day_is_told_as_that(
    aws_account: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Ec2Api()

    def refuse(request: object) -> dict[str, Any]:
        raise Refusal("MaxConfigLimitExceeded", "retry configurations used before")

    monkeypatch.setattr(
        api, "operations", lambda: {"GetSpotPlacementScores": refuse}
    )  # fmt: skip
    serve_calls(aws_account, api)
    with pytest.raises(Throttled, match="try again tomorrow"):
        fetch_scores(client("ec2"), "us-east-1", now=now)


def test_a_score_that_cannot_be_is_refused(aws_account: AwsServer) -> None:
    serve_calls(aws_account, Ec2Api(scores={"use1-az1": 11}))
    with pytest.raises(Damaged, match="a score of 11"):
        fetch_scores(client("ec2"), "us-east-1", now=now)


# --- quotas -------------------------------------------------------------------------


def test_a_quota_is_the_accounts_own_or_awss_default(aws_account: AwsServer) -> None:
    serve_calls(
        aws_account,
        QuotasApi(own={"L-34B43A08": 640.0}, default={"L-7A658B76": 50.0}),
    )
    delivery = fetch_quotas(client("service-quotas"), "us-east-1", now=now)
    assert delivery.name == "quotas us-east-1"
    found = {
        subject: json.decode(text, type=Quota)
        for subject, text in values(delivery, "quota").items()
    }
    assert found["L-34B43A08"].value == 640
    assert not found["L-34B43A08"].is_default
    assert found["L-7A658B76"].is_default
    assert delivery.left_out == {
        "L-1216C47A is not known here": 1,
        "L-0263D0A3 is not known here": 1,
        "L-309BACF6 is not known here": 1,
    }


def test_an_account_without_the_right_is_told_the_action(
    aws_account: AwsServer,
) -> None:
    serve_calls(aws_account)
    with pytest.raises(Denied, match=r"may not do servicequotas:GetServiceQuota;"):
        fetch_quotas(client("service-quotas"), "us-east-1", now=now)
    with pytest.raises(Denied, match=r"may not do ec2:GetSpotPlacementScores;"):
        fetch_scores(client("ec2"), "us-east-1", now=now)
    with pytest.raises(Denied, match=r"savingsplans:DescribeSavingsPlansOfferingR"):
        fetch_plan_rates(client("savingsplans"), "us-east-1", now=now)


def test_every_quota_that_a_plan_names_is_asked_for() -> None:
    text = (ROOT / "farebox/hosting/plan/quotas.py").read_text()
    assert set(re.findall(r"L-[0-9A-F]{8}", text)) == set(QUOTAS)


def test_the_docs_policy_has_the_actions_that_are_called_and_no_other() -> None:
    import botocore.session
    from botocore import xform_name

    source = "".join(
        path.read_text() for path in (ROOT / "pricing_fetch").rglob("*.py")
    )
    called = set(re.findall(r'"((?:describe|get|list)_[a-z_]+)"', source))
    prefixes = {"service-quotas": "servicequotas"}
    actions = {
        f"{prefixes.get(service, service)}:{operation}"
        for service in ("ec2", "pricing", "savingsplans", "service-quotas")
        for operation in botocore.session.get_session()
        .get_service_model(service)
        .operation_names
        if xform_name(operation) in called
    }
    page = (ROOT / "docs" / "prices.md").read_text()
    policy = page.partition("```json\n")[2].partition("```")[0]
    (statement,) = json.decode(policy)["Statement"]
    assert set(statement["Action"]) == actions
    assert statement["Resource"] == "*"
