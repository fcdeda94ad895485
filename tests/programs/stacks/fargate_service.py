"""A service on Fargate behind a balancer, with its registry and logs."""

import json

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
registry = aws.ecr.Repository("app", image_tag_mutability="IMMUTABLE")
aws.ecr.LifecyclePolicy(
    "app",
    repository=registry.name,
    policy=json.dumps(
        {
            "rules": [
                {
                    "rulePriority": 1,
                    "selection": {
                        "tagStatus": "any",
                        "countType": "imageCountMoreThan",
                        "countNumber": 20,
                    },
                    "action": {"type": "expire"},
                }
            ]
        }
    ),
)
logs = aws.cloudwatch.LogGroup("app", retention_in_days=30)
cluster = aws.ecs.Cluster("app")
balancer = aws.lb.LoadBalancer(
    "app", load_balancer_type="application", subnets=[s.id for s in public]
)
target = aws.lb.TargetGroup(
    "app", port=8080, protocol="HTTP", target_type="ip", vpc_id=vpc.id
)
task = aws.ecs.TaskDefinition(
    "app",
    family="app",
    requires_compatibilities=["FARGATE"],
    network_mode="awsvpc",
    cpu="512",
    memory="1024",
    runtime_platform={"cpu_architecture": "ARM64", "operating_system_family": "LINUX"},
    container_definitions=json.dumps([{"name": "app", "image": "app:1"}]),
)
service = aws.ecs.Service(
    "app",
    cluster=cluster.arn,
    task_definition=task.arn,
    launch_type="FARGATE",
    desired_count=3,
    network_configuration={"subnets": [s.id for s in private]},
    load_balancers=[
        {
            "target_group_arn": target.arn,
            "container_name": "app",
            "container_port": 8080,
        }
    ],
)
scaled = aws.appautoscaling.Target(
    "app",
    min_capacity=3,
    max_capacity=9,
    resource_id="service/app/app",
    scalable_dimension="ecs:service:DesiredCount",
    service_namespace="ecs",
)
aws.appautoscaling.Policy(
    "cpu",
    policy_type="TargetTrackingScaling",
    resource_id=scaled.resource_id,
    scalable_dimension=scaled.scalable_dimension,
    service_namespace=scaled.service_namespace,
    target_tracking_scaling_policy_configuration={
        "target_value": 60,
        "predefined_metric_specification": {
            "predefined_metric_type": "ECSServiceAverageCPUUtilization"
        },
    },
)
