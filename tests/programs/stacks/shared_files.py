"""Files that machines share, and a faster file system for jobs."""

import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
public, private = [], []
for place, zone in enumerate(("us-east-1a", "us-east-1b")):
    public.append(
        aws.ec2.Subnet(
            f"public-{zone}",
            vpc_id=vpc.id,
            cidr_block=f"10.0.{place}.0/24",
            availability_zone=zone,
            map_public_ip_on_launch=True,
        )
    )
    private.append(
        aws.ec2.Subnet(
            f"private-{zone}",
            vpc_id=vpc.id,
            cidr_block=f"10.0.{place + 10}.0/24",
            availability_zone=zone,
        )
    )
files = aws.efs.FileSystem(
    "home",
    encrypted=True,
    lifecycle_policies=[{"transition_to_ia": "AFTER_30_DAYS"}],
)
for place, subnet in enumerate(private):
    aws.efs.MountTarget(f"home-{place}", file_system_id=files.id, subnet_id=subnet.id)
aws.efs.AccessPoint("app", file_system_id=files.id)
aws.efs.BackupPolicy(
    "home", file_system_id=files.id, backup_policy={"status": "ENABLED"}
)
aws.fsx.LustreFileSystem(
    "scratch",
    storage_capacity=1200,
    deployment_type="SCRATCH_2",
    subnet_ids=private[0].id,
)
