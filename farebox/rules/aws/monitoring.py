"""Monitoring beside CloudWatch: what watches, tells, and sums up.

Source: https://aws.amazon.com/cloudwatch/pricing/,
https://aws.amazon.com/devops-guru/pricing/,
https://aws.amazon.com/notifications/faqs/, https://aws.amazon.com/chatbot/pricing/
"""

from farebox.rules.service import free, unpriced

FREE = {
    **free(
        "oam",
        {
            "sharing metrics and logs with another account is not charged, nor the first "
            "copy of traces": "Link Sink SinkPolicy"
        },
    ),
    **free(
        "notifications",
        {
            "User Notifications is not charged; what sends a notification may be": (
                "ChannelAssociation ContactsEmailContact EventRule "
                "ManagedNotificationAccountContactAssociation "
                "ManagedNotificationAdditionalChannelAssociation "
                "NotificationConfiguration NotificationHub "
                "OrganizationalUnitAssociation OrganizationsAccess"
            )
        },
    ),
    **free(
        "chatbot",
        {
            "messages in a chat are not charged; their topic is": (
                "SlackChannelConfiguration TeamsChannelConfiguration"
            )
        },
    ),
    **free(
        "observabilityadmin",
        {
            "looks at what is watched; what it then turns on is charged": (
                "TelemetryEnrichment TelemetryEvaluation "
                "TelemetryEvaluationForOrganization"
            )
        },
    ),
    **free(
        "devopsguru",
        {"where insights are told; its topic is charged": "NotificationChannel"},
    ),
}

UNPRICED = {
    **unpriced(
        "observabilityadmin",
        {
            "logs and metrics that it turns on are charged where they arise": (
                "TelemetryRule TelemetryRuleForOrganization"
            ),
            "copies of logs in another account or region are charged by the GB": (
                "CentralizationRuleForOrganization"
            ),
            "telemetry that passes through it, or is kept by it, is charged by the GB": (
                "S3TableIntegration TelemetryPipeline"
            ),
        },
    ),
    **unpriced(
        "applicationinsights",
        {"alarms, metrics and rules that it makes are charged": "Application"},
    ),
    **unpriced(
        "networkmonitor",
        {"a monitored path is charged by the hour, and its metrics": "Monitor Probe"},
    ),
    **unpriced(
        "networkflowmonitor",
        {
            "each machine whose flows are watched is charged by the hour, and the metrics "
            "of a monitor": "Monitor Scope"
        },
    ),
    **unpriced(
        "devopsguru",
        {
            "each resource that is analysed is charged by the hour": (
                "EventSourcesConfig ResourceCollection ServiceIntegration"
            )
        },
    ),
    **unpriced(
        "devopsagent", {"an agent is charged by the time that it works": "AgentSpace"}
    ),
    **unpriced(
        "cloudwatchomni", {"Farebox knows no price page for it": "Domain Space"}
    ),
}
