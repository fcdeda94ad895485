"""A shop in Frankfurt and a month of its bill, with all that makes a bill hard to read.

Rows are told in CUR's own columns and written as CUR 2.0 (CSV or Parquet) and as the
legacy CUR; `ROWS` says beside each what it is there for.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

PAYER, ACCOUNT, OTHER = "000011112222", "012345678901", "555566667777"
REGION, PREFIX = "eu-central-1", "EUC1"
HEAD = "urn:pulumi:prod::shop"
ARN = f"arn:aws:{{}}:{REGION}:{ACCOUNT}:{{}}"
PLAN = f"arn:aws:savingsplans::{PAYER}:savingsplan/0a1b2c3d"
RESERVED = f"arn:aws:rds:{REGION}:{PAYER}:ri:ri-2026"

BALANCER = ARN.format("elasticloadbalancing", "loadbalancer/app/web-1/50dc6c495c0c9188")
FUNCTION = ARN.format("lambda", "function:orders-3c4d5e6")
TABLE = ARN.format("dynamodb", "table/carts-5e6f708")
DATABASE = ARN.format("rds", "db:shopdb-2b3c4d5")


def _resource(
    type_: str, name: str, id_: str, outputs: Mapping[str, Any], *needs: str
) -> dict[str, Any]:
    urn = f"{HEAD}::{type_}::{name}"
    return {
        "urn": urn,
        "custom": True,
        "type": type_,
        "id": id_,
        "inputs": {k: v for k, v in outputs.items() if k not in ("arn", "arnSuffix")},
        "outputs": {"id": id_, **outputs},
        "propertyDependencies": {"of": list(needs)} if needs else {},
    }


def urn(type_: str, name: str) -> str:
    """The urn of a resource of the shop."""
    return f"{HEAD}::{type_}::{name}"


BUCKET = "aws:s3/bucket:Bucket"
GROUP = "aws:autoscaling/group:Group"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"

RESOURCES = [
    _resource(
        "aws:ec2/instance:Instance",
        "web",
        "i-0a1b2c3d4e5f60001",
        {
            "instanceType": "m7i.large",
            "arn": ARN.format("ec2", "instance/i-0a1b2c3d4e5f60001"),
            "associatePublicIpAddress": False,
            "rootBlockDevice": {
                "volumeId": "vol-0a1b2c3d4e5f60010",
                "volumeType": "gp3",
                "volumeSize": 20,
            },
        },
    ),
    _resource(
        BUCKET,
        "assets",
        "shop-assets-4d5e6f7",
        {"bucket": "shop-assets-4d5e6f7", "arn": "arn:aws:s3:::shop-assets-4d5e6f7"},
    ),
    _resource(
        "aws:s3/bucketPolicy:BucketPolicy",
        "assetsPolicy",
        "shop-assets-4d5e6f7",
        {"bucket": "shop-assets-4d5e6f7"},
        urn(BUCKET, "assets"),
    ),
    _resource(
        LOAD_BALANCER,
        "web",
        BALANCER,
        {"arn": BALANCER, "loadBalancerType": "application", "internal": True},
    ),
    _resource(
        "aws:lb/listener:Listener",
        "https",
        BALANCER.replace(":loadbalancer/", ":listener/") + "/0a1b2c3d4e5f6071",
        {"loadBalancerArn": BALANCER},
        urn(LOAD_BALANCER, "web"),
    ),
    _resource(
        "aws:lambda/function:Function",
        "orders",
        "orders-3c4d5e6",
        {"arn": FUNCTION, "memorySize": 512, "name": "orders-3c4d5e6"},
    ),
    _resource(
        "aws:lambda/functionUrl:FunctionUrl",
        "ordersUrl",
        "orders-3c4d5e6",
        {"functionArn": FUNCTION, "functionName": "orders-3c4d5e6"},
        urn("aws:lambda/function:Function", "orders"),
    ),
    _resource(
        "aws:dynamodb/table:Table",
        "carts",
        "carts-5e6f708",
        {"arn": TABLE, "billingMode": "PAY_PER_REQUEST", "name": "carts-5e6f708"},
    ),
    _resource(
        "aws:rds/instance:Instance",
        "shopdb",
        "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        {
            "arn": DATABASE,
            "identifier": "shopdb-2b3c4d5",
            "engine": "postgres",
            "engineVersion": "16",
            "instanceClass": "db.t4g.medium",
            "allocatedStorage": 20,
            "storageType": "gp3",
        },
    ),
    _resource(
        "aws:dlm/lifecyclePolicy:LifecyclePolicy",
        "nightly",
        "policy-0a1b2c3d",
        {"arn": ARN.format("dlm", "policy/policy-0a1b2c3d"), "state": "ENABLED"},
    ),
    _resource(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "lt",
        "lt-0a1b2c3d4e5f60025",
        {
            "instanceType": "c7g.large",
            "blockDeviceMappings": [
                {
                    "deviceName": "/dev/xvda",
                    "ebs": {"volumeSize": 8, "volumeType": "gp3"},
                }
            ],
        },
    ),
    _resource(
        GROUP,
        "workers",
        "workers-9e8d7c6",
        {
            "name": "workers-9e8d7c6",
            "desiredCapacity": 1,
            "minSize": 1,
            "maxSize": 1,
            "launchTemplate": {"id": "lt-0a1b2c3d4e5f60025", "version": "$Latest"},
        },
        urn("aws:ec2/launchTemplate:LaunchTemplate", "lt"),
    ),
]


def state() -> bytes:
    """The shop's state, as `pulumi stack export` writes it."""
    provider = {
        "urn": f"{HEAD}::pulumi:providers:aws::default",
        "custom": True,
        "type": "pulumi:providers:aws",
        "id": "0a1b2c3d-3333-4333-8333-000000000003",
        "inputs": {"region": REGION},
        "outputs": {"region": REGION},
    }
    of = f"{provider['urn']}::{provider['id']}"
    resources = [{**one, "provider": of} for one in RESOURCES]
    return json.dumps(
        {"version": 3, "deployment": {"resources": [provider, *resources]}}
    ).encode()


