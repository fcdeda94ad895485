"""A REST API with users of its own, a cache and a limit for each key."""

import json

import pulumi
import pulumi_aws as aws


def role(name: str, service: str) -> aws.iam.Role:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return aws.iam.Role(name, assume_role_policy=json.dumps(policy))


pool = aws.cognito.UserPool("users", user_pool_tier="ESSENTIALS")
aws.cognito.UserPoolClient("web", user_pool_id=pool.id)
function = aws.lambda_.Function(
    "api",
    runtime="python3.13",
    handler="api.handler",
    role=role("api", "lambda.amazonaws.com").arn,
    memory_size=1024,
    s3_bucket="artifacts",
    s3_key="api.zip",
)
api = aws.apigateway.RestApi("api")
resource = aws.apigateway.Resource(
    "items", rest_api=api.id, parent_id=api.root_resource_id, path_part="items"
)
authorizer = aws.apigateway.Authorizer(
    "users", rest_api=api.id, type="COGNITO_USER_POOLS", provider_arns=[pool.arn]
)
method = aws.apigateway.Method(
    "list",
    rest_api=api.id,
    resource_id=resource.id,
    http_method="GET",
    authorization="COGNITO_USER_POOLS",
    authorizer_id=authorizer.id,
)
integration = aws.apigateway.Integration(
    "list",
    rest_api=api.id,
    resource_id=resource.id,
    http_method=method.http_method,
    type="AWS_PROXY",
    integration_http_method="POST",
    uri=function.invoke_arn,
)
deployment = aws.apigateway.Deployment(
    "api", rest_api=api.id, opts=pulumi.ResourceOptions(depends_on=[integration])
)
aws.apigateway.Stage(
    "live",
    rest_api=api.id,
    deployment=deployment.id,
    stage_name="live",
    cache_cluster_enabled=True,
    cache_cluster_size="0.5",
)
aws.apigateway.UsagePlan("partners", throttle_settings={"rate_limit": 50})
