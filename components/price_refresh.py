"""A container task that refreshes Farebox's prices on a schedule, and says when not.

EventBridge Scheduler starts `fare refresh` on Fargate; nothing runs in between.
"""

import json

import pulumi
import pulumi_aws as aws

from components.arguments import require_name, tags_of
from components.machines import (
    ROLE_NAME_LIMIT,
    ROLE_SOURCE,
    Statement,
    policy_document,
    trust,
)
from components.price_refresh_args import PriceRefreshArgs
from components.price_refresh_policies import (
    container,
    scheduler_permissions,
    start_permissions,
    task_permissions,
    trust_in_account,
)
from components.price_refresh_watch import watch


class PriceRefresh(pulumi.ComponentResource):
    """Schedule, task, roles, log, and alarms to one SNS topic.

    Outputs: `topic_arn`, to subscribe to; `security_group_id`, for the store's own
    group to let in; `log_group_name`; `task_definition_arn`, to run it by hand.
    """

    topic_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    log_group_name: str
    task_definition_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: PriceRefreshArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Build the schedule and its watch; `name` starts the names of all of it."""
        require_name(name, "-scheduler-role", ROLE_NAME_LIMIT, ROLE_SOURCE)
        super().__init__("passepartout:hosting:PriceRefresh", name, None, opts)
        self._prefix = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._tags = tags_of(args.tags, "PriceRefresh")
        self.log_group_name = f"/farebox/{args.family}"

        cluster = aws.ecs.Cluster(
            f"{name}-cluster", name=args.family, tags=self._tags, opts=self._child
        )
        aws.cloudwatch.LogGroup(
            f"{name}-log",
            name=self.log_group_name,
            retention_in_days=args.log_days,
            tags=self._tags,
            opts=self._child,
        )
        tasks = "ecs-tasks.amazonaws.com"
        task_role = self._role(
            "task", trust_in_account(tasks, args), task_permissions(args)
        )
        # ECS does not say for which account it takes an execution role.
        start_role = self._role("start", trust(tasks), start_permissions(args))
        task = self._task(task_role, start_role)
        group = self._security_group()
        schedules = aws.scheduler.ScheduleGroup(
            f"{name}-schedules", name=args.family, tags=self._tags, opts=self._child
        )
        self._schedule(cluster, task, group, schedules, task_role, start_role)
        topic = watch(name, args, cluster, schedules, self._tags, self._child)

        self.topic_arn = topic.arn
        self.security_group_id = group.id
        self.task_definition_arn = task.arn
        self.register_outputs(
            {
                "topic_arn": self.topic_arn,
                "security_group_id": self.security_group_id,
                "log_group_name": self.log_group_name,
                "task_definition_arn": self.task_definition_arn,
            }
        )

    def _role(
        self,
        what: str,
        trusted: str,
        statements: list[Statement],
    ) -> aws.iam.Role:
        """A role for the task, with its one policy."""
        role = aws.iam.Role(
            f"{self._prefix}-{what}-role",
            assume_role_policy=trusted,
            tags=self._tags,
            opts=self._child,
        )
        aws.iam.RolePolicy(
            f"{self._prefix}-{what}-policy",
            role=role.id,
            policy=policy_document(*statements),
            opts=self._child,
        )
        return role

    def _task(
        self, task_role: aws.iam.Role, start_role: aws.iam.Role
    ) -> aws.ecs.TaskDefinition:
        return aws.ecs.TaskDefinition(
            f"{self._prefix}-task",
            family=self._args.family,
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(self._args.cpu),
            memory=str(self._args.memory_mib),
            runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(
                cpu_architecture="X86_64", operating_system_family="LINUX"
            ),
            task_role_arn=task_role.arn,
            execution_role_arn=start_role.arn,
            container_definitions=json.dumps([container(self._args)]),
            volumes=[aws.ecs.TaskDefinitionVolumeArgs(name="data")],
            tags=self._tags,
            opts=self._child,
        )

    def _security_group(self) -> aws.ec2.SecurityGroup:
        """Nothing in; out to AWS by HTTPS and to the store by its port."""
        args = self._args
        return aws.ec2.SecurityGroup(
            f"{self._prefix}-tasks",
            description="Price refresh: AWS by HTTPS and the price store",
            vpc_id=args.vpc_id,
            ingress=[],
            egress=[
                aws.ec2.SecurityGroupEgressArgs(
                    protocol="tcp",
                    from_port=443,
                    to_port=443,
                    cidr_blocks=["0.0.0.0/0"],
                ),
                aws.ec2.SecurityGroupEgressArgs(
                    protocol="tcp",
                    from_port=args.store_port,
                    to_port=args.store_port,
                    cidr_blocks=list(args.store_cidrs),
                ),
            ],
            tags=self._tags,
            opts=self._child,
        )

    def _schedule(
        self,
        cluster: aws.ecs.Cluster,
        task: aws.ecs.TaskDefinition,
        group: aws.ec2.SecurityGroup,
        schedules: aws.scheduler.ScheduleGroup,
        task_role: aws.iam.Role,
        start_role: aws.iam.Role,
    ) -> None:
        args = self._args
        role = aws.iam.Role(
            f"{self._prefix}-scheduler-role",
            assume_role_policy=trust_in_account("scheduler.amazonaws.com", args),
            tags=self._tags,
            opts=self._child,
        )
        passed = pulumi.Output.all(task_role.arn, start_role.arn)
        policy = aws.iam.RolePolicy(
            f"{self._prefix}-scheduler-policy",
            role=role.id,
            policy=passed.apply(
                lambda arns: policy_document(*scheduler_permissions(args, arns))
            ),
            opts=self._child,
        )
        parameters = aws.scheduler.ScheduleTargetEcsParametersArgs(
            task_definition_arn=task.arn,
            task_count=1,
            launch_type="FARGATE",
            network_configuration=aws.scheduler.ScheduleTargetEcsParametersNetworkConfigurationArgs(
                subnets=list(args.subnet_ids.values()),
                security_groups=[group.id],
                assign_public_ip=args.public_addresses,
            ),
        )
        aws.scheduler.Schedule(
            f"{self._prefix}-schedule",
            group_name=schedules.name,
            description="Refreshes the prices that Farebox knows",
            schedule_expression=args.schedule,
            schedule_expression_timezone=args.timezone,
            # Not all at once at the full hour, where many schedules are.
            flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(
                mode="FLEXIBLE", maximum_window_in_minutes=15
            ),
            target=aws.scheduler.ScheduleTargetArgs(
                arn=cluster.arn,
                role_arn=role.arn,
                ecs_parameters=parameters,
                retry_policy=aws.scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_event_age_in_seconds=3_600, maximum_retry_attempts=5
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
