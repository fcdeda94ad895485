"""What a price refresh may do, what its container is, and which events tell of it.

Every policy names what it may touch: the task reads prices and nothing else, and the
schedule starts this task with these roles and nothing else.
"""

import json
from typing import Any

from components.machines import Statement, trust
from components.price_refresh_args import REGISTRY, PriceRefreshArgs

PRICE_LIST_ACTIONS = (
    "pricing:GetProducts",
    "savingsplans:DescribeSavingsPlansOfferingRates",
)
"""What has its endpoint in a region of its own, whichever region is asked for."""
REGIONAL_ACTIONS = (
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeSpotPriceHistory",
    "ec2:GetSpotPlacementScores",
    "servicequotas:GetAWSDefaultServiceQuota",
    "servicequotas:GetServiceQuota",
)
"""What is asked in the region that it is about. No list is asked by the account's
name: bulk files, the spot feed and the Spot Advisor are public.
"""
DATA_FOLDER = "/var/lib/farebox"
"""The one place that the task may write to; docs/schedule/Containerfile makes it."""
CONTAINER = "refresh"


def container(args: PriceRefreshArgs) -> dict[str, Any]:
    """The task's one container: `fare refresh`, its disk closed but for one folder."""
    regions = args.regions or (args.region,)
    return {
        "name": CONTAINER,
        "image": args.image,
        "command": [
            "refresh",
            *(f"--region={region}" for region in regions),
            *(f"--only={source}" for source in args.sources),
        ],
        "essential": True,
        "readonlyRootFilesystem": True,
        "environment": [
            {"name": "FAREBOX_DATA_DIR", "value": DATA_FOLDER},
            {"name": "TMPDIR", "value": DATA_FOLDER},
        ],
        "secrets": [{"name": "FAREBOX_PRICES_URL", "valueFrom": args.store_secret_arn}],
        "mountPoints": [{"sourceVolume": "data", "containerPath": DATA_FOLDER}],
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": f"/farebox/{args.family}",
                "awslogs-region": args.region,
                "awslogs-stream-prefix": "refresh",
            },
        },
    }


def failed(cluster_arn: str) -> dict[str, Any]:
    """The events of a task that failed: an exit code, or no start at all.

    A container that never ran has no exit code, and one whose memory ran out has 137.
    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
    """
    exit_code = {"name": [CONTAINER], "exitCode": [{"anything-but": [0]}]}
    return _stopped(
        cluster_arn,
        {"$or": [{"containers": exit_code}, {"stopCode": ["TaskFailedToStart"]}]},
    )


def succeeded(cluster_arn: str) -> dict[str, Any]:
    """The events of a task whose refresh left with 0: every source answered."""
    exit_code = {"name": [CONTAINER], "exitCode": [0]}
    return _stopped(cluster_arn, {"containers": exit_code})


def _stopped(cluster_arn: str, how: dict[str, Any]) -> dict[str, Any]:
    return {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        "detail": {"clusterArn": [cluster_arn], "lastStatus": ["STOPPED"], **how},
    }


def task_permissions(args: PriceRefreshArgs) -> list[Statement]:
    """What the refresh may do at AWS: read prices and limits, nothing else.

    None of these actions has a narrower resource.
    """
    return [
        {
            "Sid": "ReadPriceLists",
            "Effect": "Allow",
            "Action": list(PRICE_LIST_ACTIONS),
            "Resource": "*",
        },
        {
            "Sid": "ReadSpotPricesTypesAndQuotas",
            "Effect": "Allow",
            "Action": list(REGIONAL_ACTIONS),
            "Resource": "*",
            "Condition": {
                "StringEquals": {
                    "aws:RequestedRegion": list(args.regions or (args.region,))
                }
            },
        },
    ]


def start_permissions(args: PriceRefreshArgs) -> list[Statement]:
    """What ECS needs to start the task: its image, the store's URL, the log."""
    log = f"arn:aws:logs:{args.region}:{args.account}:log-group:/farebox/{args.family}"
    statements: list[Statement] = [
        {
            "Sid": "ReadTheStoresUrl",
            "Effect": "Allow",
            "Action": ["secretsmanager:GetSecretValue"],
            "Resource": args.store_secret_arn,
        },
        {
            "Sid": "WriteTheLog",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"{log}:*",
        },
    ]
    if args.store_secret_key_arn is not None:
        via = f"secretsmanager.{args.region}.amazonaws.com"
        statements.append(
            {
                "Sid": "DecryptTheStoresUrl",
                "Effect": "Allow",
                "Action": ["kms:Decrypt"],
                "Resource": args.store_secret_key_arn,
                "Condition": {"StringEquals": {"kms:ViaService": via}},
            }
        )
    registry = REGISTRY.fullmatch(args.image)
    if registry is not None:
        place = f"{registry['region']}:{registry['account']}"
        statements += [
            {
                "Sid": "PullTheImage",
                "Effect": "Allow",
                "Action": [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ],
                "Resource": f"arn:aws:ecr:{place}:repository/{registry['repository']}",
            },
            {
                # Logging in to a registry has no narrower resource.
                "Sid": "LogInToTheRegistry",
                "Effect": "Allow",
                "Action": ["ecr:GetAuthorizationToken"],
                "Resource": "*",
            },
        ]
    return statements


def scheduler_permissions(
    args: PriceRefreshArgs, role_arns: list[str]
) -> list[Statement]:
    """What Scheduler may do: run this family in this cluster with these two roles."""
    place = f"arn:aws:ecs:{args.region}:{args.account}"
    return [
        {
            "Sid": "RunTheRefresh",
            "Effect": "Allow",
            "Action": ["ecs:RunTask"],
            "Resource": f"{place}:task-definition/{args.family}:*",
            "Condition": {
                "ArnEquals": {"ecs:cluster": f"{place}:cluster/{args.family}"}
            },
        },
        {
            "Sid": "HandItsRolesToTheTask",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": list(role_arns),
            "Condition": {
                "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
            },
        },
    ]


def topic_permission(args: PriceRefreshArgs, topic_arn: str) -> Statement:
    """Alarms and rules of this account may publish, nobody else."""
    return {
        "Sid": "AlarmsAndRulesOfThisAccount",
        "Effect": "Allow",
        "Principal": {"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]},
        "Action": ["sns:Publish"],
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": args.account}},
    }


def trust_in_account(service: str, args: PriceRefreshArgs) -> str:
    """A trust policy for a service that acts for this account, not for another's."""
    policy = json.loads(trust(service))
    policy["Statement"][0]["Condition"] = {
        "StringEquals": {"aws:SourceAccount": args.account}
    }
    return json.dumps(policy)
