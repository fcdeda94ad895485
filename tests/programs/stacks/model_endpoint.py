"""A model behind an endpoint, a serverless one, and a notebook."""

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


runner = role("model", "sagemaker.amazonaws.com")
model = aws.sagemaker.Model(
    "model",
    execution_role_arn=runner.arn,
    primary_container={"image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/model:1"},
)
live = aws.sagemaker.EndpointConfiguration(
    "live",
    production_variants=[
        {
            "model_name": model.name,
            "variant_name": "all",
            "initial_instance_count": 2,
            "instance_type": "ml.m5.large",
        }
    ],
)
aws.sagemaker.Endpoint("live", endpoint_config_name=live.name)
aws.sagemaker.NotebookInstance(
    "notes", role_arn=runner.arn, instance_type="ml.t3.medium", volume_size=20
)
