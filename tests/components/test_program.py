"""The Passepartout program as a whole: each tier builds what its plan says."""

import json
from functools import cache
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
import yaml

from components.arguments import GENERATED_SUFFIX
from farebox.hosting.plan.quotas import resource_count
from farebox.hosting.plan.sizing import plan_tier, tier_config
from farebox.hosting.plan_values import TierPlan
from tests.components.harness import Program, run

ROOT = Path(__file__).resolve().parents[2]
TIERS = ("self-hosted", "1k", "10k", "50k", "100k", "1m")
BUILT = ("self-hosted", "1k", "1k on efs")
"""The others differ in numbers only, and take up to half a minute each."""
HOSTED_ZONE = "Z0123456789ABCDEFGHIJ"
NAME_LIMITS = {
    "aws:lb/loadBalancer:LoadBalancer": 32,
    "aws:lb/targetGroup:TargetGroup": 32,
    "aws:iam/role:Role": 64,
    "aws:iam/instanceProfile:InstanceProfile": 128,
    "aws:ec2/launchTemplate:LaunchTemplate": 125,
    "aws:ec2/securityGroup:SecurityGroup": 255,
    "aws:eks/nodeGroup:NodeGroup": 63,
    "aws:autoscaling/group:Group": 255,
}
"""Characters that AWS takes in the physical name, which is ours and Pulumi's suffix."""
UNTAGGED = frozenset(
    {
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:autoscaling/attachment:Attachment",
        "aws:autoscaling/policy:Policy",
        "aws:cloudwatch/dashboard:Dashboard",
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        "aws:backup/selection:Selection",
        "aws:efs/fileSystemPolicy:FileSystemPolicy",
        "aws:efs/mountTarget:MountTarget",
        "aws:ec2/route:Route",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:route53/record:Record",
    }
)
"""Types that have no tags."""


def stack_config(tier: str, **more: Any) -> dict[str, str]:
    """A stack's config as the engine hands it to the program: text, objects as JSON."""
    tier, _, on_efs = tier.partition(" on ")
    text = (ROOT / "stacks" / f"Pulumi.{tier}.yaml").read_text()
    values: dict[str, Any] = {**yaml.safe_load(text)["config"], **more}
    if on_efs:
        values["passepartout:tier"]["storage"] = on_efs
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
    }


@cache
def built(tier: str) -> Program:
    config = stack_config(
        tier,
        **{"passepartout:hostedZoneId": HOSTED_ZONE, "passepartout:relayKey": "k" * 64},
    )
    return run(
        lambda: run_path(str(ROOT / "__main__.py"), run_name="__main__"),
        stack=tier.partition(" ")[0],
        config=config,
    )


def plan(tier: str) -> TierPlan:
    config = stack_config(tier)
    return plan_tier(
        tier_config(json.loads(config["passepartout:tier"])),
        users=int(config["farebox:users"]),
        region=config["aws:region"],
    )


@pytest.mark.parametrize("tier", TIERS)
def test_every_tier_stays_under_5000_resources(tier: str) -> None:
    assert resource_count(plan(tier)) < 5_000


@pytest.mark.parametrize("tier", BUILT)
def test_the_plan_counts_exactly_what_the_program_builds(tier: str) -> None:
    # The plan counts the stack and its default provider too.
    assert len(built(tier).made) + 2 == resource_count(plan(tier))


def test_a_hosted_tier_has_machines_and_volumes_as_planned() -> None:
    made, planned = built("1k"), plan("1k")
    for zone in planned.zones:
        group = made.one("aws:autoscaling/group:Group", f"spot-pool-{zone.zone_id}")
        assert group.inputs["minSize"] == zone.min_vms
        assert group.inputs["desiredCapacity"] == zone.vms
        assert group.inputs["maxSize"] == zone.max_vms
        name = f"network-public-{zone.zone_id}"
        assert group.inputs["vpcZoneIdentifiers"] == [f"{name}.id"]
        volumes = [
            one
            for one in made.of_type("aws:ebs/volume:Volume")
            if one.inputs["availabilityZone"] == f"{name}.availabilityZone"
        ]
        assert len(volumes) == zone.volumes
        assert all(f"-{zone.zone_id}-" in one.name for one in volumes)


