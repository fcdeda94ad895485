"""Amazon Pinpoint and AWS End User Messaging: pushes, text messages, numbers.

Source: https://aws.amazon.com/pinpoint/pricing/ and
https://aws.amazon.com/end-user-messaging/pricing/
"""

from farebox.rules.service import Type, Use, free, unpriced

SOURCE = "https://aws.amazon.com/end-user-messaging/pricing/"
SERVICE = "AmazonPinpoint"


def _channel(maker: str, terraform: str) -> Type:
    """A channel of pushes to the devices of one maker."""
    return Type(
        billed="Pushes are billed by the message.",
        source=SOURCE,
        uses=(
            Use(
                key="monthly_pushes",
                service=SERVICE,
                usage_type=f"DeliveryAttempts_{maker}",
                unit="Messages",
                says="pushes",
            ),
        ),
        terraform=terraform,
    )


_APPLE = _channel(
    "APNS",
    "aws_pinpoint_apns_channel aws_pinpoint_apns_sandbox_channel "
    "aws_pinpoint_apns_voip_channel aws_pinpoint_apns_voip_sandbox_channel",
)

TYPES = {
    "aws:pinpoint/admChannel:AdmChannel": _channel("ADM", "aws_pinpoint_adm_channel"),
    "aws:pinpoint/apnsChannel:ApnsChannel": _APPLE,
    "aws:pinpoint/apnsSandboxChannel:ApnsSandboxChannel": _APPLE,
    "aws:pinpoint/apnsVoipChannel:ApnsVoipChannel": _APPLE,
    "aws:pinpoint/apnsVoipSandboxChannel:ApnsVoipSandboxChannel": _APPLE,
    "aws:pinpoint/baiduChannel:BaiduChannel": _channel(
        "Baidu", "aws_pinpoint_baidu_channel"
    ),
    "aws:pinpoint/gcmChannel:GcmChannel": _channel("GCM", "aws_pinpoint_gcm_channel"),
}

FREE = free(
    "pinpoint",
    {
        "a setting of messages, which are charged as they are sent": (
            "EmailTemplate EventStream Smsvoicev2ConfigurationSet "
            "Smsvoicev2EventDestination Smsvoicev2Keyword Smsvoicev2OptOutList "
            "Smsvoicev2Pool Smsvoicev2ResourcePolicy"
        )
    },
)

UNPRICED = unpriced(
    "pinpoint",
    {
        "audiences and events are charged; AWS ended campaigns on 2026-10-30": "App",
        "mail is charged by the message, and its attachments by the GB": "EmailChannel",
        "text messages are charged by the message, by country": "SmsChannel",
        "a number or a name is charged by the month, by country": (
            "Smsvoicev2PhoneNumber Smsvoicev2SenderId"
        ),
    },
)
