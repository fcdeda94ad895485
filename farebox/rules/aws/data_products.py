"""Data and business applications: flows, searches, catalogues, places, mainframes.

Source: https://aws.amazon.com/appflow/pricing/, https://aws.amazon.com/data-exchange/pricing/,
https://aws.amazon.com/datazone/pricing/, https://aws.amazon.com/clean-rooms/pricing/
"""

from farebox.rules.service import Type, Use, free, priced_with, unpriced

FLOW_RUNS = Use(
    key="monthly_flow_runs",
    service="AppFlow",
    usage_type="FlowRun",
    operation="ExecuteFlow",
    unit="Flow Runs",
    says="runs of the flow",
)
FLOW_DATA = Use(
    key="monthly_data_processed_gb",
    service="AppFlow",
    usage_type="DataProcDestAWS-Bytes",
    operation="DataProcessing",
    unit="GB",
    says="data moved to AWS's own services",
)
FLOW_DATA_OUT = Use(
    key="monthly_data_to_others_gb",
    service="AppFlow",
    usage_type="DataProcDestExt-Bytes",
    operation="DataProcessing",
    unit="GB",
    says="data moved to others",
    optional=True,
)
DATA_SET = Use(
    key="storage_gb",
    service="AWSDataExchange",
    usage_type="TimedStorage-ByteHrs",
    unit="GB-Mo",
    says="revisions stored",
)
PROFILES = Use(
    key="monthly_profiles",
    service="CustomerProfiles",
    usage_type="MonthlyProfiles",
    operation="ProfilesCreated",
    unit="Profiles",
    says="profiles used in the month",
)
"""Profiles outside of Amazon Connect; those of contacts have a rate of their own."""

TYPES = {
    "aws:appflow/flow:Flow": Type(
        billed="A flow is billed by the run, and by the GB that it moves.",
        source="https://aws.amazon.com/appflow/pricing/",
        uses=(FLOW_RUNS, FLOW_DATA, FLOW_DATA_OUT),
        terraform="aws_appflow_flow",
        not_modelled="data that moves over PrivateLink",
    ),
    "aws:dataexchange/dataSet:DataSet": Type(
        billed="A data set is billed by the GB-month that its revisions store.",
        source="https://aws.amazon.com/data-exchange/pricing/",
        uses=(DATA_SET,),
        terraform="aws_dataexchange_data_set",
        not_modelled="subscriptions to data of others",
    ),
    "aws:customerprofiles/domain:Domain": Type(
        billed="A domain is billed by the profile that is used in the month.",
        source="https://aws.amazon.com/connect/pricing/",
        uses=(PROFILES,),
        terraform="aws_customerprofiles_domain",
        not_modelled="profiles of contacts, which have a rate of their own",
    ),
}

FREE = {
    **free("appflow", {"a connection, not charged; its flows are": "ConnectorProfile"}),
    **free("customerprofiles", {"a profile of a domain, which is charged": "Profile"}),
    **free("dataexchange", {"what is done with a new revision": "EventAction"}),
    **priced_with(
        "dataexchange",
        {
            "a part of a data set, which is charged for what it stores": (
                "Revision RevisionAssets"
            )
        },
    ),
    **free(
        "datazone",
        {
            "a name or a rule in a domain, which is charged": (
                "AssetType EnvironmentBlueprintConfiguration EnvironmentProfile FormType "
                "Glossary GlossaryTerm PolicyGrant Project UserProfile"
            )
        },
    ),
    **free(
        "cleanrooms",
        {
            "who works with whom on what; queries are charged": "Collaboration ConfiguredTable"
        },
    ),
    **free(
        "appfabric",
        {
            "a setting; each user whose data is taken in is charged": (
                "AppAuthorization AppAuthorizationConnection AppBundle"
            )
        },
    ),
    **free("finspace", {"who may use an environment": "KxUser"}),
    **free(
        "m2",
        {"a program for an environment, which is charged": "Application Deployment"},
    ),
    **free("location", {"which tracker watches which places": "TrackerAssociation"}),
    **free(
        "odb",
        {
            "a network or a role of a database, which is charged": (
                "AutonomousDatabaseSecretsManagerIntegration IamRoleAssociation"
            )
        },
    ),
}

UNPRICED = {
    **unpriced(
        "appfabric",
        {
            "each user whose data is taken in is charged by the month": (
                "Ingestion IngestionDestination"
            )
        },
    ),
    **unpriced(
        "appintegrations",
        {
            "each run moves data, which is charged by the run and the GB": "DataIntegration"
        },
    ),
    **unpriced(
        "datazone",
        {
            "a domain is charged by its requests, metadata and compute units": "Domain",
            "what the environment's blueprint makes is charged and not seen": "Environment",
        },
    ),
    **unpriced(
        "cleanrooms",
        {"queries are charged by the hour of their compute units": "Membership"},
    ),
    **unpriced(
        "finspace",
        {
            "nodes, scaling groups and volumes are charged by the hour and the GB": (
                "KxCluster KxDatabase KxDataview KxEnvironment KxScalingGroup KxVolume"
            )
        },
    ),
    **unpriced(
        "m2", {"an environment is charged by the hour of each instance": "Environment"}
    ),
    **unpriced(
        "odb",
        {
            "Oracle's hardware and databases are charged by an offer of AWS Marketplace": (
                "AutonomousDatabase CloudAutonomousVmCluster CloudExadataInfrastructure "
                "CloudVmCluster"
            ),
            "Farebox knows no price of its traffic": "Network NetworkPeeringConnection",
        },
    ),
    **unpriced(
        "qbusiness", {"users and indexes are charged by the month": "Application"}
    ),
    **unpriced(
        "location",
        {
            "requests, positions and fences are charged by their number": (
                "GeofenceCollection Map PlaceIndex RouteCalculation Tracker"
            )
        },
    ),
}