def test_a_tier_on_efs_has_a_file_system_that_only_its_machines_reach() -> None:
    made = built("1k on efs")
    assert not made.of_type("aws:ebs/volume:Volume")
    files = made.one("aws:efs/fileSystem:FileSystem")
    assert (files.inputs["encrypted"], files.inputs["throughputMode"]) == (
        True,
        "elastic",
    )
    targets = made.of_type("aws:efs/mountTarget:MountTarget")
    assert {one.inputs["subnetId"] for one in targets} == {
        f"network-public-{zone.zone_id}.id" for zone in plan("1k").zones
    }
    way = made.one(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "user-files-from-machines",
    )
    assert way.inputs["referencedSecurityGroupId"] == "spot-pool-machines.id"
    assert (way.inputs["fromPort"], way.inputs["toPort"]) == (2049, 2049)
    policy = json.loads(
        made.one("aws:efs/fileSystemPolicy:FileSystemPolicy").inputs["policy"]
    )
    assert policy["Statement"][-1]["Condition"] == {
        "Bool": {"aws:SecureTransport": "false"}
    }
    # Data and backups stay, whatever becomes of the program.
    kept = {one.name for one in made.made if one.protect and one.kept}
    assert {"user-files", "user-files-vault", "user-files-locked"} <= kept


def test_a_tier_on_efs_is_backed_up_into_a_vault_that_cannot_be_emptied() -> None:
    made = built("1k on efs")
    (rule,) = made.one("aws:backup/plan:Plan").inputs["rules"]
    assert rule["schedule"] == "cron(0 3 * * ? *)"
    assert rule["targetLogicallyAirGappedBackupVaultArn"] == "user-files-locked.arn"
    assert rule["lifecycle"] == {"deleteAfter": 7}
    locked = made.one(
        "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"
    ).inputs
    assert (locked["minRetentionDays"], locked["maxRetentionDays"]) == (7, 7)
    selected = made.one("aws:backup/selection:Selection").inputs["resources"]
    assert selected == ["user-files.arn"]


def test_the_self_hosted_tier_is_relay_and_proxies_only() -> None:
    components = {
        one.type.split(":")[-1]
        for one in built("self-hosted").made
        if one.type.startswith("passepartout:")
    }
    assert components == {
        *("Network", "Domain", "RelayCluster", "RelayWorkload", "ReverseProxies"),
        "Watching",
    }


@pytest.mark.parametrize("tier", BUILT)
def test_every_aws_resource_belongs_to_a_component(tier: str) -> None:
    made = built(tier).made
    components = {one.name for one in made if one.type.startswith("passepartout:")}
    for one in made:
        if one.type.startswith("aws:"):
            assert one.parent in components, one.name


@pytest.mark.parametrize("tier", BUILT)
def test_every_component_says_what_it_made(tier: str) -> None:
    program = built(tier)
    for one in program.made:
        if one.type.startswith("passepartout:"):
            assert program.outputs[one.name], one.name


@pytest.mark.parametrize("tier", BUILT)
def test_everything_that_takes_tags_says_whose_it_is(tier: str) -> None:
    for one in built(tier).made:
        if not one.type.startswith("aws:") or one.type in UNTAGGED:
            continue
        tags = one.inputs["tags"]
        if isinstance(tags, list):
            tags = {tag["key"]: tag["value"] for tag in tags}
        assert tags["Project"] == "passepartout", one.name
        assert tags["Stack"] == tier.partition(" ")[0], one.name
        assert tags["Component"], one.name


def test_a_plan_that_would_delete_volumes_ends_with_one_sentence() -> None:
    config = stack_config("1k")
    tier = json.loads(config["passepartout:tier"])
    tier["volumes"]["held"] = [{"zone_id": "use1-az2", "volumes": 50, "gib": 100}]
    config["passepartout:tier"] = json.dumps(tier)
    with pytest.raises(Exception, match="which the stack holds") as raised:
        run(lambda: run_path(str(ROOT / "__main__.py")), stack="1k", config=config)
    assert type(raised.value).__name__ == "RunError"


