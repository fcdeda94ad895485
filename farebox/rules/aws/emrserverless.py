"""Amazon EMR Serverless and EMR on EKS: vCPU- and GB-hours of what jobs take.

Source: https://aws.amazon.com/emr/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.known import known_text
from farebox.rules.service import Type, Use, free

SOURCE = "https://aws.amazon.com/emr/pricing/"
SERVICE = "ElasticMapReduce"


def _use(key: str, usage_type: str, unit: str, says: str) -> Use:
    return Use(key=key, service=SERVICE, usage_type=usage_type, unit=unit, says=says)


VCPUS = _use(
    "monthly_vcpu_hrs", "EMR-SERVERLESS-{arm}vCPUHours", "vCPU-Hours", "vCPUs of jobs"
)
MEMORY = _use(
    "monthly_memory_gb_hrs",
    "EMR-SERVERLESS-{arm}MemoryGBHours",
    "GB-Hours",
    "memory of jobs",
)
STORAGE = Use(
    key="monthly_storage_gb_hrs",
    service=SERVICE,
    usage_type="EMR-SERVERLESS-StorageGBHours",
    unit="GB-Hours",
    says="storage of workers over 20 GB each",
    optional=True,
)
EKS_VCPUS = _use(
    "monthly_vcpu_hrs", "EMR-EKS-EC2-vCPUHours", "vCPU-Hours", "vCPUs of jobs"
)
EKS_MEMORY = _use(
    "monthly_memory_gb_hrs", "EMR-EKS-EC2-GBHours", "GB-Hours", "memory of jobs"
)


def application(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What workers take while they exist, started before their jobs or with them."""
    chip = known_text(resource.input("architecture"), "architecture", "X86_64")
    if isinstance(chip, Gap):
        yield chip
        return
    arm = "ARM-" if chip == "ARM64" else ""
    yield VCPUS.charge(resource, usage, arm=arm)
    yield MEMORY.charge(resource, usage, arm=arm)
    yield from STORAGE.where_given(resource, usage)


TYPES = {
    "aws:emrserverless/application:Application": Type(
        billed="Jobs are billed for the vCPU- and GB-hours that their workers take.",
        source=SOURCE,
        uses=(VCPUS, MEMORY, STORAGE),
        rule=application,
        terraform="aws_emrserverless_application",
        notes="Workers that are started before their jobs count in the hours given.",
    ),
    "aws:emrcontainers/virtualCluster:VirtualCluster": Type(
        billed="Jobs are billed for the vCPU- and GB-hours that they ask for, beside EKS.",
        source=SOURCE,
        uses=(EKS_VCPUS, EKS_MEMORY),
        terraform="aws_emrcontainers_virtual_cluster",
        notes="The machines that the jobs run on are charged by EKS's node groups.",
    ),
}

FREE = free("emrcontainers", {"a form for jobs, which are charged": "JobTemplate"})