def row(
    what: str,
    usage_type: str,
    operation: str,
    resource: str,
    amount: str,
    listed: str,
    cost: str | None = None,
    net: str | None = None,
    **more: object,
) -> dict[str, Any]:
    """One row in CUR's columns; `what` says why it is there, and is no column."""
    unblended = listed if cost is None else cost
    return {
        "what": what,
        "bill_payer_account_id": PAYER,
        "bill_billing_entity": "AWS",
        "bill_invoice_id": "2000000001",
        "bill_billing_period_start_date": "2026-09-01T00:00:00.000Z",
        "line_item_usage_account_id": ACCOUNT,
        "line_item_line_item_type": "Usage",
        "line_item_usage_start_date": "2026-09-02T00:00:00.000Z",
        "line_item_product_code": "AmazonEC2",
        "product_servicecode": "AmazonEC2",
        "product_region_code": REGION,
        "product_from_region_code": "",
        "line_item_usage_type": usage_type,
        "line_item_operation": operation,
        "line_item_resource_id": resource,
        "line_item_usage_amount": amount,
        "pricing_unit": "Hrs",
        "line_item_unblended_cost": unblended,
        "line_item_net_unblended_cost": unblended if net is None else net,
        "pricing_public_on_demand_cost": listed,
        "line_item_currency_code": "USD",
        "savings_plan_savings_plan_a_r_n": "",
        "savings_plan_savings_plan_effective_cost": "",
        "savings_plan_net_savings_plan_effective_cost": "",
        "savings_plan_total_commitment_to_date": "",
        "savings_plan_used_commitment": "",
        "reservation_reservation_a_r_n": "",
        "reservation_effective_cost": "",
        "reservation_net_effective_cost": "",
        "reservation_unused_recurring_fee": "",
        "reservation_unused_amortized_upfront_fee_for_billing_period": "",
        "tags": {},
        **more,
    }


def _of(service: str, code: str = "") -> dict[str, Any]:
    return {"product_servicecode": service, "line_item_product_code": code or service}


def _kind(kind: str) -> dict[str, Any]:
    return {"line_item_line_item_type": kind}


WEB, GP3 = "i-0a1b2c3d4e5f60001", f"{PREFIX}-EBS:VolumeUsage.gp3"
GB: dict[str, Any] = {"pricing_unit": "GB-Mo"}
MADE = {"aws:autoscaling:groupName": "workers-9e8d7c6"}
LARGE = f"{PREFIX}-BoxUsage:m7i.large"
SENT = f"{PREFIX}-USE1-AWS-Out-Bytes"

