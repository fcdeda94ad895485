"""An account's limits: servicequotas:GetServiceQuota, and AWS's default without one."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from math import isfinite
from typing import Any

from msgspec import Struct, ValidationError, convert, json

from farebox.prices.deliveries import Delivery, LastDelivery
from pricing_fetch.calls.aws import answer, refuse_china
from pricing_fetch.calls.fact_delivery import fact_delivery
from pricing_fetch.calls.spot_history import nothing_to_tell
from pricing_fetch.errors import Damaged, NotListed

QUOTAS = {
    "L-34B43A08": "ec2",
    "L-1216C47A": "ec2",
    "L-0263D0A3": "ec2",
    "L-7A658B76": "ebs",
    "L-309BACF6": "ebs",
}
"""Quota code to its service: spot and on-demand vCPUs of the standard families, Elastic
IPs, TiB of gp3, snapshots; those that `fare plan` and `fare host limits` name."""


class Quota(Struct, frozen=True):
    """The value of a fact `quota`. `is_default`: the account has no value of its own."""

    name: str
    value: float
    unit: str
    adjustable: bool
    is_default: bool


def fetch_quotas(
    client: Any,
    region: str,
    *,
    now: Callable[[], datetime],
    last: LastDelivery | None = None,
    progress: Callable[[int, int | None], None] = nothing_to_tell,
) -> Delivery:
    """Facts of kind `quota` by code, named `quotas <region>`. Raises FetchError."""
    name = f"quotas {region}"
    refuse_china(region)
    left_out: Counter[str] = Counter()
    found: dict[tuple[str, str], str] = {}
    for code, service in QUOTAS.items():
        quota = _quota(client, name, service, code)
        if quota is None:
            left_out[f"{code} is not known here"] += 1
        else:
            found["quota", code] = json.encode(quota).decode()
        progress(sum(map(len, found.values())), None)
    if not found:
        raise Damaged(f"{name}: AWS knows none of the quotas; check the region")
    return fact_delivery(
        name,
        f"https://servicequotas.{region}.amazonaws.com/",
        region,
        found,
        now=now,
        last=last,
        left_out=left_out,
    )


def _quota(client: Any, name: str, service: str, code: str) -> Quota | None:
    """The account's quota, else AWS's default, else None."""
    request = {"ServiceCode": service, "QuotaCode": code}
    for method in ("get_service_quota", "get_aws_default_service_quota"):
        try:
            found = answer(client, method, request, rows="Quota", source=name)["Quota"]
        except NotListed:
            continue
        try:
            value = found["Value"]
            if not isinstance(value, int | float) or not isfinite(value) or value < 0:
                raise TypeError("number as its value")
            quota = {
                "name": found["QuotaName"],
                "value": value,
                "unit": found.get("Unit", ""),
                "adjustable": found.get("Adjustable", False),
                "is_default": method != "get_service_quota",
            }
            return convert(quota, Quota)
        except (KeyError, TypeError, ValidationError) as error:
            raise Damaged(
                f"{name}: {code} is not in the known shape (no {error});"
                " nothing is taken"
            ) from error
    return None
