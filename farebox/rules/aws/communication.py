"""Mail, voice, chat and live video.

Source: https://aws.amazon.com/workmail/pricing/, https://aws.amazon.com/ivs/pricing/,
https://aws.amazon.com/chime/chime-sdk/pricing/, https://aws.amazon.com/ses/pricing/
"""

from farebox.rules.service import free, unpriced

FREE = {
    **free(
        "chime",
        {
            "a setting of voice; minutes and numbers are charged": (
                "SdkvoiceGlobalSettings SdkvoiceSipRule "
                "VoiceConnectorGroup VoiceConnectorOrganization "
                "VoiceConnectorOrigination VoiceConnectorTermination "
                "VoiceConnectorTerminationCredentials"
            ),
        },
    ),
    **free(
        "workmail",
        {
            "a part of an organization; its mailboxes are charged": (
                "DefaultDomain Domain Group Organization"
            )
        },
    ),
    **free("ivs", {"a key, not charged": "PlaybackKeyPair"}),
    **free(
        "mailmanager",
        {
            "a setting of what receives mail, which is charged": "Relay RuleSet TrafficPolicy"
        },
    ),
    **free("elastictranscoder", {"how a transcoded file looks": "Preset"}),
}

UNPRICED = {
    **unpriced(
        "chime",
        {
            "voice is charged by the minute and by the country": (
                "SdkvoiceSipMediaApplication VoiceConnector"
            ),
            "analysing voices is charged by the minute": ("SdkvoiceVoiceProfileDomain"),
            "streams of calls are charged by the minute, logs by the GB": (
                "VoiceConnectorLogging VoiceConnectorStreaming"
            ),
        },
    ),
    **unpriced(
        "chimesdkmediapipelines",
        {
            "a pipeline is charged by the minute that it works": (
                "MediaInsightsPipelineConfiguration"
            )
        },
    ),
    **unpriced("workmail", {"a mailbox is charged by the month": "User"}),
    **unpriced(
        "mailmanager",
        {
            "an endpoint is charged by the month, and by the thousand messages": (
                "IngressPoint"
            ),
            "an archive is charged by the GB taken in and kept": "Archive",
        },
    ),
    **unpriced(
        "ivs",
        {
            "hours of video in and out are charged by their quality": "Channel",
            "recordings are kept in a bucket, and charged there": "RecordingConfiguration",
        },
    ),
    **unpriced(
        "ivschat",
        {
            "messages sent and delivered are charged": "Room",
            "logs of messages are charged where they go": "LoggingConfiguration",
        },
    ),
    **unpriced(
        "elastictranscoder",
        {"transcoding is charged by the minute of its output": "Pipeline"},
    ),
}
