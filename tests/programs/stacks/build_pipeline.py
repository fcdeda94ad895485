"""From a push to an image: a pipeline, a build project and what they keep."""

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


store = aws.s3.Bucket("artifacts")
builder = role("build", "codebuild.amazonaws.com")
project = aws.codebuild.Project(
    "image",
    service_role=builder.arn,
    artifacts={"type": "CODEPIPELINE"},
    environment={
        "compute_type": "BUILD_GENERAL1_SMALL",
        "image": "aws/codebuild/amazonlinux2-x86_64-standard:5.0",
        "type": "LINUX_CONTAINER",
        "privileged_mode": True,
    },
    source={"type": "CODEPIPELINE"},
)
link = aws.codestarconnections.Connection("forge", provider_type="GitHub")
aws.codepipeline.Pipeline(
    "image",
    role_arn=role("pipeline", "codepipeline.amazonaws.com").arn,
    pipeline_type="V2",
    artifact_stores=[{"location": store.bucket, "type": "S3"}],
    stages=[
        {
            "name": "Source",
            "actions": [
                {
                    "name": "Source",
                    "category": "Source",
                    "owner": "AWS",
                    "provider": "CodeStarSourceConnection",
                    "version": "1",
                    "output_artifacts": ["source"],
                    "configuration": {"ConnectionArn": link.arn},
                }
            ],
        },
        {
            "name": "Build",
            "actions": [
                {
                    "name": "Build",
                    "category": "Build",
                    "owner": "AWS",
                    "provider": "CodeBuild",
                    "version": "1",
                    "input_artifacts": ["source"],
                    "configuration": {"ProjectName": project.name},
                }
            ],
        },
    ],
)
