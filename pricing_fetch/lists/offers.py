"""AWS's bulk price lists: a service's on-demand prices in a region, no credentials.

Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/
using-the-aws-price-list-bulk-api.html
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from threading import Lock

from farebox.prices.deliveries import DatedPrice, Delivery, LastDelivery, Slice
from farebox.prices.values import GLOBAL, Source
from pricing_fetch.errors import Damaged, NotSold
from pricing_fetch.lists.normalise import READING, Normaliser
from pricing_fetch.lists.price_file import PriceFile
from pricing_fetch.lists.region_index import (
    ListedFile,
    listed,
    listed_whole,
    read_index,
)
from pricing_fetch.net import limits
from pricing_fetch.net.downloads import Downloaded
from pricing_fetch.net.hosts import shown
from pricing_fetch.net.transport import Progress, Transport

SERVICES = (
    "AmazonEC2",
    "AmazonVPC",
    "AWSELB",
    "AmazonEKS",
    "AWSDataTransfer",
    "AmazonS3",
    "AWSLambda",
    "AmazonRDS",
    "AmazonDynamoDB",
    "AmazonECS",
    "AmazonEFS",
    "AmazonCloudWatch",
    "AmazonRoute53",
    "awskms",
    "AWSSecretsManager",
    "AmazonECR",
    "AmazonElastiCache",
    "AmazonApiGateway",
    "AmazonAppStream",
    "AWSQueueService",
    "AmazonSNS",
    "AmazonCloudFront",
    "AWSEvents",
    "AWSSystemsManager",
    "AmazonS3GlacierDeepArchive",
    "AmazonAthena",
    "AmazonBedrock",
    "AmazonBedrockAgentCore",
    "AmazonCognito",
    "AmazonConnect",
    "AmazonDAX",
    "AmazonDetective",
    "AmazonDocDB",
    "AmazonES",
    "AmazonFSx",
    "AmazonGameLift",
    "AmazonGlacier",
    "AmazonGrafana",
    "AmazonGuardDuty",
    "AmazonInspector",
    "AmazonInspectorV2",
    "AmazonKendra",
    "AmazonKinesis",
    "AmazonKinesisAnalytics",
    "AmazonKinesisFirehose",
    "AmazonLex",
    "AmazonKinesisVideo",
    "AmazonLightsail",
    "AmazonMacie",
    "AmazonMemoryDB",
    "AmazonMQ",
    "AmazonMSK",
    "AmazonMCS",
    "AmazonMWAA",
    "AmazonNeptune",
    "AmazonPinpoint",
    "AmazonPrometheus",
    "AmazonQuickSight",
    "AmazonRedshift",
    "AmazonRekognition",
    "AmazonSageMaker",
    "AmazonSES",
    "AmazonStates",
    "AmazonTimestream",
    "AmazonVerifiedPermissions",
    "AmazonWorkSpaces",
    "AmazonWorkSpacesWeb",
    "AWSAmplify",
    "AWSAppRunner",
    "AWSAppSync",
    "AWSBackup",
    "AWSBudgets",
    "AWSCertificateManager",
    "AWSCloudMap",
    "AWSCloudTrail",
    "AWSCloudWAN",
    "AWSCodeArtifact",
    "AWSCodeCommit",
    "AWSCodeDeploy",
    "AWSCodePipeline",
    "AWSConfig",
    "AWSDatabaseMigrationSvc",
    "AWSDataSync",
    "AWSDirectConnect",
    "AWSDirectoryService",
    "AWSElementalMediaConvert",
    "AWSElementalMediaLive",
    "AWSElementalMediaPackage",
    "AWSElementalMediaStore",
    "AWSFMS",
    "AWSGlobalAccelerator",
    "AWSGlue",
    "AWSIoT",
    "AWSLakeFormation",
    "AWSNetworkFirewall",
    "AWSSecurityHub",
    "AWSServiceCatalog",
    "AWSShield",
    "AWSStorageGateway",
    "AWSTransfer",
    "awswaf",
    "AWSXRay",
    "auditmanager",
    "CloudHSM",
    "CodeBuild",
    "comprehend",
    "ElasticMapReduce",
    "transcribe",
    "AmazonCloudSearch",
    "AmazonECRPublic",
    "AmazonSWF",
    "AppFlow",
    "AWSDataExchange",
    "AWSFIS",
    "AWSR53AppRecoveryController",
    "CodeGuru",
    "CustomerProfiles",
    "datapipeline",
)
"""The services that are known by name; any other code works too."""

GLOBAL_SERVICES = frozenset(
    {
        "AmazonCloudFront",
        "AmazonRoute53",
        "AWSBudgets",
        "AWSCodeCommit",
        "AWSR53AppRecoveryController",
        "AWSShield",
        "awswaf",
    }
)
"""Services whose prices are (also) listed without a region, for the region `global`.

