"""Orders on a bus, fanned out to queues and functions, with what failed set apart."""

import json

import pulumi_aws as aws

policy = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
role = aws.iam.Role("worker", assume_role_policy=json.dumps(policy))
bus = aws.cloudwatch.EventBus("orders")
topic = aws.sns.Topic("orders")
failed = aws.sqs.Queue("failed", message_retention_seconds=1_209_600)
for name in ("billing", "shipping"):
    queue = aws.sqs.Queue(
        name,
        redrive_policy=failed.arn.apply(
            lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
        ),
    )
    aws.sns.TopicSubscription(name, topic=topic.arn, protocol="sqs", endpoint=queue.arn)
    function = aws.lambda_.Function(
        name,
        runtime="nodejs22.x",
        handler="index.handler",
        role=role.arn,
        s3_bucket="artifacts",
        s3_key=f"{name}.zip",
    )
    aws.lambda_.EventSourceMapping(
        name, event_source_arn=queue.arn, function_name=function.arn, batch_size=10
    )
rule = aws.cloudwatch.EventRule(
    "placed",
    event_bus_name=bus.name,
    event_pattern=json.dumps({"detail-type": ["OrderPlaced"]}),
)
aws.cloudwatch.EventTarget(
    "placed", rule=rule.name, event_bus_name=bus.name, arn=topic.arn
)
aws.cloudwatch.MetricAlarm(
    "failed",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    metric_name="ApproximateNumberOfMessagesVisible",
    namespace="AWS/SQS",
    period=300,
    statistic="Maximum",
    threshold=0,
    dimensions={"QueueName": failed.name},
)
