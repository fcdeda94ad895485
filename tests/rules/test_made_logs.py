"""Logs that AWS makes a group for are told of, where the stack declares none."""

from typing import Any

import pytest

from farebox.graph.values import UNKNOWN_TEXT
from farebox.rules.made_logs import UNSEEN
from tests.rules.network import resource, statement_of

FUNCTION = "aws:lambda/function:Function"
PROJECT = "aws:codebuild/project:Project"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
BUILT = {"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL"}
OFF = {"cloudwatchLogs": {"status": "DISABLED"}}
NAMED = {"cloudwatchLogs": {"groupName": "builds"}}


WRITERS: list[tuple[str, dict[str, Any], str]] = [
    ("aws:glue/job:Job", {}, "/aws-glue/jobs/output"),
    ("aws:glue/crawler:Crawler", {}, "/aws-glue/crawlers"),
    (
        "aws:batch/computeEnvironment:ComputeEnvironment",
        {"computeResources": {"type": "FARGATE"}},
        "/aws/batch/job",
    ),
    ("aws:apprunner/service:Service", {}, "/aws/apprunner/web/1/service"),
    ("aws:sagemaker/endpoint:Endpoint", {}, "/aws/sagemaker/Endpoints/e"),
    (
        "aws:sagemaker/notebookInstance:NotebookInstance",
        {},
        "/aws/sagemaker/NotebookInstances",
    ),
    ("aws:sagemaker/trainingJob:TrainingJob", {}, "/aws/sagemaker/TrainingJobs"),
    ("aws:synthetics/canary:Canary", {"startCanary": True}, "/aws/lambda/cwsyn-c-1"),
    ("aws:imagebuilder/imagePipeline:ImagePipeline", {}, "/aws/imagebuilder/i"),
]


@pytest.mark.parametrize(("type_", "inputs", "group"), WRITERS)
def test_logs_in_a_group_that_aws_makes_are_told_of(
    type_: str, inputs: dict[str, Any], group: str
) -> None:
    def told(*groups: str) -> int:
        stack = [resource(GROUP, name, name=name) for name in groups]
        notes = statement_of(resource(type_, "writer", **inputs), *stack).notes
        return sum("which CloudWatch charges by the GB" in note for note in notes)

    assert told() == told("/aws/of/another") == 1
    assert told(group) == told(UNKNOWN_TEXT) == 0


@pytest.mark.parametrize(
    ("type_", "inputs", "group", "told"),
    [
        (FUNCTION, {"name": "f"}, None, True),
        (FUNCTION, {"name": "f"}, "/aws/lambda/f", False),
        (FUNCTION, {"name": "f"}, "/aws/lambda/g", True),
        (FUNCTION, {"name": "f"}, UNKNOWN_TEXT, False),
        (FUNCTION, {"name": "f"}, ["/aws/lambda/f"], True),
        (FUNCTION, {"loggingConfig": {"logGroup": "shared"}}, "shared", False),
        (FUNCTION, {"loggingConfig": {"logGroup": UNKNOWN_TEXT}}, None, False),
        (PROJECT, {"name": "b", "environment": BUILT}, None, True),
        (PROJECT, {"environment": BUILT, "logsConfig": OFF}, None, False),
        (PROJECT, {"environment": BUILT, "logsConfig": NAMED}, "builds", False),
    ],
)
def test_logs_of_functions_and_builds_are_told_of_without_a_group(
    type_: str, inputs: dict[str, Any], group: object, told: bool
) -> None:
    groups = [] if group is None else [resource(GROUP, "logs", name=group)]
    statement = statement_of(resource(type_, "writer", **inputs), *groups)
    assert (UNSEEN in statement.notes) == told
