"""AWS Verified Access: applications by the hour, and the GB that go through.

The price list's names of these charges have not been seen: they are `no-price`.

Source: https://aws.amazon.com/verified-access/pricing/
"""

from farebox.rules.service import Type, free

SOURCE = "https://aws.amazon.com/verified-access/pricing/"

TYPES = {
    "aws:verifiedaccess/endpoint:Endpoint": Type(
        billed="An application is billed by the hour, and by the GB that go through.",
        source=SOURCE,
        no_price=(
            "an application is charged by the hour (0.27 USD in us-east-1, less above "
            "148,800 hours) and by the GB (0.02), under keys that Farebox has not seen"
        ),
        terraform="aws_verifiedaccess_endpoint",
    ),
}

FREE = free(
    "verifiedaccess",
    {
        "a setting of applications, which are charged by the hour": (
            "Group Instance InstanceLoggingConfiguration InstanceTrustProviderAttachment "
            "TrustProvider"
        )
    },
)
