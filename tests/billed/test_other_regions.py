"""Months of other regions: images, copies, backups, addresses, an open month."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from farebox.quote.basket import read_usage
from tests.billed import shop
from tests.billed.scene import Held, Scene

ADDRESS = "PublicIPv4:InUseAddress"
STORED: dict[str, Any] = {"unit": "GB-Mo"}
KEPT = ("EBS:SnapshotUsage", "CreateSnapshot")
M5 = ("BoxUsage:m5.large", "RunInstances")
GP3 = ("EBS:VolumeUsage.gp3", "CreateVolume-Gp3")
SENT: dict[str, Any] = {
    "of": "AWSDataTransfer",
    "unit": "GB",
    "product_region_code": "",
}
PLAIN: dict[str, Any] = {
    "instanceType": "m5.large",
    "associatePublicIpAddress": False,
}


def _id(head: str, number: int) -> str:
    return f"{head}-0b1b2c3d4e5f6{number:04}"


def _addresses(scene: Scene) -> None:
    """An instance whose address is associated, a gateway, a balancer of two zones."""
    web = scene.has(
        *("aws:ec2/instance:Instance", "web", _id("i", 1)),
        {**PLAIN, "primaryNetworkInterfaceId": _id("eni", 1)},
    )
    for name, number in (("webIp", 1), ("natIp", 2)):
        address = _id("eipalloc", number)
        scene.has("aws:ec2/eip:Eip", name, address, {"allocationId": address})
    associated = {"instanceId": _id("i", 1), "allocationId": _id("eipalloc", 1)}
    joins = "aws:ec2/eipAssociation:EipAssociation"
    scene.has(joins, "joined", "eipassoc-1", associated, web)
    gateway = {"allocationId": _id("eipalloc", 2), "networkInterfaceId": _id("eni", 2)}
    scene.has("aws:ec2/natGateway:NatGateway", "nat", _id("nat", 1), gateway)
    balancer = scene.arn("elasticloadbalancing", "loadbalancer/app/front/50dc6c495c0c")
    outputs = {"arn": balancer, "loadBalancerType": "application", "internal": False}
    subnets = {"subnets": ["subnet-1", "subnet-2"]}
    kind = "aws:lb/loadBalancer:LoadBalancer"
    scene.has(kind, "front", balancer, {**outputs, **subnets})
    # November has 720 hours, each address 0.005 an hour: 3.60.
    for number in (1, 2, 3, 4):
        interface = scene.arn("ec2", f"network-interface/{_id('eni', number)}")
        scene.bills(ADDRESS, "Any", interface, "720", "3.6", of="AmazonVPC")


def test_each_address_in_use_stands_on_the_line_that_it_is_estimated_for(
    tmp_path: Path,
) -> None:
    scene = Scene("eu-west-1", "2026-11")
    _addresses(scene)
    found = scene.held(tmp_path, shop.cur2_csv)
    assert found.whose() == {}
    for name in ("webIp", "natIp"):
        assert found.billed(name, ADDRESS) == Decimal("3.6")
    # A balancer's interfaces stand in no state; there are as many as it has zones.
    assert found.billed("front", ADDRESS) == Decimal("7.2")
    # Four of 10 hours less; the machine, the gateway and the balancer have no row.
    assert found.causes()["hours"] == Decimal("-0.2")


def test_more_addresses_than_estimated_are_drift(tmp_path: Path) -> None:
    scene = Scene("eu-west-1", "2026-11")
    _addresses(scene)
    more = scene.arn("ec2", f"network-interface/{_id('eni', 9)}")
    scene.bills(ADDRESS, "Any", more, "720", "3.6", of="AmazonVPC")
    causes = scene.held(tmp_path, shop.cur2_csv).causes()
    assert causes["not in the stack"] == Decimal("10.8")


def test_traffic_between_zones_is_of_another_service_on_the_bill(
    tmp_path: Path,
) -> None:
    scene = Scene("eu-west-1", "2026-11")
    scene.has("aws:ec2/instance:Instance", "web", _id("i", 1), PLAIN)
    # 7 GB out and 7 GB in, at 0.01, as AWSDataTransfer; price lists have them under EC2.
    for way in ("InterZone-Out", "InterZone-In"):
        crossed = ("DataTransfer-Regional-Bytes", way, _id("i", 1), "7", "0.07")
        scene.bills(*crossed, product_from_region_code="eu-west-1", **SENT)
    said = tmp_path / "usage.yaml"
    said.write_text(
        "version: 1\naccount_usage:\n  eu-west-1: {monthly_intra_region_gb: 7}\n"
    )
    found = scene.held(tmp_path, shop.legacy_csv, usage=read_usage(said))
    assert found.whose() == {}
    [crossing] = [p for p in found.found["amortised"].pairs if not p.urn]
    assert crossing.billed_usd == Decimal("0.14")
    assert crossing.estimated == crossing.billed == Decimal(14)


def _copies() -> Scene:
    scene = Scene("eu-west-1", "2026-11")
    for type_, name, number in (
        ("ami:Ami", "golden", 1),
        ("amiCopy:AmiCopy", "copy", 2),
    ):
        block = {"deviceName": "/dev/xvdb", "snapshotId": _id("snap", number + 10)}
        outputs = {
            "arn": f"arn:aws:ec2:eu-west-1::image/{_id('ami', number)}",
            "rootSnapshotId": _id("snap", number),
            "ebsBlockDevices": [block],
        }
        scene.has(f"aws:ec2/{type_}", name, _id("ami", number), outputs)
    arn = f"arn:aws:ec2:eu-west-1::snapshot/{_id('snap', 3)}"
    scene.has("aws:ebs/snapshotCopy:SnapshotCopy", "dr", _id("snap", 3), {"arn": arn})
    cache = {
        "arn": scene.arn("elasticache", "replicationgroup:web"),
        "engine": "redis",
        "nodeType": "cache.m6g.large",
        "numCacheClusters": 2,
        "memberClusters": ["web-001", "web-002"],
    }
    scene.has(
        "aws:elasticache/replicationGroup:ReplicationGroup", "cache", "web", cache
    )
    for number in (1, 11, 2, 12, 3, 4):
        snapshot = scene.arn("ec2", f"snapshot/{_id('snap', number)}")
        scene.bills(*KEPT, snapshot, "8", "0.4", **STORED)
    # What was copied is sent from the other region, and names the copy.
    copied = scene.arn("ec2", f"snapshot/{_id('snap', 3)}")
    sent = ("=USE1-EUW1-AWS-Out-Bytes", "CopySnapshot", copied, "30", "0.6")
    scene.bills(*sent, product_from_region_code="us-east-1", **SENT)
    for number in (1, 2):
        node = ("NodeUsage:cache.m6g.large", "CreateCacheCluster:0002")
        member = scene.arn("elasticache", f"cluster:web-00{number}")
        scene.bills(*node, member, "720", "118.08", of="AmazonElastiCache")
    return scene


def test_images_copies_and_members_have_their_snapshots_and_nodes(
    tmp_path: Path,
) -> None:
    found = _copies().held(tmp_path, shop.cur2_parquet, ".parquet")
    owners = {
        (resource.rpartition("-")[2][-4:], usage_type.rpartition("-")[2]): whose
        for (resource, usage_type), whose in found.whose().items()
    }
    assert owners == {
        ("0001", KEPT[0]): "golden: not estimated",
        ("0011", KEPT[0]): "golden: not estimated",
        ("0002", KEPT[0]): "copy: not estimated",
        ("0012", KEPT[0]): "copy: not estimated",
        ("0003", KEPT[0]): "dr: not estimated",
        ("0003", "Bytes"): "dr: not estimated",
        ("0004", KEPT[0]): ": not in the stack",
    }
    # Two nodes of 720 h at 0.164.
    assert found.billed("cache", "NodeUsage:cache.m6g.large") == Decimal("236.16")


def _backups() -> Scene:
    scene = Scene("ap-northeast-1", "2026-01")
    root = {"volumeId": _id("vol", 1), "volumeType": "gp3", "volumeSize": 20}
    scene.has(
        *("aws:ec2/instance:Instance", "app", _id("i", 1)),
        {**PLAIN, "rootBlockDevice": root},
    )
    scene.has(
        *("aws:rds/cluster:Cluster", "aurora", "shop-aurora"),
        {
            "arn": scene.arn("rds", "cluster:shop-aurora"),
            "engine": "aurora-postgresql",
            "engineVersion": "16.4",
            "clusterResourceId": "cluster-ABCDEFGHIJKLMNOP",
        },
    )
    for number, source in ((1, _id("vol", 1)), (2, "arn:{}volume/" + _id("vol", 1))):
        said = source.format("aws:ec2:ap-northeast-1:012345678901:")
        snapshot = scene.arn("ec2", f"snapshot/{_id('snap', number)}")
        tags = {"aws:backup:source-resource": said}
        scene.bills(*KEPT, snapshot, "10", "0.5", tags=tags, **STORED)
    storage = ("Aurora:StorageUsage", "CreateDBInstance:0021")
    for name in ("cluster-abcdefghijklmnop", "shop-aurora"):
        cluster = scene.arn("rds", f"cluster:{name}")
        scene.bills(*storage, cluster, "50", "6", of="AmazonRDS", **STORED)
    return scene


def test_a_backup_is_of_what_it_is_taken_from(tmp_path: Path) -> None:
    found = _backups().held(tmp_path, shop.legacy_csv)
    assert sorted(found.whose().values()) == [
        *["app: made by the stack, not estimated"] * 2,
        *["aurora: not estimated"] * 2,
    ]


def test_what_a_fleet_launched_is_its_own_and_no_other_fleets(tmp_path: Path) -> None:
    scene = Scene("ap-northeast-1", "2026-01")
    fleet = "sfr-0b1b2c3d-1111-4111-8111-000000000001"
    launched = {"ami": "ami-1", "instanceType": "c5.large"}
    scene.has(
        *("aws:ec2/spotFleetRequest:SpotFleetRequest", "batch", fleet),
        {
            "targetCapacity": 1,
            "iamFleetRole": "role",
            "launchSpecifications": [launched],
        },
    )
    for number, named in ((1, fleet), (2, f"{fleet[:-1]}2")):
        spot = ("SpotUsage:c5.large", f"RunInstances:SV00{number}", _id("i", number))
        tags = {"aws:ec2spot:fleet-request-id": named}
        # January has 744 hours: 79.608 by the list on demand, 26.04 paid.
        scene.bills(*spot, "744", "79.608", "26.04", tags=tags)
    found = scene.held(tmp_path, shop.cur2_csv)
    assert sorted(found.whose().values()) == [
        "batch: made by the stack, not estimated",
        f"{fleet[:-1]}2: made by others",
    ]
    assert found.totals()["listed"] == Decimal("159.216")
    assert found.totals()["unblended"] == Decimal("52.08")


def _oregon() -> Scene:
    """Half of February, 14 days of 28, not yet invoiced."""
    scene = Scene("us-west-2", "2026-02")
    for name, number in (("old", 1), ("fresh", 2)):
        block = {"volumeId": _id("vol", number), "volumeType": "gp3", "volumeSize": 28}
        outputs = {**PLAIN, "rootBlockDevice": block}
        scene.has("aws:ec2/instance:Instance", name, _id("i", number), outputs)
    zone = "Z0123456789ABCDEFGHIJ"
    arn = f"arn:aws:route53:::hostedzone/{zone}"
    scene.has("aws:route53/zone:Zone", "zone", zone, {"arn": arn})
    open_: dict[str, Any] = {"bill_invoice_id": ""}
    for number, first in ((1, 1), (2, 10)):
        for day in range(first, 15):
            at = {"day": f"{day:02}", **open_}
            scene.bills(*M5, _id("i", number), "24", "2.304", **at)
            volume = (*GP3, _id("vol", number), "1", "0.08")
            scene.bills(*volume, unit="GB-Mo", **at)
    global_ = {"of": "AmazonRoute53", "product_region_code": "", **open_}
    scene.bills(
        "=HostedZone", "HostedZone", arn, "1", "0.5", unit="HostedZone", **global_
    )
    gone = {"pulumi:stack": "prod", "pulumi:project": "scene"}
    scene.bills(*M5, _id("i", 8), "48", "4.608", tags=gone, **open_)
    scene.bills(*M5, _id("i", 9), "5", "0.48", **open_)
    late = {"line_item_usage_start_date": "2026-01-31T22:00:00Z"}
    scene.bills(*M5, _id("i", 1), "3", "0.288", **late, **open_)
    return scene


def test_half_of_february_is_no_lack_of_use_but_for_what_came_in_it(
    tmp_path: Path,
) -> None:
    found: Held = _oregon().held(tmp_path, shop.cur2_csv)
    # Two machines at 70.08 and two volumes at 2.24, half: -72.32 is not over yet; of the
    # zone nothing, for it is billed at once. 336 h are 2.784 less than 365, twice.
    # The fresh machine came on the 10th: 216 h and 9 GB less, 20.736 and 0.72.
    assert found.causes() == {
        "open month": Decimal("-72.32"),
        "hours": Decimal("-5.568"),
        "quantity": Decimal("-21.456"),
        "late rows": Decimal("0.288"),
        "no longer in the state": Decimal("4.608"),
        "not in the stack": Decimal("0.48"),
    }
    assert found.billed("old", "BoxUsage:m5.large") == Decimal("32.256")
    assert found.billed("zone", "HostedZone") == Decimal("0.5")
