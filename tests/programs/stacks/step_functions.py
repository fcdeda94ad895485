"""An order as a state machine, and short steps as an express one."""

import json

import pulumi_aws as aws


def role(name: str, service: str) -> aws.iam.Role:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return aws.iam.Role(name, assume_role_policy=json.dumps(policy))


definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
runner = role("runner", "states.amazonaws.com")
aws.sfn.StateMachine("order", role_arn=runner.arn, definition=definition)
aws.sfn.StateMachine(
    "enrich", role_arn=runner.arn, definition=definition, type="EXPRESS"
)
aws.sfn.Activity("review")
aws.scheduler.Schedule(
    "nightly",
    schedule_expression="cron(0 2 * * ? *)",
    flexible_time_window={"mode": "OFF"},
    target={
        "arn": "arn:aws:scheduler:::aws-sdk:sfn:startExecution",
        "role_arn": runner.arn,
    },
)
