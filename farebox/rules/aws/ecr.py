"""Amazon ECR: what repositories store.

Source: https://aws.amazon.com/ecr/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Type, Use, free, unpriced

SOURCE = "https://aws.amazon.com/ecr/pricing/"

STORED = Use(
    key="storage_gb",
    service="AmazonECR",
    usage_type="TimedStorage-ByteHrs",
    unit="GB-Mo",
    says="images stored",
)

PUBLIC = Use(
    key="storage_gb",
    service="AmazonECRPublic",
    usage_type="TimedStorage-ByteHrs",
    unit="GB-Mo",
    says="public images stored",
)


def scanning(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Basic scanning costs nothing; enhanced scanning is Amazon Inspector's."""
    kind = resource.input("scanType")
    if kind is UNKNOWN:
        yield Gap("unknown-input", "scanType is not known before deployment")
    elif kind == "ENHANCED":
        yield Gap(
            "no-price",
            "enhanced scanning is charged by Amazon Inspector, by the image, and "
            "Farebox knows no price for it",
        )
    else:
        yield NoCharge("basic scanning is not charged")


TYPES = {
    "aws:ecr/repository:Repository": Type(
        billed="A private repository is billed by the GB-month that it stores.",
        source=SOURCE,
        uses=(STORED,),
        terraform="aws_ecr_repository",
        not_modelled=(
            "layers that several images share (give what is stored once), traffic out of "
            "the region (the account's)"
        ),
    ),
    "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": Type(
        billed="Basic scanning is free; enhanced scanning is charged by the image.",
        source=SOURCE,
        rule=scanning,
    ),
    "aws:ecrpublic/repository:Repository": Type(
        billed="A public repository is billed by the GB-month that it stores.",
        source=SOURCE,
        uses=(PUBLIC,),
        terraform="aws_ecrpublic_repository",
        notes="50 GB-months are free for the account.",
        not_modelled="traffic to who takes images from outside of AWS",
    ),
}

FREE = free(
    "ecr",
    {
        "a setting of a registry or a repository; what it stores is charged": (
            "AccountSetting LifecyclePolicy PullThroughCacheRule "
            "PullTimeUpdateExclusion RegistryPolicy RepositoryCreationTemplate "
            "RepositoryPolicy"
        )
    },
) | free(
    "ecrpublic",
    {"a setting of a repository; what it stores is charged": "RepositoryPolicy"},
)

UNPRICED = unpriced(
    "ecr",
    {
        "each copy that it makes is stored, and charged, in the region of the copy": (
            "ReplicationConfiguration"
        )
    },
)
