"""Charged inputs that CloudFormation has on a type, and Pulumi as resources of their own.

The rules read Pulumi's resources; in a template the same stands in a block of another
one, which would cost nothing without a word.
"""

from farebox.rules.unread_input import Unread

_SCANNED = "messages and logs that a policy looks through are charged by the GB"

IN_TEMPLATES: dict[str, tuple[Unread, ...]] = {
    # Source: https://aws.amazon.com/cloudwatch/pricing/
    "aws:apigateway/stage:Stage": (
        Unread(
            "methodSettings.metricsEnabled",
            "metrics of each method are charged by CloudWatch, as custom ones",
            "no-usage",
        ),
    ),
    "aws:cloudwatch/logGroup:LogGroup": (Unread("dataProtectionPolicy", _SCANNED),),
    # Source: https://aws.amazon.com/cloudtrail/pricing/
    "aws:cloudtrail/eventDataStore:EventDataStore": (
        Unread("insightSelectors", "events that Insights looks at are charged"),
    ),
    # Source: https://aws.amazon.com/dynamodb/pricing/ and .../cloudwatch/pricing/
    "aws:dynamodb/table:Table": (
        Unread(
            "contributorInsightsSpecification.enabled",
            "CloudWatch charges the rule, and the events that it counts",
            "no-usage",
        ),
        Unread(
            "kinesisStreamSpecification.streamArn",
            "changes that are sent to Kinesis are charged by their number",
            "no-usage",
        ),
    ),
    # Source: https://aws.amazon.com/efs/pricing/
    "aws:efs/fileSystem:FileSystem": (
        Unread(
            "replicationConfiguration",
            "a copy of the file system is charged by what it holds, where it is",
            "no-usage",
        ),
    ),
    # Source: https://aws.amazon.com/guardduty/pricing/
    "aws:guardduty/detector:Detector": (
        Unread(
            "features.status",
            "what features look at is charged by each feature's own rate",
            "no-usage",
            values=("ENABLED",),
        ),
    ),
    # Source: https://aws.amazon.com/keyspaces/pricing/
    "aws:keyspaces/table:Table": (
        Unread(
            "cdcSpecification.status",
            "changes of data that are kept as a stream are charged",
            values=("ENABLED",),
        ),
        Unread(
            "replicaSpecifications.region",
            "each region stores the table, and takes its writes, at a charge",
        ),
    ),
    # Source: https://aws.amazon.com/rds/pricing/
    "aws:rds/instance:Instance": (
        Unread(
            "automaticBackupReplicationRegion",
            "backups are copied to another region, and stored, at a charge",
            "no-usage",
        ),
    ),
    # Source: https://aws.amazon.com/redshift/pricing/
    "aws:redshift/cluster:Cluster": (
        Unread(
            "destinationRegion",
            "snapshots are copied to another region, and stored, at a charge",
            "no-usage",
        ),
    ),
    # Source: https://aws.amazon.com/s3/pricing/
    "aws:s3tables/tableBucket:TableBucket": (
        Unread(
            "replicationConfiguration.rules",
            "copies of tables are charged by the GB that is sent and kept",
            "no-usage",
        ),
    ),
    # Source: https://aws.amazon.com/sns/pricing/
    "aws:sns/topic:Topic": (
        Unread(
            "subscription.endpoint",
            "deliveries to a subscriber that the topic itself names are charged by "
            "their number, but for those to SQS and Lambda",
            "no-usage",
        ),
        Unread("dataProtectionPolicy", _SCANNED),
    ),
    # Source: https://aws.amazon.com/s3/pricing/
    "aws:s3/bucket:Bucket": (
        Unread(
            "accelerateConfiguration.accelerationStatus",
            "what goes through transfer acceleration is charged by the GB",
            "no-usage",
            values=("Enabled",),
        ),
        Unread(
            "inventoryConfigurations",
            "inventories are charged by the object that they list",
            "no-usage",
        ),
        Unread(
            "analyticsConfigurations",
            "storage class analysis is charged by the object that it watches",
            "no-usage",
        ),
        Unread(
            "metricsConfigurations",
            "request metrics are charged as CloudWatch's custom metrics",
            "no-usage",
        ),
        Unread(
            "metadataTableConfiguration",
            "tables of metadata are charged by the update and by what they hold",
        ),
    ),
}
"""Type token to what a template may set on it at a charge that no rule reads."""
