"""A warehouse with its own key, a serverless one, and what moves data into it."""

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


key = aws.kms.Key("warehouse")
aws.kms.Alias("warehouse", target_key_id=key.key_id, name="alias/warehouse")
aws.redshift.Cluster(
    "warehouse",
    cluster_identifier="warehouse",
    node_type="ra3.xlplus",
    number_of_nodes=2,
    master_username="etl",
    manage_master_password=True,
    skip_final_snapshot=True,
)
space = aws.redshiftserverless.Namespace("adhoc", namespace_name="adhoc")
aws.redshiftserverless.Workgroup(
    "adhoc",
    workgroup_name="adhoc",
    namespace_name=space.namespace_name,
    base_capacity=8,
)
aws.dms.ReplicationInstance(
    "copy",
    replication_instance_id="copy",
    replication_instance_class="dms.t3.medium",
    allocated_storage=50,
)
aws.secretsmanager.Secret("source")