ROWS = [
    # September has 720 hours. 360 on demand at 0.1206, 9 % off by contract: 39.50856.
    row("on demand", LARGE, "RunInstances", WEB, "360", "43.416", None, "39.50856"),
    # 360 under a plan at 0.08: 28.80 effective.
    row(
        "covered",
        LARGE,
        "RunInstances",
        WEB,
        "360",
        "43.416",
        savings_plan_savings_plan_a_r_n=PLAN,
        savings_plan_savings_plan_effective_cost="28.80",
        savings_plan_net_savings_plan_effective_cost="26.208",
        **_kind("SavingsPlanCoveredUsage"),
    ),
    row(
        "taken back",
        LARGE,
        "RunInstances",
        "",
        "360",
        "0",
        "-43.416",
        savings_plan_savings_plan_a_r_n=PLAN,
        **_kind("SavingsPlanNegation"),
    ),
    # 0.05 an hour of 720 committed, 28.80 used: 7.20 unused.
    row(
        "commitment",
        "ComputeSP:1yrNoUpfront",
        "",
        PLAN,
        "720",
        "0",
        "36",
        savings_plan_savings_plan_a_r_n=PLAN,
        savings_plan_total_commitment_to_date="36",
        savings_plan_used_commitment="28.80",
        product_region_code="global",
        **_of("ComputeSavingsPlans"),
        **_kind("SavingsPlanRecurringFee"),
    ),
    row(
        "root volume",
        GP3,
        "CreateVolume-Gp3",
        "vol-0a1b2c3d4e5f60010",
        "20",
        "1.904",
        **GB,
    ),
    # The first 5 GB at nothing, as the free tier is; then a private rate of 0.02 a GB.
    row(
        "stored free",
        f"{PREFIX}-TimedStorage-ByteHrs",
        "StandardStorage",
        "shop-assets-4d5e6f7",
        "5",
        "0.1225",
        "0",
        **GB,
        **_of("AmazonS3"),
    ),
    row(
        "stored",
        f"{PREFIX}-TimedStorage-ByteHrs",
        "StandardStorage",
        "shop-assets-4d5e6f7",
        "100",
        "2.45",
        "2.00",
        **GB,
        **_of("AmazonS3"),
    ),
    row(
        "balancer",
        f"{PREFIX}-LoadBalancerUsage",
        "LoadBalancing:Application",
        BALANCER,
        "720",
        "19.44",
        **_of("AWSELB"),
    ),
    # A version of the function: its ARN has a number behind.
    row(
        "version",
        f"{PREFIX}-Request",
        "Invoke",
        f"{FUNCTION}:7",
        "1000000",
        "0.20",
        pricing_unit="Requests",
        **_of("AWSLambda"),
    ),
    row(
        "index",
        f"{PREFIX}-TimedStorage-ByteHrs",
        "StandardStorage",
        f"{TABLE}/index/by-day",
        "10",
        "3.06",
        **GB,
        **_of("AmazonDynamoDB"),
    ),
    # Reserved: nothing at use, 0.05 an hour effective; one fee a month, a tenth unused.
    row(
        "reserved",
        f"{PREFIX}-InstanceUsage:db.t4g.medium",
        "CreateDBInstance:0014",
        DATABASE,
        "720",
        "54.72",
        "0",
        reservation_reservation_a_r_n=RESERVED,
        reservation_effective_cost="36",
        **_of("AmazonRDS"),
        **_kind("DiscountedUsage"),
    ),
    row(
        "reservation",
        f"{PREFIX}-HeavyUsage:db.t4g.medium",
        "CreateDBInstance:0014",
        "",
        "800",
        "0",
        "40",
        reservation_reservation_a_r_n=RESERVED,
        reservation_unused_recurring_fee="4",
        **_of("AmazonRDS"),
        **_kind("RIFee"),
    ),
    # Spot of the group, in two zones; its root volume has no tag at all.
    row(
        "spot",
        f"{PREFIX}-SpotUsage:c7g.large",
        "RunInstances:SV003",
        "i-0a1b2c3d4e5f60101",
        "720",
        "59.76",
        "21.60",
        tags=MADE,
    ),
    row(
        "spot's volume",
        GP3,
        "CreateVolume-Gp3",
        "vol-0a1b2c3d4e5f60110",
        "8",
        "0.7616",
        **GB,
    ),
    row(
        "snapshot",
        f"{PREFIX}-EBS:SnapshotUsage",
        "CreateSnapshot",
        ARN.format("ec2", "snapshot/snap-0a1b2c3d4e5f60301"),
        "10",
        "0.54",
        tags={"aws:dlm:lifecycle-policy-id": "policy-0a1b2c3d"},
        **GB,
    ),
    # Between regions: filed under EC2, and without a region of its own.
    row(
        "sent",
        SENT,
        "InterRegion-Out",
        WEB,
        "50",
        "1.00",
        product_region_code="",
        product_from_region_code=REGION,
        pricing_unit="GB",
        **_of("AWSDataTransfer", "AmazonEC2"),
    ),
    row(
        "by hand",
        LARGE,
        "RunInstances",
        "i-0a1b2c3d4e5f60999",
        "24",
        "2.8944",
        tags={"aws:createdBy": "IAMUser:AIDA:someone"},
    ),
    row(
        "replaced",
        LARGE,
        "RunInstances",
        "i-0a1b2c3d4e5f60998",
        "1",
        "0.1206",
        tags={"pulumi:stack": "prod", "pulumi:project": "shop"},
    ),
    row(
        "another stack's",
        LARGE,
        "RunInstances",
        "i-0a1b2c3d4e5f60997",
        "1",
        "0.1206",
        tags={"pulumi:stack": "dev", "pulumi:project": "shop"},
    ),
    row(
        "another account's",
        LARGE,
        "RunInstances",
        "i-0a1b2c3d4e5f60996",
        "1",
        "0.1206",
        line_item_usage_account_id=OTHER,
    ),
    row(
        "late",
        LARGE,
        "RunInstances",
        WEB,
        "2",
        "0.2412",
        line_item_usage_start_date="2026-08-31T00:00:00.000Z",
    ),
    row(
        "split",
        f"{PREFIX}-EKS-EC2-vCPU-Hours",
        "EKSPod-EC2",
        ARN.format("eks", "pod/c/ns/p/0a1b"),
        "99",
        "0",
        **_of("AmazonEKS"),
    ),
    row(
        "sold by others",
        "SoftwareUsage:m7i.large",
        "Hourly",
        ARN.format("ec2", f"instance/{WEB}"),
        "720",
        "0",
        "7.20",
        bill_billing_entity="AWS Marketplace",
        **_of("", "5hnnev4d0v7mapf09j0v8of0o2"),
    ),
    row("tax", "", "", "", "1", "0", "19.00", **_kind("Tax"), **_of("", "AmazonEC2")),
    row(
        "support", "Dollar", "", "", "1", "0", "29", **_kind("Fee"), **_of("AWSSupport")
    ),
    row("credit", LARGE, "RunInstances", "", "0", "0", "-10", **_kind("Credit")),
    row("refund", LARGE, "RunInstances", "", "0", "0", "-1.5", **_kind("Refund")),
    row("contract", LARGE, "RunInstances", "", "0", "0", "-3", **_kind("EdpDiscount")),
    row(
        "new in 2027", LARGE, "RunInstances", "", "0", "0", "0.77", **_kind("Surcharge")
    ),
]
"""A month of 2026-09; what each row is there for is its first word."""


