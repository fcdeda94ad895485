"""AWS Key Management Service: keys by the month, and the requests to them.

Source: https://aws.amazon.com/kms/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import text

SOURCE = "https://aws.amazon.com/kms/pricing/"
SERVICE = "awskms"

KEY = Meter(
    service=SERVICE,
    usage_type="KMS-Keys",
    unit="Keys",
    says="KMS key",
    per="month",
    because="one key for a month",
)
REQUESTS = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="KMS-Requests{kind}",
    unit="Requests",
    says="requests to the key",
)
ROTATIONS = Use(
    key="key_rotations",
    service=SERVICE,
    usage_type="KMS-Keys",
    unit="Keys",
    says="rotations of the key, of which the first two are charged",
    optional=True,
)


def kms_key(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """One key for the month, and its requests; those of asymmetric keys cost more."""
    yield KEY.all_month(resource, circumstances)
    yield from ROTATIONS.where_given(resource, usage)
    if resource.input("enableKeyRotation") not in (None, False):
        circumstances.note(
            "KMS keys that rotate cost as much again after each of the first two "
            f"rotations: {ROTATIONS.key} says how many there were"
        )
    spec = text(resource.input("customerMasterKeySpec"))
    if spec is UNKNOWN:
        yield Gap("unknown-input", "customerMasterKeySpec is not known yet")
        return
    spec, kind = str(spec or ""), ""
    if spec == "RSA_2048":
        kind = "-Asymmetric-RSA_2048"
    elif spec.startswith(("RSA", "ECC")):
        kind = "-Asymmetric"
    yield REQUESTS.charge(resource, usage, kind=kind)


_KEY = Type(
    billed="A customer's key is billed by the month, and by the requests that use it.",
    source=SOURCE,
    meters=(KEY,),
    uses=(REQUESTS, ROTATIONS),
    rule=kms_key,
    terraform="aws_kms_key",
    notes=(
        "Requests are `KMS-Requests`; of asymmetric keys `KMS-Requests-Asymmetric`, and "
        "`KMS-Requests-Asymmetric-RSA_2048` for RSA 2048. 20,000 requests a month are "
        "free. A replica is a key of its own. `key_rotations`, at most "
        "2, says how often a key that rotates has cost its price again."
    ),
    not_modelled=("keys in a custom key store, requests by grant of other accounts"),
)

TYPES = {
    "aws:kms/key:Key": _KEY,
    "aws:kms/externalKey:ExternalKey": _KEY,
    "aws:kms/replicaKey:ReplicaKey": _KEY,
    "aws:kms/replicaExternalKey:ReplicaExternalKey": _KEY,
}

FREE = free(
    "kms",
    {
        "a name or a right of a key, which is charged": "Alias Grant KeyPolicy",
        "a value that a key encrypts once; the request counts to the key's": "Ciphertext",
        "a key store costs nothing; its keys do, and the hardware modules behind it": (
            "CustomKeyStore"
        ),
    },
)
