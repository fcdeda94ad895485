"""An HTTP API whose routes are functions over one table."""

import json

import pulumi_aws as aws

role = aws.iam.Role(
    "fn",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)
aws.iam.RolePolicyAttachment(
    "logs",
    role=role.name,
    policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
)
table = aws.dynamodb.Table(
    "orders",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    point_in_time_recovery={"enabled": True},
)
api = aws.apigatewayv2.Api("api", protocol_type="HTTP")
for name in ("list", "create"):
    aws.cloudwatch.LogGroup(f"{name}-logs", retention_in_days=14)
    function = aws.lambda_.Function(
        name,
        runtime="python3.12",
        handler="main.handler",
        role=role.arn,
        memory_size=512,
        architectures=["arm64"],
        s3_bucket="artifacts",
        s3_key=f"{name}.zip",
        environment={"variables": {"TABLE": table.name}},
    )
    aws.lambda_.Permission(
        name,
        action="lambda:InvokeFunction",
        function=function.name,
        principal="apigateway.amazonaws.com",
    )
    integration = aws.apigatewayv2.Integration(
        name,
        api_id=api.id,
        integration_type="AWS_PROXY",
        integration_uri=function.invoke_arn,
    )
    aws.apigatewayv2.Route(
        name,
        api_id=api.id,
        route_key=f"GET /{name}",
        target=integration.id.apply(lambda id_: f"integrations/{id_}"),
    )
aws.apigatewayv2.Stage("live", api_id=api.id, name="$default", auto_deploy=True)
