"""Amazon GuardDuty: what it looks at, by the event and the GB.

Source: https://aws.amazon.com/guardduty/pricing/
"""

from collections.abc import Iterator
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_flag, known_text
from farebox.rules.service import Type, Use, free, unpriced
from farebox.rules.shapes import field

SOURCE = "https://aws.amazon.com/guardduty/pricing/"
SERVICE = "AmazonGuardDuty"


def _use(
    key: str, usage_type: str, unit: str, says: str, *, optional: bool = False
) -> Use:
    return Use(
        key=key,
        service=SERVICE,
        usage_type=usage_type,
        unit=unit,
        says=says,
        optional=optional,
    )


EVENTS = _use(
    "monthly_cloudtrail_events", "PaidEventsAnalyzed", "Events", "management events"
)
LOGS = _use(
    "monthly_flow_and_dns_log_gb",
    "PaidEventsAnalyzed-Bytes",
    "GB",
    "flow logs and DNS queries",
)
S3_EVENTS = _use(
    "monthly_s3_data_events", "PaidS3DataEventsAnalyzed", "Events", "data events of S3"
)
AUDIT_LOGS = _use(
    "monthly_eks_audit_events",
    "PaidKubernetesAuditLogsAnalyzed",
    "Events",
    "audit events of EKS",
)
VOLUMES = _use(
    "monthly_scanned_volume_gb",
    "PaidMalwareProtectionEBSDataScanned",
    "GB",
    "volumes scanned for malware",
)
RDS_VCPUS = _use(
    "rds_vcpus", "PaidRDSvCPUMonitored", "vCPU-Months", "vCPUs of databases watched"
)
LAMBDA_LOGS = _use(
    "monthly_lambda_log_gb",
    "PaidLambdaNetworkLogsAnalyzed-Bytes",
    "GB",
    "network logs of functions",
)
RUNTIME = (
    _use(
        "eks_vcpus",
        "PaidEKSvCPUMonitored",
        "vCPU-Months",
        "vCPUs of EKS nodes watched",
        optional=True,
    ),
    _use(
        "fargate_vcpus",
        "PaidFargatevCPUMonitored",
        "vCPU-Months",
        "vCPUs of Fargate tasks watched",
        optional=True,
    ),
    _use(
        "ec2_vcpus",
        "PaidEC2vCPUMonitored",
        "vCPU-Months",
        "vCPUs of instances watched",
    ),
)
SCANNED_OBJECTS = _use(
    "monthly_scanned_object_gb",
    "MalwareProtectionS3DataScanned",
    "GB",
    "objects scanned for malware",
)
SCANS = _use(
    "monthly_object_scans",
    "MalwareProtectionS3ScanRequest",
    "Events",
    "objects put that are scanned",
)

OF_FEATURE: dict[str, tuple[Use, ...]] = {
    "S3_DATA_EVENTS": (S3_EVENTS,),
    "EKS_AUDIT_LOGS": (AUDIT_LOGS,),
    "EBS_MALWARE_PROTECTION": (VOLUMES,),
    "RDS_LOGIN_EVENTS": (RDS_VCPUS,),
    "LAMBDA_NETWORK_LOGS": (LAMBDA_LOGS,),
    "RUNTIME_MONITORING": RUNTIME,
    "EKS_RUNTIME_MONITORING": (RUNTIME[0],),
}
"""What a feature is charged by."""

OF_SOURCE = (
    (("s3Logs", "enable"), S3_EVENTS),
    (("kubernetes", "auditLogs", "enable"), AUDIT_LOGS),
    (
        ("malwareProtection", "scanEc2InstanceWithFindings", "ebsVolumes", "enable"),
        VOLUMES,
    ),
)
"""Where a detector's own inputs turn a feature on, and what it is charged by."""


def detector(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Management events, flow logs and DNS queries, and what the detector turns on."""
    enabled = known_flag(resource.input("enable"), "enable", True)
    if isinstance(enabled, Gap):
        yield enabled
        return
    if not enabled:
        yield NoCharge("it is turned off")
        return
    yield EVENTS.charge(resource, usage)
    yield LOGS.charge(resource, usage)
    for path, use in OF_SOURCE:
        said: Any = resource.input("datasources")
        for name in path:
            said = field(said, name)
        on = flag(said)
        if on is UNKNOWN:
            reason = f"datasources.{'.'.join(path)} is not known before deployment"
            yield use.gap(resource, reason)
        elif on:
            yield use.charge(resource, usage)


def feature(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What a feature of a detector looks at, where it is on."""
    name = known_text(resource.input("name"), "name")
    status = known_text(resource.input("status"), "status")
    for said in (name, status):
        if isinstance(said, Gap):
            yield said
            return
    if status != "ENABLED":
        yield NoCharge("the feature is turned off")
        return
    uses = OF_FEATURE.get(str(name))
    if uses is None:
        yield Gap("no-price", f"{name} is charged by what it looks at")
        return
    for use in uses:
        if use.optional and len(uses) > 1:
            yield from use.where_given(resource, usage)
        else:
            yield use.charge(resource, usage)


TYPES = {
    "aws:guardduty/detector:Detector": Type(
        billed="A detector is billed by the events and GB of logs that it looks at.",
        source=SOURCE,
        uses=(EVENTS, LOGS, S3_EVENTS, AUDIT_LOGS, VOLUMES),
        rule=detector,
        terraform="aws_guardduty_detector",
        not_modelled="features that a detector has unasked since 2023; name them",
    ),
    "aws:guardduty/detectorFeature:DetectorFeature": Type(
        billed="A feature is billed by the events, GB or vCPUs that it looks at.",
        source=SOURCE,
        uses=(S3_EVENTS, AUDIT_LOGS, VOLUMES, RDS_VCPUS, LAMBDA_LOGS, *RUNTIME),
        rule=feature,
        terraform="aws_guardduty_detector_feature",
    ),
    "aws:guardduty/malwareProtectionPlan:MalwareProtectionPlan": Type(
        billed="Objects that are put are billed by the GB and the scan.",
        source=SOURCE,
        uses=(SCANNED_OBJECTS, SCANS),
        terraform="aws_guardduty_malware_protection_plan",
    ),
}

FREE = free(
    "guardduty",
    {
        "a list, a filter or a right of detectors, which are charged": (
            "Filter IPSet InviteAccepter Member OrganizationAdminAccount "
            "PublishingDestination ThreatIntelSet"
        )
    },
)

UNPRICED = unpriced(
    "guardduty",
    {
        "it turns features on in other accounts, which are charged there": (
            "MemberDetectorFeature OrganizationConfiguration "
            "OrganizationConfigurationFeature"
        )
    },
)
