"""Logs, traces and metrics that an input asks a service to write, charged elsewhere.

AWS makes the log group, or delivers the logs itself: no resource of the stack stands for
what they cost, and it would be missing without a word.
"""

from collections.abc import Iterable

from farebox.rules.unread_input import Unread

_WRITTEN = (
    "logs that it writes go into a log group that AWS makes, and are charged there by "
    "the GB"
)
_DELIVERED = "logs that are delivered are charged by the GB"
_FEEDBACK = (
    "the state of each delivery is written into a log group that AWS makes, and charged "
    "there by the GB"
)
_METRICS = "the metrics that it writes are charged by CloudWatch, as custom ones"
_OF_METHODS = "metrics of each method are charged by CloudWatch, as custom ones"
_TRACES = "traces are charged by AWS X-Ray, by their number"


def _each(
    paths: Iterable[str], says: str, values: tuple[str, ...] = ()
) -> tuple[Unread, ...]:
    return tuple(Unread(path, says, "no-usage", values=values) for path in paths)


_PUBLISHED = "logs that are published are charged by CloudWatch, by the GB"
_EXPORTED = "the database's logs are charged by CloudWatch, by the GB"
_ENHANCED = "enhanced monitoring writes logs, which CloudWatch charges by the GB"
_KAFKA_SINKS = ("cloudwatchLogs", "firehose", "s3")
_LEVELS = ("ERROR", "INFO")
_ROUTES = ("defaultRouteSettings", "routeSettings")

