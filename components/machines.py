"""What the stack's own machines have in common: role, root disk, launch template."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

ROLE_NAME_LIMIT = 64
ROLE_SOURCE = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
)
USER_DATA_LIMIT = 16 * 1024
"""Bytes before base64.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
"""
SESSIONS_POLICY = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
"""Lets operators open a shell through Systems Manager: no SSH port, no keys."""

Statement = Mapping[str, Any]
"""One statement of an IAM policy."""


def policy_document(*statements: Statement) -> str:
    """An IAM policy as JSON, always the same text for the same statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str, *actions: str) -> str:
    """A trust policy: who may take a role. `sts:AssumeRole` unless told otherwise."""
    return policy_document(
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": list(actions) or ["sts:AssumeRole"],
        }
    )


def instance_profile(
    name: str,
    statements: Sequence[Statement],
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> aws.iam.InstanceProfile:
    """A role for machines with the statements and shell access, and its profile.

    A statement may hold outputs, a bucket's name for example.
    """
    role = aws.iam.Role(
        f"{name}-role",
        assume_role_policy=trust("ec2.amazonaws.com"),
        tags=tags,
        opts=child,
    )
    if statements:
        aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.id,
            policy=pulumi.Output.from_input(list(statements)).apply(
                lambda known: policy_document(*known)
            ),
            opts=child,
        )
    aws.iam.RolePolicyAttachment(
        f"{name}-sessions", role=role.name, policy_arn=SESSIONS_POLICY, opts=child
    )
    return aws.iam.InstanceProfile(
        f"{name}-profile", role=role.name, tags=tags, opts=child
    )


def user_data(script: str, **settings: str | int) -> str:
    """A shell script with its settings on top, as base64.

    Raises ValueError when EC2 would refuse it for its size or a setting has a quote.
    """
    if any("'" in str(value) for value in settings.values()):
        raise ValueError(f"a boot setting holds a quote: {settings}")
    lines = [f"readonly {key.upper()}='{value}'" for key, value in settings.items()]
    text = "\n".join(["#!/bin/bash", *lines, script])
    if len(text.encode()) > USER_DATA_LIMIT:
        raise ValueError(f"user data may have {USER_DATA_LIMIT} bytes")
    return base64.b64encode(text.encode()).decode()


def encrypted_root(gib: int) -> aws.ec2.LaunchTemplateBlockDeviceMappingArgs:
    """The root volume of Amazon Linux: gp3, encrypted, gone with its machine."""
    return aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
        device_name="/dev/xvda",
        ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
            volume_type="gp3",
            volume_size=gib,
            encrypted="true",
            delete_on_termination="true",
        ),
    )


def closed_metadata() -> aws.ec2.LaunchTemplateMetadataOptionsArgs:
    """The metadata service wants a token and does not answer past one network hop.

    So containers cannot take the role of the machine that they run on.
    """
    return aws.ec2.LaunchTemplateMetadataOptionsArgs(
        http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
    )


def tagged(
    tags: Mapping[str, str], machine_tags: Mapping[str, str]
) -> list[aws.ec2.LaunchTemplateTagSpecificationArgs]:
    """Tags for what a launch makes: the machine; its root volume and interface."""
    return [
        aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=its_tags)
        for kind, its_tags in (
            ("instance", machine_tags),
            ("volume", tags),
            ("network-interface", tags),
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineArgs:
    """A machine as its launch template describes it; `boot` is its user data.

    `instance_type` is None where the group that launches it names the types.
    """

    image_id: str
    instance_type: str | None
    root_gib: int
    security_group_id: pulumi.Input[str]
    public_address: bool
    boot: pulumi.Input[str]


def launch_template(
    name: str,
    args: MachineArgs,
    *,
    profile: aws.iam.InstanceProfile,
    tags: Mapping[str, str],
    machine_tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> aws.ec2.LaunchTemplate:
    """A template for a closed machine that boots with a script."""
    return aws.ec2.LaunchTemplate(
        name,
        image_id=args.image_id,
        instance_type=args.instance_type,
        update_default_version=True,
        block_device_mappings=[encrypted_root(args.root_gib)],
        iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(
            arn=profile.arn
        ),
        metadata_options=closed_metadata(),
        monitoring=aws.ec2.LaunchTemplateMonitoringArgs(enabled=False),
        network_interfaces=[
            aws.ec2.LaunchTemplateNetworkInterfaceArgs(
                device_index=0,
                associate_public_ip_address="true" if args.public_address else "false",
                delete_on_termination="true",
                security_groups=[args.security_group_id],
            )
        ],
        tag_specifications=tagged(tags, machine_tags),
        user_data=args.boot,
        tags=tags,
        opts=child,
    )


def to_anywhere() -> aws.ec2.SecurityGroupEgressArgs:
    """All traffic out: users' programs talk to services of their own choice."""
    return aws.ec2.SecurityGroupEgressArgs(
        protocol="-1", from_port=0, to_port=0, cidr_blocks=["0.0.0.0/0"]
    )


def propagated(tags: Mapping[str, str]) -> list[aws.autoscaling.GroupTagArgs]:
    """Tags of an Auto Scaling group that its machines get too."""
    return [
        aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=True)
        for key, value in tags.items()
    ]
