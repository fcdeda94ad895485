"""A chat over WebSockets: an API, its functions and who is connected."""

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


runner = role("chat", "lambda.amazonaws.com")
api = aws.apigatewayv2.Api(
    "chat",
    protocol_type="WEBSOCKET",
    route_selection_expression="$request.body.action",
)
aws.dynamodb.Table(
    "connections",
    billing_mode="PROVISIONED",
    read_capacity=5,
    write_capacity=5,
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    ttl={"attribute_name": "expires", "enabled": True},
)
for route in ("$connect", "$disconnect", "send"):
    name = route.strip("$")
    function = aws.lambda_.Function(
        name,
        runtime="python3.13",
        handler="chat.handler",
        role=runner.arn,
        memory_size=256,
        s3_bucket="artifacts",
        s3_key="chat.zip",
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
        route_key=route,
        target=integration.id.apply(lambda id_: f"integrations/{id_}"),
    )
stage = aws.apigatewayv2.Stage("live", api_id=api.id, name="live", auto_deploy=True)
