"""Jobs of Amazon SageMaker: training, tuning, monitoring and labelling.

Source: https://aws.amazon.com/sagemaker/pricing/
"""

from collections.abc import Iterator
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.known import (
    known_amount,
    known_blocks,
    known_flag,
    known_text,
    unknown,
)
from farebox.rules.made_logs import tell_of_folder
from farebox.rules.service import Type, Use
from farebox.rules.shapes import field

SOURCE = "https://aws.amazon.com/sagemaker/pricing/"
SERVICE = "AmazonSageMaker"

DEFINITIONS = frozenset(
    ("aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition",)
)


def _hours(key: str, usage_type: str, says: str) -> Use:
    return Use(
        key=key,
        service=SERVICE,
        usage_type=usage_type,
        operation="RunInstance",
        unit="Hrs",
        says=says,
    )


TRAINING_HOURS = _hours("monthly_training_hrs", "Train:{type}", "training on {type}")
PROCESSING_HOURS = _hours(
    "monthly_processing_hrs", "Processing:{type}", "monitoring on {type}"
)
LABELS = Use(
    key="monthly_labeled_objects",
    service=SERVICE,
    usage_type="LabeledObject",
    operation="CreateLabelingJob",
    unit="LabeledObject",
    says="objects labelled",
)


TRAINING_LOGS = ("Training jobs", "/aws/sagemaker/TrainingJobs")


def training_job(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The hours of a job on each of its machines, as use gives them."""
    tell_of_folder(resource, circumstances, *TRAINING_LOGS)
    spot = resource.input("enableManagedSpotTraining")
    yield from _training(resource, usage, resource.input("resourceConfig"), spot)


def tuning_job(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The hours of all training jobs that it starts, where they are of one kind."""
    tell_of_folder(resource, circumstances, *TRAINING_LOGS)
    said = resource.input("trainingJobDefinition")
    if said is None:
        several = known_blocks(
            resource.input("trainingJobDefinitions"), "trainingJobDefinitions"
        )
        if isinstance(several, Gap):
            yield several
            return
        said = several[0] if len(several) == 1 else None
    if said is None:
        yield Gap("unknown-input", "its kinds of training jobs differ")
        return
    spot = field(said, "enableManagedSpotTraining")
    yield from _training(resource, usage, field(said, "resourceConfig"), spot)


def _training(
    resource: Resource, usage: Usage, said: Any, spot: Any
) -> Iterator[Charge]:
    on_spot = known_flag(spot, "enableManagedSpotTraining")
    if isinstance(on_spot, Gap):
        yield on_spot
    elif on_spot:
        yield Gap("no-price", "training on spot has rates that change by the day")
    else:
        yield _on_machines(resource, usage, said, TRAINING_HOURS)


def _on_machines(resource: Resource, usage: Usage, said: Any, use: Use) -> Charge:
    """Hours of a job on each of its machines."""
    size = known_text(field(said, "instanceType"), "instanceType")
    count = known_amount(resource, field(said, "instanceCount"), "instanceCount", ONE)
    if isinstance(size, Gap):
        return size
    if isinstance(count, Gap):
        return count
    return use.charge(resource, usage, factor=count, type=size)


def monitoring_schedule(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The hours of its jobs, on the machines of the definition that it runs."""
    config = resource.input("monitoringScheduleConfig")
    name = field(config, "monitoringJobDefinitionName")
    found = circumstances.graph.references(
        resource, "monitoringScheduleConfig", name, DEFINITIONS
    )
    if name is None or len(found) != 1:
        yield unknown("the definition of its jobs")
        return
    said = field(found[0].input("jobResources"), "clusterConfig")
    yield _on_machines(resource, usage, said, PROCESSING_HOURS)


TYPES = {
    "aws:sagemaker/trainingJob:TrainingJob": Type(
        billed="A training job is billed by the hour of each of its machines.",
        source=SOURCE,
        uses=(TRAINING_HOURS,),
        rule=training_job,
        not_modelled="disks of the machines while they train",
    ),
    "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob": Type(
        billed="A tuning job is billed by the hour of each machine of its training jobs.",
        source=SOURCE,
        uses=(TRAINING_HOURS,),
        rule=tuning_job,
    ),
    "aws:sagemaker/monitoringSchedule:MonitoringSchedule": Type(
        billed="Jobs of monitoring are billed by the hour of each of their machines.",
        source=SOURCE,
        uses=(PROCESSING_HOURS,),
        rule=monitoring_schedule,
        terraform="aws_sagemaker_monitoring_schedule",
    ),
    "aws:sagemaker/labelingJob:LabelingJob": Type(
        billed="A labelling job is billed by the object, beside who labels them.",
        source="https://aws.amazon.com/sagemaker/groundtruth/pricing/",
        uses=(LABELS,),
        not_modelled="people who label, of a vendor or of the public",
    ),
}
