"""The scheduled refresh: what it starts, what it may do, who is told, what it costs."""

import ast
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from components.arguments import BadArgument
from components.price_refresh import PriceRefresh
from components.price_refresh_args import (
    CONFIG,
    SOURCES,
    PriceRefreshArgs,
    refresh_arguments,
)
from components.price_refresh_policies import CONTAINER, failed, succeeded
from farebox.cli.refresh import KINDS
from farebox.estimate import estimate
from farebox.graph import Resource, ResourceGraph
from farebox.prices.embedded import embedded_book
from farebox.statement import Statement
from farebox.usage_file import parse_usage
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


def test_the_schedule_starts_one_fargate_task_in_the_given_subnets() -> None:
    made = refresh(schedule="cron(0 4 ? * MON-FRI *)", timezone="Europe/Berlin")
    schedule = made.one("aws:scheduler/schedule:Schedule").inputs
    assert schedule["scheduleExpression"] == "cron(0 4 ? * MON-FRI *)"
    assert schedule["scheduleExpressionTimezone"] == "Europe/Berlin"
    assert schedule["groupName"] == "shop-prices"
    target = schedule["target"]
    assert target["arn"] == "price-refresh-cluster.arn"
    assert target["roleArn"] == "price-refresh-scheduler-role.arn"
    task = target["ecsParameters"]
    assert task["taskDefinitionArn"] == "price-refresh-task.arn"
    assert (task["taskCount"], task["launchType"]) == (1, "FARGATE")
    assert task["networkConfiguration"] == {
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["price-refresh-tasks.id"],
        "assignPublicIp": True,
    }


def test_the_task_runs_fare_refresh_for_the_regions_and_sources() -> None:
    made = container(
        refresh(regions=("us-east-1", "eu-west-1"), sources=("lists", "spot-history"))
    )
    assert made["command"] == [
        "refresh",
        "--region=us-east-1",
        "--region=eu-west-1",
        "--only=lists",
        "--only=spot-history",
    ]
    assert container(refresh())["command"] == ["refresh", "--region=us-east-1"]


def test_the_command_of_the_task_is_one_that_the_program_takes() -> None:
    from farebox.cli.main import fare

    made = container(refresh(sources=SOURCES))
    command = fare.get_command(None, "refresh")  # type: ignore[arg-type]
    assert command is not None
    context = command.make_context("refresh", made["command"][1:])
    assert context.params["regions"] == ("us-east-1",)
    # The history of 90 days is of the types of a project's tiers; a task has none.
    assert context.params["only"] == SOURCES
    assert {*KINDS} - {*SOURCES} == {"spot-90-days"}


def test_the_stores_url_is_a_secret_and_nowhere_in_plain_text() -> None:
    made = container(refresh())
    assert made["secrets"] == [{"name": "FAREBOX_PRICES_URL", "valueFrom": SECRET}]
    assert "FAREBOX_PRICES_URL" not in json.dumps(made["environment"])


def test_the_container_writes_to_one_folder_only() -> None:
    program = refresh()
    made = container(program)
    assert made["readonlyRootFilesystem"] is True
    assert made["mountPoints"] == [
        {"sourceVolume": "data", "containerPath": "/var/lib/farebox"}
    ]
    folders = {item["name"]: item["value"] for item in made["environment"]}
    assert set(folders.values()) == {"/var/lib/farebox"}
    task = program.one("aws:ecs/taskDefinition:TaskDefinition").inputs
    assert task["volumes"] == [{"name": "data"}]


def test_the_log_is_kept_for_the_days_and_named_by_the_family() -> None:
    program = refresh(log_days=90)
    log = program.one("aws:cloudwatch/logGroup:LogGroup").inputs
    assert (log["name"], log["retentionInDays"]) == ("/farebox/shop-prices", 90)
    options = container(program)["logConfiguration"]["options"]
    assert options["awslogs-group"] == "/farebox/shop-prices"


