"""What an account has before anything else: trails, detectors, budgets, keys."""

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


store = aws.s3.Bucket("trail")
aws.cloudtrail.Trail(
    "all", s3_bucket_name=store.id, is_multi_region_trail=True, kms_key_id=None
)
aws.guardduty.Detector("account", enable=True)
aws.securityhub.Account("account")
recorder = aws.cfg.Recorder(
    "account", role_arn=role("recorder", "config.amazonaws.com").arn
)
aws.cfg.DeliveryChannel("account", s3_bucket_name=store.bucket)
aws.cfg.Rule(
    "encrypted",
    source={"owner": "AWS", "source_identifier": "ENCRYPTED_VOLUMES"},
)
aws.accessanalyzer.Analyzer("account", analyzer_name="account", type="ACCOUNT")
aws.budgets.Budget(
    "month",
    budget_type="COST",
    limit_amount="500",
    limit_unit="USD",
    time_unit="MONTHLY",
)
aws.iam.AccountPasswordPolicy("account", minimum_password_length=14)
aws.ebs.EncryptionByDefault("account", enabled=True)