LOGS: dict[str, tuple[Unread, ...]] = {
    # Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    # and .../api-gateway-metrics-and-dimensions.html
    "aws:apigateway/methodSettings:MethodSettings": (
        *_each(("settings.metricsEnabled",), _OF_METHODS),
        *_each(("settings.loggingLevel",), _WRITTEN, _LEVELS),
    ),
    "aws:apigatewayv2/stage:Stage": (
        *_each((f"{which}.detailedMetricsEnabled" for which in _ROUTES), _OF_METHODS),
        *_each((f"{which}.loggingLevel" for which in _ROUTES), _WRITTEN, _LEVELS),
    ),
    # Source: https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html
    "aws:appsync/graphQLApi:GraphQLApi": (
        *_each(("logConfig",), _WRITTEN),
        *_each(
            ("enhancedMetricsConfig",),
            "metrics of resolvers and data sources are charged by CloudWatch",
        ),
    ),
    # Source: https://docs.aws.amazon.com/apprunner/latest/dg/monitor-xray.html
    "aws:apprunner/service:Service": _each(
        ("observabilityConfiguration.observabilityEnabled",), _TRACES
    ),
    "aws:appsync/api:Api": _each(("eventConfig.logConfig",), _WRITTEN),
    # Source: https://docs.aws.amazon.com/athena/latest/ug/athena-apache-spark-troubleshooting.html
    "aws:athena/workgroup:Workgroup": _each(
        (
            "configuration.monitoringConfiguration.cloudWatchLoggingConfiguration.enabled",
        ),
        _WRITTEN,
    ),
    # Source: https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_cfn-guard.html
    "aws:cfg/rule:Rule": _each(
        ("source.customPolicyDetails.enableDebugLogDelivery",), _WRITTEN
    ),
    # Source: https://aws.amazon.com/cloudwatch/pricing/
    "aws:cloudwatch/logDelivery:LogDelivery": _each(("",), _DELIVERED),
    "aws:cloudwatch/logAccountPolicy:LogAccountPolicy": _each(
        ("policyType",),
        "looking for sensitive data in logs is charged by the GB",
        ("DATA_PROTECTION_POLICY",),
    ),
    # Source: https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.Logging.html
    "aws:dms/replicationTask:ReplicationTask": tuple(
        Unread("replicationTaskSettings", _WRITTEN, "no-usage", part=part)
        for part in ('"EnableLogging":true', '"EnableLogging": true')
    ),
    "aws:docdb/cluster:Cluster": _each(("enabledCloudwatchLogsExports",), _EXPORTED),
    "aws:ec2/vpcNetworkPerformanceMetricSubscription:VpcNetworkPerformanceMetricSubscription": (
        _each(
            ("",), "the metrics that the subscription writes are charged by CloudWatch"
        )
    ),
    "aws:eks/addon:Addon": _each(
        ("addonName",),
        "the metrics and logs that the add-on writes are charged by CloudWatch",
        ("amazon-cloudwatch-observability",),
    ),
    "aws:elasticache/cluster:Cluster": _each(
        ("logDeliveryConfigurations",), _DELIVERED
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": _each(
        ("logDeliveryConfigurations",), _DELIVERED
    ),
    "aws:elasticsearch/domain:Domain": _each(("logPublishingOptions",), _PUBLISHED),
    "aws:opensearch/domain:Domain": _each(("logPublishingOptions",), _PUBLISHED),
    "aws:neptune/cluster:Cluster": _each(("enableCloudwatchLogsExports",), _EXPORTED),
    "aws:rds/instance:Instance": (
        *_each(("monitoringInterval",), _ENHANCED),
        *_each(("enabledCloudwatchLogsExports",), _EXPORTED),
    ),
    "aws:rds/cluster:Cluster": (
        *_each(("monitoringInterval",), _ENHANCED),
        *_each(("enabledCloudwatchLogsExports",), _EXPORTED),
    ),
    "aws:rds/clusterInstance:ClusterInstance": _each(
        ("monitoringInterval",), _ENHANCED
    ),
    # Source: https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/logging.html
    "aws:emrserverless/application:Application": _each(
        ("monitoringConfiguration.cloudwatchLoggingConfiguration.enabled",), _WRITTEN
    ),
    # Source: https://docs.aws.amazon.com/fsx/latest/WindowsGuide/file-access-auditing.html
    "aws:fsx/windowsFileSystem:WindowsFileSystem": _each(
        (
            "auditLogConfiguration.fileAccessAuditLogLevel",
            "auditLogConfiguration.fileShareAccessAuditLogLevel",
        ),
        _WRITTEN,
        ("SUCCESS_ONLY", "FAILURE_ONLY", "SUCCESS_AND_FAILURE"),
    ),
    "aws:fsx/lustreFileSystem:LustreFileSystem": _each(
        ("logConfiguration.level",),
        _WRITTEN,
        ("WARN_ONLY", "ERROR_ONLY", "WARN_ERROR"),
    ),
    # Source: https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/security-logging-monitoring-configure-cloudwatch.html
    "aws:mq/broker:Broker": _each(("logs.general", "logs.audit"), _WRITTEN),
    # Source: https://aws.amazon.com/cloudwatch/pricing/ (vended logs)
    "aws:msk/cluster:Cluster": _each(
        (f"loggingInfo.brokerLogs.{sink}.enabled" for sink in _KAFKA_SINKS), _DELIVERED
    ),
    "aws:msk/replicator:Replicator": _each(
        (f"logDelivery.replicatorLogDelivery.{sink}.enabled" for sink in _KAFKA_SINKS),
        _DELIVERED,
    ),
    "aws:mskconnect/connector:Connector": _each(
        (f"logDelivery.workerLogDelivery.{sink}.enabled" for sink in _KAFKA_SINKS),
        _DELIVERED,
    ),
    # Source: https://docs.aws.amazon.com/mwaa/latest/userguide/monitoring-airflow.html
    "aws:mwaa/environment:Environment": _each(
        (
            f"loggingConfiguration.{part}Logs.enabled"
            for part in ("dagProcessing", "scheduler", "task", "webserver", "worker")
        ),
        _WRITTEN,
    ),
    # Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/monitoring-pipeline-logs.html
    "aws:opensearchingest/pipeline:Pipeline": _each(
        ("logPublishingOptions.isLoggingEnabled",), _DELIVERED
    ),
    # Source: https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-audit-logging.html
    "aws:redshiftserverless/namespace:Namespace": _each(("logExports",), _WRITTEN),
    # Source: https://docs.aws.amazon.com/redshift/latest/mgmt/db-auditing.html
    "aws:redshift/logging:Logging": _each(
        ("logDestinationType",), _WRITTEN, ("cloudwatch",)
    ),
    # Source: https://aws.amazon.com/cloudwatch/pricing/ (vended logs)
    "aws:globalaccelerator/accelerator:Accelerator": _each(
        ("attributes.flowLogsEnabled",), _DELIVERED
    ),
    "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator": _each(
        ("attributes.flowLogsEnabled",), _DELIVERED
    ),
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": tuple(
        Unread("destinationArn", _DELIVERED, "no-usage", part=part)
        for part in (":s3:::", ":firehose:")
    ),
    # Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-resolver-with-cloudwatch.html
    "aws:route53/resolverEndpoint:ResolverEndpoint": _each(
        ("rniEnhancedMetricsEnabled", "targetNameServerMetricsEnabled"), _METRICS
    ),
    # Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-RUM-get-started-create-app-monitor.html
    "aws:rum/appMonitor:AppMonitor": (
        *_each(("appMonitorConfiguration.enableXray",), _TRACES),
        *_each(
            ("cwLogEnabled",),
            "events that are copied into a log group are charged there",
        ),
    ),
    # Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-configure.html
    "aws:s3control/objectLambdaAccessPoint:ObjectLambdaAccessPoint": _each(
        ("configuration.cloudWatchMetricsEnabled",), _METRICS
    ),
    # Source: https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
    "aws:sns/topic:Topic": (
        *_each(
            (
                f"{protocol}{state}FeedbackRoleArn"
                for protocol in ("application", "firehose", "http", "lambda", "sqs")
                for state in ("Success", "Failure")
            ),
            _FEEDBACK,
        ),
        *_each(("tracingConfig",), _TRACES, ("Active",)),
    ),
    # Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_tracing.html
    "aws:synthetics/canary:Canary": _each(("runConfig.activeTracing",), _TRACES),
    # Source: https://docs.aws.amazon.com/transfer/latest/userguide/cloudwatch-logging.html
    "aws:transfer/server:Server": _each(("loggingRole",), _WRITTEN),
    "aws:transfer/connector:Connector": _each(("loggingRole",), _WRITTEN),
}
"""Type token to the inputs by which it writes logs, traces or metrics at a charge."""
