"""Amazon Managed Service for Prometheus: samples taken in, stored and queried.

Source: https://aws.amazon.com/prometheus/pricing/
"""

from farebox.rules.service import Type, Use, free, unpriced

SOURCE = "https://aws.amazon.com/prometheus/pricing/"
SERVICE = "AmazonPrometheus"

SAMPLES = Use(
    key="monthly_samples",
    service=SERVICE,
    usage_type="AMP:MetricSampleCount",
    unit="Metric Datapoints",
    says="samples taken in",
)
STORED = Use(
    key="storage_gb",
    service=SERVICE,
    usage_type="AMP:MetricStorageByteHrs",
    unit="GB-Mo",
    says="samples stored",
)
QUERIED = Use(
    key="monthly_queried_samples",
    service=SERVICE,
    usage_type="AMP:QuerySamplesProcessed",
    unit="Metric Datapoints",
    says="samples that queries and rules read",
)

TYPES = {
    "aws:amp/workspace:Workspace": Type(
        billed="A workspace is billed by the sample taken in and queried, and by the GB.",
        source=SOURCE,
        uses=(SAMPLES, STORED, QUERIED),
        terraform="aws_prometheus_workspace",
        notes=(
            "40 million samples taken in, 10 GB and 200 billion samples queried are free "
            "every month."
        ),
    ),
    "aws:amp/scraper:Scraper": Type(
        billed="A collector is billed by the hour, beside the samples that it sends.",
        source=SOURCE,
        no_price="a collector is charged by the hour, and Farebox knows no price for it",
    ),
}

FREE = free(
    "amp",
    {
        "a setting or a rule; what rules query is given with the workspace": (
            "AlertManagerDefinition QueryLoggingConfiguration ResourcePolicy "
            "RuleGroupNamespace ScraperLoggingConfiguration WorkspaceConfiguration"
        )
    },
)

UNPRICED = unpriced(
    "amp", {"looking for anomalies is charged by the sample": "AnomalyDetector"}
)
