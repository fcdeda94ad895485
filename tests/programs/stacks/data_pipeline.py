"""Events into a stream, through Firehose into a lake that Athena asks."""

import json

import pulumi_aws as aws

policy = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "firehose.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
role = aws.iam.Role("delivery", assume_role_policy=json.dumps(policy))
lake = aws.s3.Bucket("lake")
aws.s3.BucketLifecycleConfiguration(
    "lake",
    bucket=lake.id,
    rules=[
        {
            "id": "cold",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "transitions": [{"days": 90, "storage_class": "GLACIER"}],
        }
    ],
)
stream = aws.kinesis.Stream("events", shard_count=4, retention_period=48)
aws.kinesis.FirehoseDeliveryStream(
    "events",
    destination="extended_s3",
    kinesis_source_configuration={
        "kinesis_stream_arn": stream.arn,
        "role_arn": role.arn,
    },
    extended_s3_configuration={
        "bucket_arn": lake.arn,
        "role_arn": role.arn,
        "buffering_size": 64,
    },
)
database = aws.glue.CatalogDatabase("lake", name="lake")
aws.glue.Crawler(
    "lake",
    database_name=database.name,
    role=role.arn,
    s3_targets=[{"path": "s3://lake/events"}],
    schedule="cron(0 3 * * ? *)",
)
aws.glue.Job(
    "compact",
    role_arn=role.arn,
    command={"script_location": "s3://lake/jobs/compact.py"},
    glue_version="4.0",
    worker_type="G.1X",
    number_of_workers=5,
)
aws.athena.Workgroup("analysts")
