"""AWS's permanent free allowances, which an account gets once a month.

Twelve-month trials are not here: they end, and a bill that stands on them lies. AWS
lists the usage types of its free tier in the Billing User Guide, "Tracking your AWS
Free Tier usage"; the quantities are on each service's price page, cited below.
"""

from decimal import Decimal

FREE_PER_MONTH: dict[tuple[str, str], Decimal] = {
    # 100 GB to the internet, over all services and regions together.
    # Source: https://aws.amazon.com/ec2/pricing/on-demand/ (data transfer)
    ("AWSDataTransfer", "DataTransfer-Out-Bytes"): Decimal(100),
    # Ten alarm metrics of standard resolution, ten custom or detailed metrics, three
    # dashboards, and 5 GB each of logs ingested, stored and scanned by queries.
    # Source: https://aws.amazon.com/cloudwatch/pricing/ (free tier)
    ("AmazonCloudWatch", "CW:AlarmMonitorUsage"): Decimal(10),
    ("AmazonCloudWatch", "CW:MetricMonitorUsage"): Decimal(10),
    ("AmazonCloudWatch", "DashboardsUsageHour"): Decimal(3),
    ("AmazonCloudWatch", "DataProcessing-Bytes"): Decimal(5),
    ("AmazonCloudWatch", "TimedStorage-ByteHrs"): Decimal(5),
    ("AmazonCloudWatch", "DataScanned-Bytes"): Decimal(5),
    # 14 million invocations of schedules.
    # Source: https://aws.amazon.com/eventbridge/pricing/ (Scheduler)
    ("AWSEvents", "ScheduledInvocation"): Decimal(14_000_000),
    # A million requests, 100,000 deliveries by HTTP and 1,000 by e-mail.
    # Source: https://aws.amazon.com/sns/pricing/
    ("AmazonSNS", "Requests-Tier1"): Decimal(1_000_000),
    ("AmazonSNS", "DeliveryAttempts-HTTP"): Decimal(100_000),
    ("AmazonSNS", "DeliveryAttempts-SMTP"): Decimal(1_000),
    # A million requests. Source: https://aws.amazon.com/sqs/pricing/
    ("AWSQueueService", "Requests-Tier1"): Decimal(1_000_000),
    # 20,000 requests over all regions. Source: https://aws.amazon.com/kms/pricing/
    ("awskms", "KMS-Requests"): Decimal(20_000),
    # 50 GB-months of public images. Source: https://aws.amazon.com/ecr/pricing/
    ("AmazonECRPublic", "TimedStorage-ByteHrs"): Decimal(50),
    # Five million events that are looked at for their schema.
    # Source: https://aws.amazon.com/eventbridge/pricing/ (schema discovery)
    ("AWSEvents", "Event-8K-Chunks"): Decimal(5_000_000),
    # A million requests and 400,000 GB-seconds.
    # Source: https://aws.amazon.com/lambda/pricing/
    ("AWSLambda", "Request"): Decimal(1_000_000),
    ("AWSLambda", "Lambda-GB-Second"): Decimal(400_000),
    # 1 TB to the internet, ten million requests, two million runs of functions and as
    # many reads of their stores, of all edge locations together; a thousand paths taken
    # out of the caches.
    # Source: https://aws.amazon.com/cloudfront/pricing/ (always free tier)
    ("AmazonCloudFront", "DataTransfer-Out-Bytes"): Decimal(1024),
    ("AmazonCloudFront", "Requests"): Decimal(10_000_000),
    ("AmazonCloudFront", "Executions-CloudFrontFunctions"): Decimal(2_000_000),
    ("AmazonCloudFront", "KeyValueStore-EdgeReads"): Decimal(2_000_000),
    ("AmazonCloudFront", "Invalidations"): Decimal(1_000),
    # 100 GB that gateways write. Source: https://aws.amazon.com/storagegateway/pricing/
    ("AWSStorageGateway", "Uploaded-Bytes"): Decimal(100),
    # 100 GB of streamed responses. Source: the Billing User Guide, as above, and
    # https://aws.amazon.com/lambda/pricing/ (response streaming)
    ("AWSLambda", "Lambda-Streaming-Response-Processed-Bytes"): Decimal(100),
    # 100,000 traces recorded. Source: https://aws.amazon.com/xray/pricing/
    ("AWSXRay", "XRay-TracesStored"): Decimal(100_000),
    # 4,000 transitions. Source: https://aws.amazon.com/step-functions/pricing/
    ("AmazonStates", "StateTransition"): Decimal(4_000),
    # 10,000 users of the tiers Lite and Essentials, 50 who come by SAML or OIDC.
    # Source: https://aws.amazon.com/cognito/pricing/
    ("AmazonCognito", "CognitoEssentialsMAU"): Decimal(10_000),
    ("AmazonCognito", "CognitoEnterpriseMAU"): Decimal(50),
    # 100 minutes of the smallest machine, 6,000 seconds of the smallest function.
    # Source: https://aws.amazon.com/codebuild/pricing/
    ("CodeBuild", "Build-Min:Linux:g1.small"): Decimal(100),
    ("CodeBuild", "Build-Sec:Linux:Lambda:x86-64.1GB"): Decimal(6_000),
    # One pipeline of V1, 100 minutes of actions of V2.
    # Source: https://aws.amazon.com/codepipeline/pricing/
    ("AWSCodePipeline", "activePipeline"): Decimal(1),
    ("AWSCodePipeline", "actionExecutionMinute"): Decimal(100),
    # 2 GB and 100,000 requests. Source: https://aws.amazon.com/codeartifact/pricing/
    ("AWSCodeArtifact", "TimedStorage-ByteHrs"): Decimal(2),
    ("AWSCodeArtifact", "Requests"): Decimal(100_000),
    # Five active users. Source: https://aws.amazon.com/codecommit/pricing/
    ("AWSCodeCommit", "User-Month"): Decimal(5),
    # 100 runs of canaries. Source: https://aws.amazon.com/cloudwatch/pricing/
    ("AmazonCloudWatch", "CW:Canary-runs"): Decimal(100),
    # A rule of Contributor Insights, and a million events that rules match.
    # Source: https://aws.amazon.com/cloudwatch/pricing/ (free tier)
    ("AmazonCloudWatch", "CW:ContributorInsightRules"): Decimal(1),
    ("AmazonCloudWatch", "CW:ContributorInsightEvents"): Decimal(1_000_000),
    # 1,000 calls. Source: https://aws.amazon.com/servicecatalog/pricing/
    ("AWSServiceCatalog", "SC-API-Calls"): Decimal(1_000),
    # A million objects and a million requests of the catalogue.
    # Source: https://aws.amazon.com/glue/pricing/
    ("AWSGlue", "Catalog-Storage"): Decimal(1_000_000),
    ("AWSGlue", "Catalog-Request"): Decimal(1_000_000),
    # 40 million samples taken in, 10 GB, 200 billion samples queried.
    # Source: https://aws.amazon.com/prometheus/pricing/
    ("AmazonPrometheus", "AMP:MetricSampleCount"): Decimal(40_000_000),
    ("AmazonPrometheus", "AMP:MetricStorageByteHrs"): Decimal(10),
    ("AmazonPrometheus", "AMP:QuerySamplesProcessed"): Decimal(200_000_000_000),
    # Two budgets with actions, for a month of 31 days.
    # Source: https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/
    ("AWSBudgets", "ActionEnabledBudgetsUsage"): Decimal(62),
    # 25 GB of the standard class, 25 units of each capacity (an hour of each, in months
    # of 744 hours), 2.5 million reads of streams.
    # Source: https://aws.amazon.com/dynamodb/pricing/provisioned/ (free tier)
    ("AmazonDynamoDB", "TimedStorage-ByteHrs"): Decimal(25),
    ("AmazonDynamoDB", "ReadCapacityUnit-Hrs"): Decimal(18_600),
    ("AmazonDynamoDB", "WriteCapacityUnit-Hrs"): Decimal(18_600),
    ("AmazonDynamoDB", "ReplWriteCapacityUnit-Hrs"): Decimal(18_600),
    ("AmazonDynamoDB", "Streams-Requests"): Decimal(2_500_000),
}
"""(service, usage type without prefix) to the free quantity, in the price's unit."""

