"""AWS Data Pipeline: activities by how often they run, and where.

Source: https://aws.amazon.com/datapipeline/pricing/
"""

from farebox.rules.service import Type, Use, priced_with

SERVICE = "datapipeline"
OFTEN = Use(
    key="high_frequency_activities",
    service=SERVICE,
    usage_type="AWS-Activities-freq",
    unit="Activity",
    says="activities that run more than once a day",
)
SELDOM = Use(
    key="low_frequency_activities",
    service=SERVICE,
    usage_type="AWS-Activities-infreq",
    unit="Activity",
    says="activities that run once a day or less",
)
CHECKS = Use(
    key="high_frequency_preconditions",
    service=SERVICE,
    usage_type="AWS-Preconditions-freq",
    unit="Precondition",
    says="preconditions that are checked more than once a day",
    optional=True,
)

TYPES = {
    "aws:datapipeline/pipeline:Pipeline": Type(
        billed="A pipeline is billed by the activity, by how often it runs.",
        source="https://aws.amazon.com/datapipeline/pricing/",
        uses=(OFTEN, SELDOM, CHECKS),
        terraform="aws_datapipeline_pipeline",
        not_modelled="activities on machines of one's own, pipelines that are switched off",
    ),
}

FREE = priced_with(
    "datapipeline",
    {"what a pipeline does; the pipeline is charged": "PipelineDefinition"},
)