Hosted zones, edge locations and the web ACLs of CloudFront belong to no region. They are
read from the service's list of all regions, out of which only rows without a region code are taken.
"""

REGIONAL_TOO = frozenset({"AmazonCloudFront", "AmazonRoute53", "AWSShield", "awswaf"})
"""Those of them that sell something by region besides: resolver endpoints, web ACLs.

Those rows are in the list of all regions too, so it is read for both and fetched once.
"""


LARGEST_SERVICE, LARGEST_MB = "AmazonEC2", 450
"""The service with by far the largest list, and its size in us-east-1, July 2026."""


class Once:
    """Downloads that several sources of one refresh read: each is fetched once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: dict[str, Downloaded] = {}

    def download(
        self, transport: Transport, url: str, folder: Path, progress: Progress | None
    ) -> Downloaded:
        """The file, fetched by who comes first; the others wait. Raises FetchError."""
        with self._lock:
            if url not in self._found:
                self._found[url] = transport.download(
                    url, folder, limits.OFFER_BYTES, progress
                )
            return self._found[url]


def fetch_offer(
    transport: Transport,
    service: str,
    region: str,
    *,
    folder: Path,
    last: LastDelivery | None = None,
    progress: Progress | None = None,
    zones: bool = False,
    once: Once | None = None,
) -> Delivery:
    """The on-demand prices of a service in a region, or in `global`.

    The download is kept in `folder` until the delivery's `files` are deleted. With
    `zones` the prices of Local and Wavelength Zones and Outposts come too. A list of
    all regions is fetched by `once`. Raises FetchError here, and Damaged while the
    prices are read, or NotSold where a list of all regions has none of the region.
    """
    as_of = transport.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    name = f"{service} {region}"
    whole = Slice(service, region, "on-demand")
    index = read_index(transport, "offers", service, SERVICES)
    of_all = region == GLOBAL or service in REGIONAL_TOO
    if of_all:
        found = listed_whole(transport, index, service)
    else:
        found = listed(transport, index, region, "offers", service)
    source = Source(shown(found.url), as_of, found.version)
    version = found.read_as(READING)
    if last is not None and last.version == version:
        return Delivery(name, source, whole, unchanged=True, version=version)
    if not of_all or once is None:
        once = Once()
    got = once.download(transport, found.url, folder, progress)
    left_out: Counter[str] = Counter()

    def normalised(file: PriceFile) -> Iterator[DatedPrice]:
        prices = Normaliser(
            file,
            service=service,
            region=region,
            source=source,
            left_out=left_out,
            zones=zones,
            of_all=of_all,
        ).prices()
        first = next(prices, None)
        if first is not None:
            yield first
        elif of_all and region != GLOBAL:
            raise NotSold(f"{shown(found.url)} has no price of {region!r}")
        yield from prices

    return Delivery(
        name,
        source,
        whole,
        prices=prices_of(got, found, service, normalised),
        version=version,
        etag=got.etag,
        content_hash=f"sha256:{got.sha256}",
        byte_count=got.byte_count,
        left_out=left_out,
        files=got.files,
    )


def prices_of(
    got: Downloaded,
    found: ListedFile,
    offer_code: str,
    read: Callable[[PriceFile], Iterator[DatedPrice]],
) -> Iterator[DatedPrice]:
    """The prices of a downloaded list, checked to be the list that was asked for.

    `offer_code` may be empty: savings plans call themselves otherwise in their files.
    A damaged download is deleted, so that the next try fetches it anew. Raises Damaged.
    """
    try:
        file = PriceFile(
            got.opened, name=shown(found.url), max_bytes=limits.OFFER_BYTES
        )
        about = file.about
        if offer_code and about.offer_code != offer_code:
            raise file.error(
                5, f"a list of {about.offer_code!r}, not of {offer_code!r}"
            )
        if found.dated and about.version != found.version:
            raise file.error(
                4, f"version {about.version!r}, but {found.version!r} was asked for"
            )
        yield from read(file)
    except Damaged:
        for path in got.files:
            path.unlink(missing_ok=True)
        raise
