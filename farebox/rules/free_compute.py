"""Types of Auto Scaling, EKS, ECS, schedules and SNS that AWS does not charge, and why.

`free.FREE` takes them in; a type is here only where no price page lists a charge.
"""

from farebox.rules.charges import NoCharge

_REASONS: tuple[tuple[str, str, str], ...] = (
    # Source: https://aws.amazon.com/autoscaling/pricing/
    (
        "Auto Scaling costs nothing; the group carries what it launches",
        "autoscaling",
        "Attachment LifecycleHook Notification Policy Schedule Tag "
        "TrafficSourceAttachment",
    ),
    (
        "a scaling plan costs nothing; the groups that it scales are charged",
        "autoscalingplans",
        "ScalingPlan",
    ),
    # Source: https://aws.amazon.com/eks/pricing/
    (
        "access to a cluster costs nothing",
        "eks",
        "AccessEntry AccessPolicyAssociation IdentityProviderConfig "
        "PodIdentityAssociation",
    ),
    (
        "an add-on costs nothing by itself; one of the Marketplace has its own terms",
        "eks",
        "Addon",
    ),
    (
        "a Fargate profile costs nothing; the pods that it runs are usage",
        "eks",
        "FargateProfile",
    ),
    # Source: https://aws.amazon.com/fargate/pricing/
    (
        "a description; the tasks that run it are charged, where they are started",
        "ecs",
        "TaskDefinition",
    ),
    (
        "a setting of a cluster or of the account; what runs is charged",
        "ecs",
        "AccountSettingDefault CapacityProvider ClusterCapacityProviders Tag",
    ),
    # Source: https://aws.amazon.com/eventbridge/pricing/
    (
        "a group of schedules is a name; their invocations are charged",
        "scheduler",
        "ScheduleGroup",
    ),
    # Source: https://aws.amazon.com/sns/pricing/
    (
        "a right or a setting; requests and deliveries are charged",
        "sns",
        "TopicPolicy",
    ),
)

FREE_COMPUTE: dict[str, NoCharge] = {
    f"aws:{module}/{name[0].lower()}{name[1:]}:{name}": NoCharge(reason)
    for reason, module, names in _REASONS
    for name in names.split()
}
"""Type tokens to the reason why they are free."""
