"""The scheduled refresh: what it starts, with which secret, log and doors."""

import json

from components.price_refresh import PriceRefresh
from components.price_refresh_args import (
    SOURCES,
    PriceRefreshArgs,
)
from farebox.cli.refresh import KINDS
from tests.components.harness import run
from tests.components.scheduled_refresh import ARGUMENTS, SECRET, container, refresh


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
