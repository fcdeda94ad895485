"""What the component takes as arguments, from a program and from a stack's config."""

from typing import Any

import pytest

from components.arguments import BadArgument
from components.price_refresh_args import (
    CONFIG,
    PriceRefreshArgs,
    refresh_arguments,
)
from tests.components.scheduled_refresh import ARGUMENTS, ECR, SECRET


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"family": "1st"}, "family is '1st': it must be 1 to 64 letters"),
        ({"subnet_ids": {}}, "must name at least 1 zones"),
        ({"image": "farebox"}, "must name a version"),
        ({"image": "farebox:latest"}, "must name a version"),
        ({"image": "farebox 1"}, "must name a version"),
        ({"store_secret_arn": "prices"}, "must be the whole ARN"),
        (
            {"store_secret_arn": SECRET.replace("us-east-1", "eu-west-1")},
            "secret in us-east-1",
        ),
        ({"store_secret_key_arn": "alias/prices"}, "must be the ARN of the KMS key"),
        ({"store_cidrs": ()}, "must name at least one IPv4 range"),
        ({"store_cidrs": ("10.0.0.1/8",)}, "must name at least one IPv4 range"),
        ({"store_port": 0}, "must be from 1 to 65,535"),
        ({"regions": ("us-east-1", "us-east-1")}, "must name each region once"),
        ({"regions": ("cn-north-1",)}, "must be a commercial AWS region"),
        ({"sources": ("everything",)}, "must be among lists, spot"),
        ({"schedule": "15 6 * * *"}, "must be rate(12 hours) or cron("),
        ({"schedule": "rate(1 hours)"}, "must be rate(12 hours) or cron("),
        ({"schedule": "rate(12 hour)"}, "must be rate(12 hours) or cron("),
        ({"timezone": "Berlin time"}, "must be UTC or the name of a time zone"),
        ({"cpu": 512, "memory_mib": 512}, "must be a pair that Fargate has"),
        ({"log_days": 31}, "must be one of 1, 3, 5"),
        ({"stale_after_hours": 200}, "must be from 1 to 168 hours"),
        ({"alarm_email": "ops"}, "must be an e-mail address"),
        ({"tags": {"aws:x": "y"}}, "do not start with aws:"),
    ],
)
def test_a_bad_argument_is_refused_with_its_limit(
    change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadArgument) as raised:
        PriceRefreshArgs(**{**ARGUMENTS, **change})
    assert sentence in str(raised.value)
    assert "Source: " in str(raised.value)


WANTED = {"image": ECR, "storeSecretArn": SECRET, "storeCidrs": ["10.0.0.0/8"]}


def test_the_stacks_config_becomes_arguments() -> None:
    config = {**WANTED, "regions": ["eu-west-1"], "staleAfterHours": 48}
    assert refresh_arguments(config) == {
        "image": ECR,
        "store_secret_arn": SECRET,
        "store_cidrs": ("10.0.0.0/8",),
        "regions": ("eu-west-1",),
        "stale_after_hours": 48,
    }
    assert {name for name, _ in CONFIG.values()} <= set(PriceRefreshArgs.__slots__)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (True, "priceRefresh is True: it must be a map of settings"),
        ({**WANTED, "cron": "x"}, "priceRefresh has 'cron': its keys are alarmEmail"),
        ({**WANTED, "storeCidrs": "10.0.0.0/8"}, "must be a list of texts"),
        ({**WANTED, "regions": [1]}, "must be a list of texts"),
        ({**WANTED, "cpu": True}, "must be of type int"),
        ({"image": ECR, "storeCidrs": []}, "priceRefresh lacks storeSecretArn"),
    ],
)
def test_a_config_that_cannot_be_meant_is_refused(config: Any, sentence: str) -> None:
    with pytest.raises(BadArgument) as raised:
        refresh_arguments(config)
    assert sentence in str(raised.value)
