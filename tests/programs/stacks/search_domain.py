"""A search domain over three zones, with dedicated masters."""

import pulumi_aws as aws

aws.opensearch.Domain(
    "logs",
    engine_version="OpenSearch_2.17",
    cluster_config={
        "instance_type": "r7g.large.search",
        "instance_count": 3,
        "zone_awareness_enabled": True,
        "zone_awareness_config": {"availability_zone_count": 3},
        "dedicated_master_enabled": True,
        "dedicated_master_type": "m7g.large.search",
        "dedicated_master_count": 3,
    },
    ebs_options={"ebs_enabled": True, "volume_type": "gp3", "volume_size": 200},
    encrypt_at_rest={"enabled": True},
)
aws.cloudwatch.LogGroup("slow", retention_in_days=7)
