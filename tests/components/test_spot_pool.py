"""The spot pool: its groups, its template, what its machines may do."""

import json
import subprocess
from base64 import b64decode
from typing import Any

import pytest

from components.arguments import BadArgument
from components.machines import USER_DATA_LIMIT
from components.spot_pool import BOOT_SCRIPT, PoolZone, SpotPool, SpotPoolArgs
from tests.components.harness import REGION, TAGS, ZONES, Made, Program, run

GROUP = "aws:autoscaling/group:Group"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


def zones(*zone_ids: str) -> tuple[PoolZone, ...]:
    return tuple(
        PoolZone(
            zone_id=zone_id,
            subnet_id=f"subnet-{zone_id}",
            min_machines=1,
            machines=4,
            max_machines=6,
        )
        for zone_id in zone_ids
    )


def arguments(**more: Any) -> SpotPoolArgs:
    args: dict[str, Any] = {
        "region": REGION,
        "vpc_id": "vpc-1",
        "zones": zones(*ZONES),
        "instance_types": ("r6a.4xlarge", "r6i.4xlarge"),
        "proxy_security_group_id": "sg-proxies",
        "public_addresses": True,
        "volume_pool": "passepartout-test",
        "record_table": "passepartout-test",
        "bucket_name": "bucket-1",
        "agent_key": "agent/1.zip",
        "volumes_per_machine": 8,
        "users_per_volume": 10,
        "users_per_machine": 80,
        "gib_per_user": 10,
        "container_mib": 3072,
        "tags": TAGS,
    }
    return SpotPoolArgs(**{**args, **more})


def pool(**more: Any) -> Program:
    return run(lambda: SpotPool("spot-pool", arguments(**more)))


def template(made: Program) -> dict[str, Any]:
    return made.one(TEMPLATE, "spot-pool-template").inputs


def statements(made: Program) -> list[dict[str, Any]]:
    policy = made.one("aws:iam/rolePolicy:RolePolicy", "spot-pool-policy")
    found: list[dict[str, Any]] = json.loads(policy.inputs["policy"])["Statement"]
    return found


def distribution(group: Made) -> dict[str, Any]:
    found: dict[str, Any] = group.inputs["mixedInstancesPolicy"][
        "instancesDistribution"
    ]
    return found


def test_each_zone_has_a_group_of_its_own_in_its_subnet() -> None:
    # Resources without a word about each other reach an engine in any order.
    groups = sorted(pool().of_type(GROUP), key=lambda group: group.name)
    assert [group.name for group in groups] == [f"spot-pool-{zone}" for zone in ZONES]
    for group, zone in zip(groups, ZONES, strict=True):
        assert group.inputs["vpcZoneIdentifiers"] == [f"subnet-{zone}"]
        sizes = ("minSize", "desiredCapacity", "maxSize")
        assert [group.inputs[size] for size in sizes] == [1, 4, 6]
        assert group.inputs["capacityRebalance"] is True


def test_a_new_template_ends_no_running_machine() -> None:
    for group in pool().of_type(GROUP):
        assert "instanceRefresh" not in group.inputs


def test_a_machine_has_time_to_drain_before_the_group_ends_it() -> None:
    for group in pool().of_type(GROUP):
        (hook,) = group.inputs["initialLifecycleHooks"]
        assert hook == {
            "name": "drain",
            "lifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
            "heartbeatTimeout": 300,
            "defaultResult": "CONTINUE",
        }


def test_a_group_takes_any_of_the_types_by_price_and_capacity() -> None:
    made = pool()
    for group in made.of_type(GROUP):
        launch = group.inputs["mixedInstancesPolicy"]["launchTemplate"]
        assert launch["overrides"] == [
            {"instanceType": "r6a.4xlarge"},
            {"instanceType": "r6i.4xlarge"},
        ]
        assert launch["launchTemplateSpecification"] == {
            "launchTemplateId": "spot-pool-template.id",
            "version": "1",
        }
        assert distribution(group)["spotAllocationStrategy"] == (
            "price-capacity-optimized"
        )
    assert "instanceType" not in template(made)


def test_the_on_demand_base_is_spread_over_the_zones() -> None:
    # 5 over 3 zones: 2, 2, 1.
    groups = pool(on_demand_base=5, on_demand_percent=20).of_type(GROUP)
    bases = [distribution(group)["onDemandBaseCapacity"] for group in groups]
    assert bases == [2, 2, 1]
    shares = {
        distribution(group)["onDemandPercentageAboveBaseCapacity"] for group in groups
    }
    assert shares == {20}