def _columns(made: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in one.items() if k not in ("what", "tags")} for one in made]


def _as_in_cur2(key: str) -> str:
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()
    plain = re.sub(r"[^a-z0-9]+", "_", snake)
    return plain if key.startswith("aws:") else f"user_{plain}"


def cur2_csv(made: list[dict[str, Any]], path: Path) -> Path:
    """CUR 2.0 as CSV: its map of tags is a JSON text."""
    rows = _columns(made)
    for one, flat in zip(made, rows, strict=True):
        flat["resource_tags"] = json.dumps(
            {_as_in_cur2(k): v for k, v in one["tags"].items()}
        )
    return write_rows(rows, path)


def cur2_parquet(made: list[dict[str, Any]], path: Path) -> Path:
    """CUR 2.0 as Parquet: its map of tags is a map, its figures are doubles."""
    import duckdb

    text = cur2_csv(made, path.with_suffix(".csv"))
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT * REPLACE ("
            "CAST(CAST(resource_tags AS JSON) AS MAP(VARCHAR, VARCHAR)) AS resource_tags,"
            "CAST(line_item_unblended_cost AS DOUBLE) AS line_item_unblended_cost,"
            "CAST(line_item_usage_start_date AS TIMESTAMP) AS line_item_usage_start_date)"
            f" FROM read_csv('{text}', all_varchar = true)) TO '{path}' (FORMAT parquet)"
        )
    text.unlink()
    return path


def legacy_csv(made: list[dict[str, Any]], path: Path) -> Path:
    """The legacy CUR: names with slashes, a column for each tag."""
    heads = "line_item|savings_plan|bill|product|pricing|reservation"

    def named(column: str) -> str:
        found = re.fullmatch(rf"({heads})_(.+)", column)
        if found is None:
            return column
        head, tail = found.groups()
        head = re.sub(r"_(.)", lambda m: m[1].upper(), head)
        if tail == "servicecode":
            return f"{head}/{tail}"
        return f"{head}/{''.join(word.capitalize() for word in tail.split('_'))}"

    keys = sorted({key for one in made for key in one["tags"]})
    rows = [{named(k): v for k, v in flat.items()} for flat in _columns(made)]
    for one, flat in zip(made, rows, strict=True):
        for key in keys:
            head = "" if key.startswith("aws:") else "user:"
            flat[f"resourceTags/{head}{key}"] = one["tags"].get(key, "")
    return write_rows(rows, path)


def write_rows(rows: list[dict[str, Any]], path: Path) -> Path:
    """Write rows as a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def summed(column: str, made: Iterable[Mapping[str, Any]] = ROWS) -> Decimal:
    """The sum of a column as it was written."""
    return sum((Decimal(one[column] or 0) for one in made), Decimal(0))
