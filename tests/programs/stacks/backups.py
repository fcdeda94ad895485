"""Backups by plan: daily, kept a month, of all that has the tag."""

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


vault = aws.backup.Vault("daily")
plan = aws.backup.Plan(
    "daily",
    rules=[
        {
            "rule_name": "daily",
            "target_vault_name": vault.name,
            "schedule": "cron(0 5 * * ? *)",
            "lifecycle": {"delete_after": 30},
        }
    ],
)
aws.backup.Selection(
    "tagged",
    plan_id=plan.id,
    iam_role_arn=role("backup", "backup.amazonaws.com").arn,
    selection_tags=[{"type": "STRINGEQUALS", "key": "backup", "value": "daily"}],
)
aws.ebs.Volume("data", availability_zone="us-east-1a", size=200, type="gp3")