IN_EACH_REGION = frozenset(("AmazonDynamoDB",))
"""Services whose allowances an account has in each region, not once for all of them.

Source: https://aws.amazon.com/dynamodb/pricing/provisioned/, "on a per-Region basis";
every region's list begins with them.
"""

EDGES = ("US", "CA", "EU", "ZA", "ME", "SA", "JP", "AU", "AP", "IN")
"""How the usage types of CloudFront begin, one for each group of edge locations.

Source: the usage types that the price list API named on 2022-09-29.
"""

SHARED = {
    # Functions on x86 and on Graviton, in aggregate.
    # Source: https://aws.amazon.com/lambda/pricing/ (free tier)
    ("AWSLambda", "Request-ARM"): ("AWSLambda", "Request"),
    ("AWSLambda", "Lambda-GB-Second-ARM"): ("AWSLambda", "Lambda-GB-Second"),
    ("AWSLambda", "Lambda-Streaming-Response-Processed-Bytes-ARM"): (
        "AWSLambda",
        "Lambda-Streaming-Response-Processed-Bytes",
    ),
    # Users of the tiers Lite and Essentials; small machines and functions of both CPUs.
    ("AmazonCognito", "CognitoLiteMAU"): ("AmazonCognito", "CognitoEssentialsMAU"),
    ("CodeBuild", "Build-Min:ARM:g1.small"): ("CodeBuild", "Build-Min:Linux:g1.small"),
    ("CodeBuild", "Build-Sec:Linux:Lambda:arm.1GB"): (
        "CodeBuild",
        "Build-Sec:Linux:Lambda:x86-64.1GB",
    ),
} | {
    ("AmazonCloudFront", f"{edge}-{usage_type}"): ("AmazonCloudFront", allowance)
    for edge in EDGES
    for usage_type, allowance in (
        ("DataTransfer-Out-Bytes", "DataTransfer-Out-Bytes"),
        ("Requests-Tier1", "Requests"),
        ("Requests-Tier2-HTTPS", "Requests"),
    )
}
"""Usage types that several share one allowance, to the name under which it stands."""


def allowance_name(service: str, usage_type: str) -> tuple[str, str]:
    """Under which name an allowance of a usage type, without prefix, would stand."""
    name = service, usage_type
    return SHARED.get(name, name)
