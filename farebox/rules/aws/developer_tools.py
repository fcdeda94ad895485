"""Developer tools: profilers, device farms, workflows, catalogues of applications.

Source: https://aws.amazon.com/codeguru/pricing/, https://aws.amazon.com/swf/pricing/,
https://aws.amazon.com/device-farm/pricing/, https://aws.amazon.com/eventbridge/pricing/
"""

from farebox.rules.service import Type, Use, free, unpriced

SWF = "AmazonSWF"
WORKFLOWS = Use(
    key="monthly_workflow_executions",
    service=SWF,
    usage_type="InitiatedWorkflows",
    unit="Workflows",
    says="workflow executions",
)
ACTIONS = Use(
    key="monthly_actions",
    service=SWF,
    usage_type="InitiatedActions",
    unit="Actions",
    says="tasks, timers, markers and signals",
)
OPEN_DAYS = Use(
    key="open_workflow_days",
    service=SWF,
    usage_type="OpenWorkflowDays",
    unit="Workflow-days",
    says="days of open workflows",
    optional=True,
)
RETAINED_DAYS = Use(
    key="retained_workflow_days",
    service=SWF,
    usage_type="ClosedRetainedWorkflowDays",
    unit="Workflow-days",
    says="days of retained workflows",
    optional=True,
)
SAMPLING_HOURS = Use(
    key="sampling_hours",
    service="CodeGuru",
    usage_type="SamplingHours",
    unit="hours",
    says="hours that hosts are profiled",
)
EVENTS_DISCOVERED = Use(
    key="monthly_events",
    service="AWSEvents",
    usage_type="Event-8K-Chunks",
    operation="DiscoveryEvent",
    unit="Events",
    says="events looked at for their schema, 8 KB each",
)

TYPES = {
    "aws:swf/domain:Domain": Type(
        billed="Workflows are billed by the execution, its tasks, and the days it is kept.",
        source="https://aws.amazon.com/swf/pricing/",
        uses=(WORKFLOWS, ACTIONS, OPEN_DAYS, RETAINED_DAYS),
        terraform="aws_swf_domain",
    ),
    "aws:codeguruprofiler/profilingGroup:ProfilingGroup": Type(
        billed="Profiling is billed by the hour of each host that is sampled.",
        source="https://aws.amazon.com/codeguru/pricing/",
        uses=(SAMPLING_HOURS,),
        terraform="aws_codeguruprofiler_profiling_group",
        not_modelled="the lower rate over 36,000 hours, functions of Lambda",
    ),
    "aws:schemas/discoverer:Discoverer": Type(
        billed="Discovery is billed by the event that it looks at, 8 KB each.",
        source="https://aws.amazon.com/eventbridge/pricing/",
        uses=(EVENTS_DISCOVERED,),
        terraform="aws_schemas_discoverer",
    ),
}

FREE = {
    **free(
        "schemas",
        {
            "a registry of schemas is not charged; discovery is": "Registry RegistryPolicy Schema"
        },
    ),
    **free(
        "codeconnections",
        {"a connection to a repository elsewhere is not charged": "Connection Host"},
    ),
    **free("cloud9", {"who may use an environment": "EnvironmentMembership"}),
    **free(
        "devicefarm",
        {
            "a part of a project; minutes on devices are charged": (
                "DevicePool InstanceProfile NetworkProfile Upload"
            )
        },
    ),
}

UNPRICED = {
    **unpriced(
        "cloud9",
        {
            "an instance of EC2 and its disk, charged while somebody works on it": (
                "EnvironmentEC2"
            )
        },
    ),
    **unpriced(
        "codecatalyst",
        {
            "a space is charged by its tier, a dev environment by the hour": (
                "DevEnvironment Project SourceRepository"
            )
        },
    ),
    **unpriced(
        "codegurureviewer",
        {
            "a repository is charged by the month and its lines of code": (
                "RepositoryAssociation"
            )
        },
    ),
    **unpriced(
        "devicefarm",
        {
            "tests are charged by the minute on a device or a browser, or by the slot": (
                "Project TestGridProject"
            )
        },
    ),
    **unpriced(
        "serverlessrepository",
        {"what the application's template makes is not seen": "CloudFormationStack"},
    ),
    **unpriced("agentregistry", {"Farebox knows no price page for it": "Registry"}),
}