def test_nothing_comes_in_and_only_https_and_the_store_go_out() -> None:
    group = refresh(store_port=6432).one("aws:ec2/securityGroup:SecurityGroup").inputs
    assert group["ingress"] == []
    assert [
        (rule["fromPort"], rule["toPort"], rule["cidrBlocks"])
        for rule in group["egress"]
    ] == [(443, 443, ["0.0.0.0/0"]), (6432, 6432, ["10.64.0.0/16"])]


def test_the_task_may_only_read() -> None:
    program = refresh(regions=("us-east-1", "eu-west-1"))
    lists, regional = policy(program, "task")
    actions = lists["Action"] + regional["Action"]
    assert all(
        action.split(":")[1].startswith(("Describe", "Get", "List"))
        for action in actions
    )
    assert not any("*" in action for action in actions)
    assert regional["Condition"] == {
        "StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}
    }


def called_actions() -> set[str]:
    """The IAM actions of every AWS call that is written in pricing_fetch."""
    from botocore import xform_name
    from botocore.session import get_session

    prefixes = {
        "pricing": "pricing",
        "ec2": "ec2",
        "savingsplans": "savingsplans",
        "service-quotas": "servicequotas",
    }
    actions = {
        xform_name(operation): f"{prefix}:{operation}"
        for service, prefix in prefixes.items()
        for operation in get_session().get_service_model(service).operation_names
    }
    texts = {
        node.value
        for path in (ROOT / "pricing_fetch").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {actions[text] for text in texts & set(actions)}


def test_the_task_may_do_what_the_sources_call_and_nothing_else() -> None:
    lists, regional = policy(refresh(), "task")
    assert set(lists["Action"] + regional["Action"]) == called_actions()
    page = (ROOT / "docs/scheduling.md").read_text()
    assert all(f"`{action}`" in page for action in called_actions())


def test_ecs_may_read_one_secret_pull_one_image_and_write_one_log() -> None:
    resources = {
        action: statement["Resource"]
        for statement in policy(refresh(), "start")
        for action in statement["Action"]
    }
    assert resources == {
        "secretsmanager:GetSecretValue": SECRET,
        "logs:CreateLogStream": "arn:aws:logs:us-east-1:111122223333:log-group:/farebox/shop-prices:*",
        "logs:PutLogEvents": "arn:aws:logs:us-east-1:111122223333:log-group:/farebox/shop-prices:*",
        "ecr:BatchCheckLayerAvailability": "arn:aws:ecr:us-east-1:111122223333:repository/team/farebox",
        "ecr:BatchGetImage": "arn:aws:ecr:us-east-1:111122223333:repository/team/farebox",
        "ecr:GetDownloadUrlForLayer": "arn:aws:ecr:us-east-1:111122223333:repository/team/farebox",
        "ecr:GetAuthorizationToken": "*",
    }


def test_a_public_image_needs_no_registry_and_a_key_of_ones_own_is_opened() -> None:
    key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd"
    statements = policy(
        refresh(image="ghcr.io/team/farebox:1.2.0", store_secret_key_arn=key), "start"
    )
    assert [statement["Sid"] for statement in statements] == [
        "ReadTheStoresUrl",
        "WriteTheLog",
        "DecryptTheStoresUrl",
    ]
    assert statements[2]["Resource"] == key
    via = {"StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}}
    assert statements[2]["Condition"] == via


def test_the_schedule_may_run_this_family_with_these_roles_only() -> None:
    run_task, pass_role = policy(refresh(), "scheduler")
    assert run_task["Action"] == ["ecs:RunTask"]
    place = "arn:aws:ecs:us-east-1:111122223333"
    assert run_task["Resource"] == f"{place}:task-definition/shop-prices:*"
    cluster = {"ecs:cluster": f"{place}:cluster/shop-prices"}
    assert run_task["Condition"] == {"ArnEquals": cluster}
    assert pass_role["Action"] == ["iam:PassRole"]
    assert pass_role["Resource"] == [
        "price-refresh-task-role.arn",
        "price-refresh-start-role.arn",
    ]
    service = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    assert pass_role["Condition"] == {"StringEquals": service}


@pytest.mark.parametrize(
    ("what", "service"),
    [("task", "ecs-tasks.amazonaws.com"), ("scheduler", "scheduler.amazonaws.com")],
)
def test_a_role_serves_this_account_only(what: str, service: str) -> None:
    role = refresh().one("aws:iam/role:Role", f"price-refresh-{what}-role")
    (statement,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": service}
    account = {"aws:SourceAccount": "111122223333"}
    assert statement["Condition"] == {"StringEquals": account}


def _matches(pattern: Any, event: Any) -> bool:
    """EventBridge's matching, as far as these patterns use it."""
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(_matches(one, event) for one in wanted):
                return False
            continue
        value = event.get(key)
        if isinstance(wanted, dict):
            inner = value if isinstance(value, list) else [value]
            if not any(one is not None and _matches(wanted, one) for one in inner):
                return False
        elif value is None or not any(_one(rule, value) for rule in wanted):
            return False
    return True


def _one(rule: Any, value: Any) -> bool:
    return (
        value not in rule["anything-but"] if isinstance(rule, dict) else rule == value
    )


def stopped(exit_code: int | None, **more: Any) -> dict[str, Any]:
    """An event in the shape of ECS's documentation of task state changes."""
    ran = {} if exit_code is None else {"exitCode": exit_code}
    return {
        "source": "aws.ecs",
        "detail-type": "ECS Task State Change",
        "detail": {
            "clusterArn": "c",
            "lastStatus": "STOPPED",
            "stopCode": "EssentialContainerExited",
            "containers": [{"name": CONTAINER, **ran}],
            **more,
        },
    }


@pytest.mark.parametrize(
    ("event", "failure", "success"),
    [
        (stopped(0), False, True),
        (stopped(1), True, False),
        # Some sources failed, the others are in.
        (stopped(3), True, False),
        # The memory ran out.
        (stopped(137), True, False),
        (stopped(None, stopCode="TaskFailedToStart"), True, False),
        (stopped(0, clusterArn="other"), False, False),
        (stopped(0, lastStatus="RUNNING"), False, False),
        # A container that AWS adds to tasks, for its runtime monitoring.
        (
            stopped(
                None,
                containers=[
                    {"name": CONTAINER, "exitCode": 0},
                    {"name": "agent", "exitCode": 1},
                ],
            ),
            False,
            True,
        ),
    ],
)
def test_events_of_a_task_tell_failure_from_success(
    event: dict[str, Any], failure: bool, success: bool
) -> None:
    assert _matches(failed("c"), event) is failure
    assert _matches(succeeded("c"), event) is success


def test_a_failure_an_invocation_given_up_and_an_overdue_refresh_are_told() -> None:
    made = refresh(stale_after_hours=30, alarm_email="ops@example.test")
    target = made.one("aws:cloudwatch/eventTarget:EventTarget").inputs
    assert target["rule"] == "price-refresh-failed.name"
    assert target["arn"] == "price-refresh-topic.arn"
    alarms = {
        one.name.removeprefix("price-refresh-"): one.inputs
        for one in made.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    }
    assert set(alarms) == {"not-started", "stale"}
    for alarm in alarms.values():
        assert alarm["alarmActions"] == ["price-refresh-topic.arn"]
        assert (alarm["statistic"], alarm["period"]) == ("Sum", 3_600)
    dropped, stale = alarms["not-started"], alarms["stale"]
    assert dropped["metricName"] == "InvocationDroppedCount"
    assert dropped["dimensions"] == {"ScheduleGroup": "shop-prices"}
    assert dropped["treatMissingData"] == "notBreaching"
    assert stale["dimensions"] == {"RuleName": "price-refresh-succeeded.name"}
    assert (stale["comparisonOperator"], stale["threshold"]) == ("LessThanThreshold", 1)
    assert (stale["evaluationPeriods"], stale["treatMissingData"]) == (30, "breaching")
    mail = made.one("aws:sns/topicSubscription:TopicSubscription").inputs
    assert (mail["protocol"], mail["endpoint"]) == ("email", "ops@example.test")


def test_only_alarms_and_rules_of_the_account_may_publish() -> None:
    made = refresh().one("aws:sns/topicPolicy:TopicPolicy").inputs
    (statement,) = json.loads(made["policy"])["Statement"]
    assert statement["Principal"] == {
        "Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]
    }
    assert statement["Action"] == ["sns:Publish"]
    assert statement["Resource"] == "price-refresh-topic.arn"
    account = {"aws:SourceAccount": "111122223333"}
    assert statement["Condition"] == {"StringEquals": account}


def test_everything_belongs_to_the_component_and_is_tagged() -> None:
    made = refresh(alarm_email="ops@example.test")
    untagged = {
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:scheduler/schedule:Schedule",
        "aws:sns/topicPolicy:TopicPolicy",
        "aws:sns/topicSubscription:TopicSubscription",
    }
    for one in made.made[1:]:
        assert one.parent == "price-refresh", one.name
        if one.type not in untagged:
            assert one.inputs["tags"]["Component"] == "PriceRefresh", one.name
    assert made.outputs["price-refresh"] == {
        "topic_arn": "price-refresh-topic.arn",
        "security_group_id": "price-refresh-tasks.id",
        "log_group_name": "/farebox/shop-prices",
        "task_definition_arn": "price-refresh-task.arn",
    }


def test_a_preview_builds_the_same_resources() -> None:
    args = PriceRefreshArgs(**ARGUMENTS)
    preview = run(lambda: PriceRefresh("price-refresh", args), preview=True)
    assert preview.count() == refresh().count()


def priced(program: Program, usage: str, *, free_tier: bool = True) -> Statement:
    graph = ResourceGraph(
        [
            Resource(
                f"{one.type}::{one.name}",
                one.type,
                one.name,
                one.inputs,
                REGION,
                custom=not one.type.startswith("passepartout:"),
                id=f"{one.name}.id",
                raw_outputs={"arn": f"{one.name}.arn"},
            )
            for one in program.made
        ]
    )
    return estimate(
        graph,
        embedded_book(),
        parse_usage(usage),
        on=date(2026, 11, 23),
        free_tier=free_tier,
    )


def documented_usage() -> str:
    text = (ROOT / "docs/scheduling.md").read_text()
    return text.partition("```yaml usage\n")[2].partition("```")[0]


def test_a_daily_refresh_costs_cents_with_the_usage_of_the_docs() -> None:
    # A month has 365 / 12 runs of the documented 6 minutes: 3.041666… hours.
    #   0.5 vCPU x 0.04048 = 0.0615633…, 1 GB x 0.004445 = 0.0135202…,
    #   an address x 0.005 = 0.0152083…: 0.0902918… in all
    #   two alarms, the invocations, the log's 0.01 GB and a few mails are free.
    # Without the free tier: 2 x 0.10, 30.416… x 0.000001, 0.01 x 0.50, 0.01 x 0.03,
    #   30 requests x 0.0000005, 30 mails x 0.00002: 0.2059454…
    program = refresh(alarm_email="ops@example.test")
    statement = priced(program, documented_usage())
    assert not statement.unpriced
    assert round(statement.usd_per_month, 6) == Decimal("0.090292")
    whole = priced(program, documented_usage(), free_tier=False)
    assert round(whole.usd_per_month - statement.usd_per_month, 6) == Decimal(
        "0.205945"
    )


def test_without_usage_the_gaps_are_named_and_nothing_is_taken_as_0() -> None:
    statement = priced(refresh(), "version: 1\n")
    assert {entry.usage_key for entry in statement.unpriced} == {
        "task_minutes",
        "monthly_data_ingested_gb",
        "storage_gb",
        "monthly_requests",
    }


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
