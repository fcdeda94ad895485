"""Recovery: routing controls, region switches, experiments and their checks.

Source: https://aws.amazon.com/application-recovery-controller/pricing/,
https://aws.amazon.com/fis/pricing/, https://aws.amazon.com/resilience-hub/pricing/,
https://aws.amazon.com/disaster-recovery/pricing/
"""

from farebox.rules.service import Meter, Type, Use, free, priced_with, unpriced

CLUSTER = Meter(
    service="AWSR53AppRecoveryController",
    usage_type="Global-Cluster-Hours",
    unit="Hours",
    says="cluster of routing controls",
    region="global",
    per="hour",
    because="runs all month",
)
READINESS_CHECK = Meter(
    service="AWSR53AppRecoveryController",
    usage_type="Global-ReadinessCheck-Hours",
    unit="Hours",
    says="readiness check",
    region="global",
    per="hour",
    because="checks all month",
)
ACTION_MINUTES = Use(
    key="monthly_action_minutes",
    service="AWSFIS",
    usage_type="ActionMinute",
    operation="ActionMinute",
    unit="Minutes",
    says="minutes of actions in experiments",
)

TYPES = {
    "aws:route53recoverycontrol/cluster:Cluster": Type(
        billed="A cluster is billed by the hour, with every control panel in it.",
        source="https://aws.amazon.com/application-recovery-controller/pricing/",
        meters=(CLUSTER,),
        terraform="aws_route53recoverycontrolconfig_cluster",
    ),
    "aws:route53recoveryreadiness/readinessCheck:ReadinessCheck": Type(
        billed="A readiness check is billed by the hour.",
        source="https://aws.amazon.com/application-recovery-controller/pricing/",
        meters=(READINESS_CHECK,),
        terraform="aws_route53recoveryreadiness_readiness_check",
    ),
    "aws:fis/experimentTemplate:ExperimentTemplate": Type(
        billed="An experiment is billed by the minute that each of its actions runs.",
        source="https://aws.amazon.com/fis/pricing/",
        uses=(ACTION_MINUTES,),
        terraform="aws_fis_experiment_template",
        not_modelled="reports, targets in other accounts",
    ),
}

FREE = {
    **priced_with(
        "route53recoverycontrol",
        {
            "a part of a cluster, which is charged": (
                "ControlPanel RoutingControl SafetyRule"
            )
        },
    ),
    **free(
        "route53recoveryreadiness",
        {
            "what a readiness check looks at; the check is charged": (
                "Cell RecoveryGroup ResourceSet"
            )
        },
    ),
    **free(
        "arczonalshift",
        {
            "shifting away from a zone is not charged": (
                "AutoshiftObserverNotificationStatus ZonalAutoshiftConfiguration"
            )
        },
    ),
    **free(
        "fis",
        {
            "a part of an experiment, whose actions are charged": (
                "SafetyLeverState TargetAccountConfiguration"
            )
        },
    ),
    **free(
        "resiliencehub",
        {
            "an aim; the applications that are held to it are charged": (
                "ResiliencyPolicy V2Policy"
            )
        },
    ),
}

UNPRICED = {
    **unpriced(
        "arcregionswitch",
        {"a plan for a switch of regions is charged by the month": "Plan"},
    ),
    **unpriced(
        "resiliencehub",
        {
            "applications that are assessed are charged by the month": (
                "V2Assertion V2InputSource V2Service V2ServiceFunction V2System "
                "V2UserJourney"
            )
        },
    ),
    **unpriced(
        "drs",
        {
            "each server that is replicated by it is charged by the hour": (
                "ReplicationConfigurationTemplate"
            )
        },
    ),
    **unpriced(
        "rbin",
        {"deleted snapshots and images that it keeps go on being charged": "Rule"},
    ),
}