def test_the_root_volume_is_encrypted_gp3() -> None:
    (disk,) = template(pool())["blockDeviceMappings"]
    assert disk["ebs"] == {
        "volumeType": "gp3",
        "volumeSize": 30,
        "encrypted": "true",
        "deleteOnTermination": "true",
    }


def test_containers_cannot_reach_the_metadata_service() -> None:
    assert template(pool())["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }


@pytest.mark.parametrize("public", [True, False])
def test_the_template_says_whether_a_machine_has_a_public_address(public: bool) -> None:
    (interface,) = template(pool(public_addresses=public))["networkInterfaces"]
    assert interface["associatePublicIpAddress"] == ("true" if public else "false")
    assert interface["securityGroups"] == ["spot-pool-machines.id"]


@pytest.mark.parametrize(
    ("instance_types", "architecture"),
    [
        (("r6a.4xlarge", "r7i.4xlarge"), "x86_64"),
        (("g4dn.xlarge",), "x86_64"),
        (("r7g.4xlarge", "r8g.4xlarge"), "arm64"),
        (("t4g.small",), "arm64"),
    ],
)
def test_the_machine_image_fits_the_processor(
    instance_types: tuple[str, ...], architecture: str
) -> None:
    image = template(pool(instance_types=instance_types))["imageId"]
    assert image.startswith("resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-")
    assert image.endswith(architecture)


def test_users_come_in_only_through_the_proxies() -> None:
    group = pool().one("aws:ec2/securityGroup:SecurityGroup")
    (rule,) = group.inputs["ingress"]
    assert rule["securityGroups"] == ["sg-proxies"]
    assert "cidrBlocks" not in rule


def statement(made: Program, sid: str) -> dict[str, Any]:
    (found,) = [one for one in statements(made) if one["Sid"] == sid]
    return found


def test_machines_may_attach_volumes_of_their_pool_only() -> None:
    volumes = statement(pool(), "TakeAndGiveBackVolumes")
    assert volumes["Action"] == ["ec2:AttachVolume", "ec2:DetachVolume"]
    assert volumes["Resource"] == "arn:aws:ec2:us-east-1:*:volume/*"
    assert volumes["Condition"] == {
        "StringEquals": {"aws:ResourceTag/VolumePool": "passepartout-test"}
    }


def test_a_machine_may_attach_to_itself_and_detach_from_itself_only() -> None:
    # The session name of a machine's role is the machine's id.
    own = statement(pool(), "ForThisMachineOnly")
    assert own["Resource"] == "arn:aws:ec2:us-east-1:*:instance/*"
    assert own["Condition"]["StringLike"] == {"aws:userid": "*:${ec2:InstanceID}"}
    assert own["Condition"]["StringEquals"] == {
        "aws:ResourceTag/VolumePool": "passepartout-test"
    }


def test_a_machine_reads_and_writes_the_record_and_data_on_their_way_only() -> None:
    made = pool()
    record = statement(made, "ReadAndWriteTheRecord")
    table = "arn:aws:dynamodb:us-east-1:*:table/passepartout-test"
    assert record["Resource"] == [table, f"{table}/index/*"]
    # Neither scans nor deletes: a machine cannot empty the record.
    assert not [one for one in record["Action"] if "Delete" in one or "Scan" in one]
    assert statement(made, "FetchTheAgent")["Action"] == ["s3:GetObject"]
    moves = statement(made, "MoveData")
    assert moves["Resource"] == "arn:aws:s3:::bucket-1/moves/*"


def test_a_machine_may_ask_its_own_pools_groups_for_another_machine() -> None:
    group = statement(pool(), "TellTheGroup")
    assert group["Condition"] == {
        "StringEquals": {"autoscaling:ResourceTag/VolumePool": "passepartout-test"}
    }


def test_machines_carry_the_tag_that_lets_them_attach() -> None:
    made = pool()
    tags = {
        one["resourceType"]: one["tags"] for one in template(made)["tagSpecifications"]
    }
    assert tags["instance"]["VolumePool"] == "passepartout-test"
    for group in made.of_type(GROUP):
        tag = {"key": "VolumePool", "value": "passepartout-test"}
        assert {**tag, "propagateAtLaunch": True} in group.inputs["tags"]


def test_a_root_volume_is_no_data_volume() -> None:
    # With the pool's tag it would be snapshotted and given to another machine.
    tags = {
        one["resourceType"]: one["tags"]
        for one in template(pool())["tagSpecifications"]
    }
    assert "VolumePool" not in tags["volume"]
    assert tags["volume"]["Component"] == "SpotPool"


def test_a_private_image_may_be_pulled_from_its_repository_only() -> None:
    arn = "arn:aws:ecr:us-east-1:111122223333:repository/user"
    pull = statements(pool(image_repository_arn=arn))[-1]
    assert pull["Action"] == ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    assert pull["Resource"] == arn


def test_the_boot_script_has_its_settings_on_top_and_fits() -> None:
    script = b64decode(template(pool())["userData"])
    assert len(script) < USER_DATA_LIMIT
    first, region, bucket, agent, packages, settings = script.decode().splitlines()[:6]
    assert first == "#!/bin/bash"
    assert region == "readonly REGION='us-east-1'"
    assert bucket == "readonly BUCKET='bucket-1'"
    assert agent == "readonly AGENT='agent/1.zip'"
    assert packages == "readonly PACKAGES='xfsprogs'"
    key, _, value = settings.partition("=")
    assert key == "readonly SETTINGS"
    assert json.loads(value.strip("'")) == {
        "region": "us-east-1",
        "pool": "passepartout-test",
        "record": "dynamodb:us-east-1/passepartout-test",
        "volumes": 8,
        "places": 10,
        "gib_per_user": 10,
        "image": "clfoundation/sbcl",
        "container_mib": 3072,
        "container_cpus": "2",
        "routes_port": 19_999,
        "first_port": 20_000,
        "ports": 2_048,
        "bucket": "bucket-1",
    }


def test_the_boot_script_is_valid_shell() -> None:
    subprocess.run(["bash", "-n", str(BOOT_SCRIPT)], check=True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"instance_types": ()}, "instance_types (count) is 0"),
        ({"instance_types": ("r6a.4xlarge", "r6a.4xlarge")}, "name each type once"),
        ({"instance_types": ("r6a",)}, "must be an EC2 instance type such as"),
        ({"instance_types": ("r6a.large", "r7g.large")}, "one processor architecture"),
        ({"zones": zones("use1-az3")}, "is not offered in zone use1-az3"),
        (
            {"volumes_per_machine": 28},
            "volumes_per_machine is 28: it must be from 1 to 26, because a "
            "r6a.4xlarge attaches no more beside its root volume",
        ),
        ({"instance_types": ("r7a.large",), "volumes_per_machine": 32}, "from 1 to 31"),
        ({"volumes_per_machine": 0}, "volumes_per_machine is 0"),
        ({"users_per_machine": 2049}, "must be from 1 to 2,048 users"),
        ({"gib_per_user": 0}, "gib_per_user is 0"),
        ({"users_per_volume": 0}, "users_per_volume is 0"),
        ({"container_cpus": "many"}, "must be a number of processors"),
        ({"container_cpus": "0"}, "must be a number of processors"),
        ({"container_mib": 1}, "container_mib is 1: it must be from 64"),
        ({"on_demand_base": -1}, "on_demand_base is -1"),
        ({"on_demand_percent": 101}, "must be from 0 to 100 %"),
        ({"root_gib": 4}, "root_gib is 4: it must be from 8"),
        ({"volume_pool": "it's"}, "must be a tag value without quotes"),
        ({"container_image": "a b"}, "must be an image reference"),
    ],
)
def test_a_bad_pool_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadArgument) as raised:
        arguments(**change)
    assert sentence in str(raised.value)
    assert "Source: " in str(raised.value)


@pytest.mark.parametrize("sizes", [(-1, 0, 1), (2, 1, 3), (0, 4, 3)])
def test_sizes_out_of_order_are_refused(sizes: tuple[int, int, int]) -> None:
    least, usual, most = sizes
    with pytest.raises(BadArgument, match="must be 0 <= least <= usual <= most"):
        PoolZone(
            zone_id="use1-az1",
            subnet_id="subnet-1",
            min_machines=least,
            machines=usual,
            max_machines=most,
        )


def test_a_name_too_long_for_a_role_is_refused() -> None:
    # 64 - 8 (Pulumi's suffix) - 8 ("-profile") leave 48.
    with pytest.raises(BadArgument, match="at most 48 of them"):
        run(lambda: SpotPool("p" * 49, arguments()))
