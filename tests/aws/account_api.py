"""Savings plans and service quotas, from a book and from figures."""

from collections.abc import Iterable, Mapping

from farebox.prices.prefixes import without_prefix
from farebox.prices.values import Price
from tests.aws.api import Answer, Api, Factors, Operation, Request, moved
from tests.aws.protocols import Refusal

OPTIONS = {"no": "No Upfront", "partial": "Partial Upfront", "all": "All Upfront"}


class SavingsPlansApi(Api):
    """Rates of the book's savings plan prices; `rows` may be changed."""

    service = "savingsplans"

    def __init__(
        self, prices: Iterable[Price] = (), factors: Factors | None = None
    ) -> None:
        super().__init__()
        self.rows: list[Answer] = []
        for price in prices:
            if price.key.purchase == "savings-plan":
                self.add(price, f"{moved(price, factors or {})[0][1]:f}")

    def add(self, price: Price, rate: str) -> None:
        """A rate of a key whose term is `compute-1yr-no-upfront` or the like."""
        family, _, length = price.key.term.rpartition("yr-")[0].rpartition("-")
        option = OPTIONS[price.key.term.rpartition("yr-")[2].removesuffix("-upfront")]
        bare = without_prefix(price.key.usage_type, price.key.region)
        self.rows.append(
            {
                "savingsPlanOffering": {
                    "offeringId": "00000000-0000-4000-8000-000000000000",
                    "paymentOption": option,
                    "planType": {"compute": "Compute"}.get(family, "EC2Instance"),
                    "durationSeconds": int(length) * 365 * 86_400,
                    "currency": "USD",
                    "planDescription": f"{length} year {option} Savings Plan",
                },
                "rate": rate,
                "unit": "Hrs",
                "productType": "EC2",
                "serviceCode": price.key.service,
                "usageType": price.key.usage_type,
                "operation": price.key.operation,
                "properties": [
                    {"name": "region", "value": price.key.region},
                    {"name": "instanceType", "value": bare.removeprefix("BoxUsage:")},
                    {"name": "productDescription", "value": "Linux/UNIX"},
                    {"name": "tenancy", "value": "shared"},
                ],
            }
        )

    def operations(self) -> dict[str, Operation]:
        """DescribeSavingsPlansOfferingRates alone."""
        return {"DescribeSavingsPlansOfferingRates": self._rates}

    def _rates(self, request: Request) -> Answer:
        wanted = {each["name"]: each["values"] for each in request.get("filters", ())}
        usage_types = request.get("usageTypes")
        rows = [
            row
            for row in self.rows
            if not usage_types or row["usageType"] in usage_types
            if all(
                each["value"] in wanted.get(each["name"], [each["value"]])
                for each in row["properties"]
            )
        ]
        return self.page(request, rows, "searchResults", token="nextToken")


class QuotasApi(Api):
    """Quotas: code to the account's value, and to AWS's default where it has none."""

    service = "service-quotas"

    def __init__(
        self,
        own: Mapping[str, float] | None = None,
        default: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__()
        self.own, self.default = dict(own or {}), dict(default or {})

    def operations(self) -> dict[str, Operation]:
        """One quota, of the account or AWS's default."""
        return {
            "GetServiceQuota": lambda request: self._quota(request, self.own),
            "GetAWSDefaultServiceQuota": lambda r: self._quota(r, self.default),
        }

    def _quota(self, request: Request, values: Mapping[str, float]) -> Answer:
        code = request["QuotaCode"]
        if code not in values:
            raise Refusal("NoSuchResourceException", "The request failed")
        quota = {
            "ServiceCode": request["ServiceCode"],
            "QuotaCode": code,
            "QuotaName": f"Quota {code}",
            "Value": values[code],
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
        }
        return {"Quota": quota}
