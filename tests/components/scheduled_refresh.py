"""The component PriceRefresh as a program builds it, and parts of what it makes."""

import json
from pathlib import Path
from typing import Any

from components.price_refresh import PriceRefresh
from components.price_refresh_args import (
    PriceRefreshArgs,
)
from tests.components.harness import REGION, TAGS, Program, run

ROOT = Path(__file__).resolve().parents[2]


SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:prices-AbCdEf"


DIGEST = f"@sha256:{'0' * 64}"


ECR = f"111122223333.dkr.ecr.us-east-1.amazonaws.com/team/farebox{DIGEST}"


ARGUMENTS: dict[str, Any] = {
    "family": "shop-prices",
    "region": REGION,
    "vpc_id": "vpc-1",
    "subnet_ids": {"use1-az1": "subnet-1", "use1-az2": "subnet-2"},
    "public_addresses": True,
    "image": ECR,
    "store_secret_arn": SECRET,
    "store_cidrs": ("10.64.0.0/16",),
    "tags": TAGS,
}


def refresh(**more: Any) -> Program:
    args = PriceRefreshArgs(**{**ARGUMENTS, **more})
    return run(lambda: PriceRefresh("price-refresh", args))


def policy(program: Program, what: str) -> list[dict[str, Any]]:
    made = program.one("aws:iam/rolePolicy:RolePolicy", f"price-refresh-{what}-policy")
    statements: list[dict[str, Any]] = json.loads(made.inputs["policy"])["Statement"]
    return statements


def container(program: Program) -> dict[str, Any]:
    task = program.one("aws:ecs/taskDefinition:TaskDefinition").inputs
    (only,) = json.loads(task["containerDefinitions"])
    found: dict[str, Any] = only
    return found
