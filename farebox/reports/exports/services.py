"""AWS's services as FOCUS sorts them: a name that people know, and a category.

Source: https://focus.finops.org/focus-specification/v1-2/ (ServiceCategory)
"""

import re

CATEGORIES = {
    "AI and Machine Learning": (
        "AmazonBedrock AmazonBedrockAgentCore AmazonSageMaker AmazonRekognition AmazonLex "
        "AmazonKendra comprehend transcribe CodeGuru"
    ),
    "Analytics": (
        "AmazonAthena AmazonCloudSearch AmazonES AmazonKinesis AmazonKinesisAnalytics "
        "AmazonKinesisFirehose AmazonMSK AmazonQuickSight AWSGlue AWSLakeFormation "
        "AWSDataExchange datapipeline ElasticMapReduce"
    ),
    "Business Applications": (
        "AmazonAppStream AmazonConnect AmazonPinpoint AmazonSES AmazonWorkSpaces "
        "AmazonWorkSpacesWeb CustomerProfiles"
    ),
    "Compute": (
        "AmazonEC2 AmazonECS AmazonEKS AmazonLightsail AWSLambda AWSAppRunner AmazonECR "
        "AmazonECRPublic AmazonGameLift"
    ),
    "Databases": (
        "AmazonDAX AmazonDocDB AmazonDynamoDB AmazonElastiCache AmazonMCS AmazonMemoryDB "
        "AmazonNeptune AmazonRDS AmazonRedshift AmazonTimestream"
    ),
    "Developer Tools": (
        "AWSCodeArtifact AWSCodeCommit AWSCodeDeploy AWSCodePipeline CodeBuild AWSXRay "
        "AWSFIS"
    ),
    "Identity": "AmazonCognito AWSDirectoryService AmazonVerifiedPermissions",
    "Integration": (
        "AmazonMQ AmazonMWAA AmazonSNS AmazonStates AmazonSWF AWSEvents AWSQueueService "
        "AppFlow AWSAppSync"
    ),
    "Internet of Things": "AWSIoT",
    "Management and Governance": (
        "AmazonCloudWatch AmazonGrafana AmazonPrometheus AWSBudgets AWSCloudTrail "
        "AWSConfig AWSServiceCatalog AWSSystemsManager auditmanager"
    ),
    "Media": "AmazonKinesisVideo AWSElementalMediaPackage AWSElementalMediaStore",
    "Migration": "AWSDatabaseMigrationSvc AWSDataSync AWSTransfer",
    "Networking": (
        "AmazonApiGateway AmazonCloudFront AmazonRoute53 AmazonVPC AWSCloudMap AWSCloudWAN "
        "AWSDataTransfer AWSDirectConnect AWSELB AWSGlobalAccelerator "
        "AWSR53AppRecoveryController"
    ),
    "Security": (
        "AmazonDetective AmazonGuardDuty AmazonInspector AmazonInspectorV2 AmazonMacie "
        "AWSCertificateManager AWSFMS awskms AWSNetworkFirewall AWSSecretsManager "
        "AWSSecurityHub AWSShield awswaf CloudHSM"
    ),
    "Storage": (
        "AmazonEFS AmazonFSx AmazonGlacier AmazonS3 AmazonS3GlacierDeepArchive AWSBackup "
        "AWSStorageGateway"
    ),
    "Web": "AWSAmplify",
}

CATEGORY_OF = {
    code: category for category, codes in CATEGORIES.items() for code in codes.split()
}

NAMES = {
    "AmazonEC2": "Amazon Elastic Compute Cloud",
    "AmazonS3": "Amazon Simple Storage Service",
    "AmazonRDS": "Amazon Relational Database Service",
    "AmazonVPC": "Amazon Virtual Private Cloud",
    "AmazonES": "Amazon OpenSearch Service",
    "AmazonMCS": "Amazon Keyspaces",
    "AmazonApiGateway": "Amazon API Gateway",
    "AmazonCloudFront": "Amazon CloudFront",
    "AmazonCloudWatch": "Amazon CloudWatch",
    "AmazonDocDB": "Amazon DocumentDB",
    "AmazonDynamoDB": "Amazon DynamoDB",
    "AmazonElastiCache": "Amazon ElastiCache",
    "AmazonMemoryDB": "Amazon MemoryDB",
    "AWSCloudTrail": "AWS CloudTrail",
    "AmazonSNS": "Amazon Simple Notification Service",
    "AmazonStates": "AWS Step Functions",
    "AWSELB": "Elastic Load Balancing",
    "AWSEvents": "Amazon EventBridge",
    "AWSQueueService": "Amazon Simple Queue Service",
    "awskms": "AWS Key Management Service",
    "awswaf": "AWS WAF",
    "CodeBuild": "AWS CodeBuild",
    "ElasticMapReduce": "Amazon Elastic MapReduce",
}


def service_name(code: str) -> str:
    """A service's name in words; AWS's code taken apart where it is not in the table."""
    named = NAMES.get(code)
    if named is not None:
        return named
    head = next((head for head in ("Amazon", "AWS") if code.startswith(head)), "")
    rest = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code.removeprefix(head))
    return f"{head} {rest}".strip()


def service_category(code: str) -> str:
    """The category of FOCUS that a service is in; `Other` where none is known."""
    return CATEGORY_OF.get(code, "Other")
