"""Names of rates of the serverless and AI services' feeds, and the charges that they are.

Each usage type is one of the list of 2022, or of AWS's own list of what is free (Amplify's
pages, Lambda's streams), or of a bill (Cognito's tokens); each name holds it or says it.
"""

Charge = tuple[str, str, str, int]
"""Service, usage type without prefix, unit, and where the rate's tier starts."""

_KENDRA = {
    "Developer Base Query Storage Capacity KendraDeveloperEdition per hours": (
        "KendraDeveloperEdition"
    ),
    "Enterprise Base Query Storage Capacity Edition per hours": (
        "Kendra-Enterprise-Edition"
    ),
    "Enterprise Additional Query Storage Capacity Kendra-Query-Capacity-Unit per hours": (
        "Kendra-Query-Capacity-Unit"
    ),
    "Enterprise Additional Storage Capacity Kendra-Storage-Capacity-Unit per hours": (
        "Kendra-Storage-Capacity-Unit"
    ),
    "Pay Per Hour Connector Compute ConnectorSync per hours": "ConnectorSync",
}
_PUSHES = {
    "ADM Push": "ADM",
    "Apple Push": "APNS",
    "Baidu Push": "Baidu",
    "Google Push": "GCM",
}
_TOKENS = {
    "0 upto 250000": 0,
    "250000 upto 5000000": 250_000,
    "5000000 upto Inf": 5_000_000,
}
_STREAMED = "Lambda-Streaming-Response-Processed-Bytes"

SERVERLESS: dict[tuple[str, str], Charge] = {
    ("amplify", "HostingComputeRequestCount"): (
        *("AWSAmplify", "HostingComputeRequestCount", "Requests", 0),
    ),
    ("amplify", "HostingComputeRequestDuration"): (
        *("AWSAmplify", "HostingComputeRequestDuration", "GB-Seconds", 0),
    ),
    ("codedeploy", "On Premises"): (
        *("AWSCodeDeploy", "On-Premises-Instance", "Updates", 0),
    ),
    ("comprehend", "Processes Custom Entity model storage request"): (
        *("comprehend", "EntityRecognizer-Storage", "Unit", 0),
    ),
    ("kendra", "Pay Per Document Scanned Unit DocumentsScanned per Count"): (
        *("AmazonKendra", "DocumentsScanned", "Count", 0),
    ),
    ("lambda", "Lambda Processed-Bytes"): ("AWSLambda", _STREAMED, "GB", 0),
    ("lambda", "Lambda Processed-Bytes-ARM"): (
        *("AWSLambda", f"{_STREAMED}-ARM", "GB", 0),
    ),
    ("rekognition", "Face Metadata Storage per Faces Mo"): (
        *("AmazonRekognition", "FaceVectorsStored", "Faces-Mo", 0),
    ),
    ("rekognition", "Inference API per minutes"): (
        *("AmazonRekognition", "inferenceminutes", "minutes", 0),
    ),
    ("rekognition", "Live Streams per Minutes Processed"): (
        *("AmazonRekognition", "MinsOfLiveVideoProcessed", "Minutes", 0),
    ),
    ("rekognition", "Training API per minutes"): (
        *("AmazonRekognition", "minutestrained", "minutes", 0),
    ),
    **{
        ("kendra", name): ("AmazonKendra", usage_type, "hours", 0)
        for name, usage_type in _KENDRA.items()
    },
    **{
        ("pinpoint", f"{name} Notification Messages per Messages"): (
            *("AmazonPinpoint", f"DeliveryAttempts_{maker}", "Messages", 0),
        )
        for name, maker in _PUSHES.items()
    },
    **{
        (
            "cognito",
            f"User Pools M2M Tokens Full {tier} per CognitoUserPools M2MTokens",
        ): (
            *("AmazonCognito", "CUPM2MTokenRequestsFull", "CognitoUserPoolsM2MTokens"),
            start,
        )
        for tier, start in _TOKENS.items()
    },
}
"""The feed and AWS's name of a rate to the charge that it is, in the row's region."""
