"""What the scheduled refresh may do: each role has what it needs and no more."""

import ast
import json

import pytest

from tests.components.scheduled_refresh import ROOT, SECRET, policy, refresh


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
        for path in (ROOT / "pricing_fetch").rglob("*.py")
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