@pytest.mark.parametrize("tier", BUILT)
def test_generated_names_fit_awss_limits(tier: str) -> None:
    for one in built(tier).made:
        limit = NAME_LIMITS.get(one.type, 255)
        assert len(one.name) + GENERATED_SUFFIX <= limit, one.name


@pytest.mark.parametrize("tier", BUILT)
def test_every_disk_is_encrypted(tier: str) -> None:
    made = built(tier)
    assert all(
        one.inputs["encrypted"] is True for one in made.of_type("aws:ebs/volume:Volume")
    )
    for template in made.of_type("aws:ec2/launchTemplate:LaunchTemplate"):
        for disk in template.inputs["blockDeviceMappings"]:
            assert disk["ebs"]["encrypted"] == "true", template.name


@pytest.mark.parametrize("tier", BUILT)
def test_no_policy_allows_changes_to_everything(tier: str) -> None:
    # Only looking (Describe) and logging in to a registry have no narrower resource.
    for one in built(tier).of_type("aws:iam/rolePolicy:RolePolicy"):
        for statement in json.loads(one.inputs["policy"])["Statement"]:
            assert all("*" not in action for action in statement["Action"])
            if statement["Resource"] == "*":
                assert all(
                    action.partition(":")[2].startswith("Describe")
                    for action in statement["Action"]
                ), one.name


@pytest.mark.parametrize("tier", BUILT)
def test_only_https_is_open_to_the_world(tier: str) -> None:
    for one in built(tier).of_type("aws:ec2/securityGroup:SecurityGroup"):
        for rule in one.inputs.get("ingress", ()):
            if "0.0.0.0/0" in rule.get("cidrBlocks", ()):
                assert (rule["fromPort"], rule["toPort"]) == (443, 443), one.name


def test_the_same_program_runs_in_a_preview_where_outputs_are_unknown() -> None:
    made = run(
        lambda: run_path(str(ROOT / "__main__.py"), run_name="__main__"),
        preview=True,
        stack="self-hosted",
        config=stack_config("self-hosted"),
    )
    # Without a Route 53 zone there are three records less, without a key its Secret.
    assert len(made.made) + 4 == len(built("self-hosted").made)


def with_price_refresh(**more: Any) -> Program:
    refresh = {
        "image": "ghcr.io/team/farebox:1.2.0",
        "storeSecretArn": "arn:aws:secretsmanager:us-east-1:111122223333:secret:prices",
        "storeCidrs": ["10.64.0.0/16"],
        **more,
    }
    config = stack_config("self-hosted", **{"passepartout:priceRefresh": refresh})
    return run(
        lambda: run_path(str(ROOT / "__main__.py"), run_name="__main__"),
        stack="self-hosted",
        config=config,
    )


def test_the_price_refresh_is_there_only_where_the_config_asks_for_it() -> None:
    schedule = "aws:scheduler/schedule:Schedule"
    assert not built("self-hosted").of_type(schedule)
    made = with_price_refresh(staleAfterHours=48)
    target = made.one(schedule, "price-refresh-schedule").inputs["target"]
    network = target["ecsParameters"]["networkConfiguration"]
    zones = plan("self-hosted").zones
    assert network["subnets"] == [f"network-public-{z.zone_id}.id" for z in zones]
    assert network["assignPublicIp"] is True
    task = made.one("aws:ecs/taskDefinition:TaskDefinition").inputs
    assert task["family"] == "passepartout-self-hosted-prices"


def test_a_price_refresh_that_cannot_be_ends_with_one_sentence() -> None:
    with pytest.raises(Exception, match="must name a version") as raised:
        with_price_refresh(image="farebox:latest")
    assert "Source: docs/scheduling.md" in str(raised.value)


def test_a_plan_that_cannot_hold_ends_with_one_sentence() -> None:
    config = stack_config("1k")
    tier = json.loads(config["passepartout:tier"])
    tier["zone_ids"] = ["use1-az1", "use1-az3"]
    config["passepartout:tier"] = json.dumps(tier)
    with pytest.raises(Exception, match="use1-az3") as raised:
        run(lambda: run_path(str(ROOT / "__main__.py")), stack="1k", config=config)
    assert type(raised.value).__name__ == "RunError"
    assert "\n" not in str(raised.value)
