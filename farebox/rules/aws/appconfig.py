"""AWS AppConfig: requests for a configuration, and configurations received.

Source: https://aws.amazon.com/systems-manager/pricing/
"""

from farebox.rules.service import Type, Use, free

SOURCE = "https://aws.amazon.com/systems-manager/pricing/"
SERVICE = "AWSSystemsManager"

REQUESTS = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="AppConfig-Requests",
    unit="Requests",
    says="requests for a configuration",
)
RECEIVED = Use(
    key="monthly_configurations_received",
    service=SERVICE,
    usage_type="AppConfig-Deployments",
    unit="Configurations",
    says="configurations received",
)

TYPES = {
    "aws:appconfig/application:Application": Type(
        billed=(
            "An application is billed by the request for its configurations, and by each "
            "that a target receives."
        ),
        source=SOURCE,
        uses=(REQUESTS, RECEIVED),
        terraform="aws_appconfig_application",
        notes="Targets ask again and again; they receive only what has changed.",
    ),
}

FREE = free(
    "appconfig",
    {
        "part of an application, whose requests are charged": (
            "ConfigurationProfile Deployment DeploymentStrategy Environment "
            "HostedConfigurationVersion"
        ),
        "what an extension calls is charged, not the extension": (
            "Extension ExtensionAssociation"
        ),
        "a description of events, which are charged on their bus": "EventIntegration",
    },
)
