"""AWS Storage Gateway: what gateways write to AWS, volumes and virtual tapes.

Source: https://aws.amazon.com/storagegateway/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import or_default, text

SOURCE = "https://aws.amazon.com/storagegateway/pricing/"
SERVICE = "AWSStorageGateway"
MOST_GB = Decimal(12_500)
"""What is written above it is free: 125 USD a month is the most for a gateway."""


def _use(key: str, usage_type: str, unit: str, says: str) -> Use:
    return Use(key=key, service=SERVICE, usage_type=usage_type, unit=unit, says=says)


WRITTEN = _use(
    "monthly_data_written_gb", "Uploaded-Bytes", "GB", "data that the gateway writes"
)
TAPES = (
    _use(
        "virtual_tape_library_gb",
        "Gateway:VTL-Storage",
        "GB-Mo",
        "virtual tapes at hand",
    ),
    _use(
        "archived_virtual_tape_gb",
        "Gateway:VTS-Storage",
        "GB-Mo",
        "virtual tapes in the archive",
    ),
)
VOLUME = _use(
    "storage_gb", "Gateway:VolumeUsage", "GB-Mo", "data that the volume holds"
)
SOFTWARE = Meter(
    service=SERVICE,
    usage_type="Gateway-Hrs",
    operation="FileFSxWindowsGatewaySoftware",
    unit="Hrs",
    says="file gateway for FSx",
    per="hour",
    because="runs all month",
)


def gateway(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Hours of a gateway for FSx; else what it writes, and its tapes."""
    kind = or_default(text(resource.input("gatewayType")), "STORED")
    if kind is UNKNOWN:
        yield Gap("unknown-input", "gatewayType is not known before deployment")
        return
    if kind == "FILE_FSX_SMB":
        yield SOFTWARE.all_month(resource, circumstances)
        return
    written = WRITTEN.given(usage)
    if written is not None and written.quantity > MOST_GB:
        yield WRITTEN.metered(
            resource,
            MOST_GB,
            "12,500 GB of what it writes; what is above them is free",
            usage=written.status,
        )
    else:
        yield WRITTEN.charge(resource, usage)
    if str(kind).startswith("VTL"):
        for use in TAPES:
            yield use.charge(resource, usage)


TYPES = {
    "aws:storagegateway/gateway:Gateway": Type(
        billed="A gateway is billed by the GB that it writes, up to 125 USD; for FSx by the hour.",
        source=SOURCE,
        meters=(SOFTWARE,),
        uses=(WRITTEN, *TAPES),
        rule=gateway,
        terraform="aws_storagegateway_gateway",
        not_modelled="tapes in the deep archive, retrieval and early deletion of tapes",
    ),
    "aws:storagegateway/cachesIscsiVolume:CachesIscsiVolume": Type(
        billed="A cached volume is billed by the GB-month that it holds.",
        source=SOURCE,
        uses=(VOLUME,),
        terraform="aws_storagegateway_cached_iscsi_volume",
    ),
}

FREE = free(
    "storagegateway",
    {
        "a part of a gateway, which is charged by what it writes": (
            "Cache FileSystemAssociation NfsFileShare SmbFileShare UploadBuffer "
            "WorkingStorage"
        ),
        "a volume that lies on the premises; its snapshots are charged as those of EBS": (
            "StoredIscsiVolume"
        ),
        "a rule for tapes, which are charged on the gateway": "TapePool",
    },
)
