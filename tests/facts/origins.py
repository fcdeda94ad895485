"""What a fact's source is called in the book: its address, its version, how it was read.

Also what is doubtful about a row, which its source's note begins with (prices/doubts.py).
"""

import re

from farebox.prices.doubts import BY_NAME, FIRST_TIER
from farebox.prices.values import Source

_FEED = (
    "https://b0.p.awsstatic.com/pricing/2.0/meteredUnitMaps/{0}/USD/current/{0}.json"
)
_KEPT = "as kept in lamngockhuong/aws-price lib/data/pricing"
_GITHUB = "https://github.com/"
_LIST = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/{}/current/"

_PROJECTS: dict[str, tuple[str, str, str]] = {
    "feed:ec2-transformed": (
        f"{_GITHUB}lamngockhuong/aws-price/blob/508fb45296c89efe38772babd7ec766644629267"
        "/lib/data/pricing/ec2-transformed.json",
        "508fb452",
        "the pricing page's own EC2 feed, Linux, on demand, as that project keeps it",
    ),
    "coroot": (
        f"{_GITHUB}coroot/cloud-pricing/blob/af03ead/data/cloud-pricing.json.gz",
        "af03ead",
        "Multi-AZ, kept where Single-AZ equals the list of 2025-04 and it is twice that",
    ),
    "karpenter": (
        f"{_GITHUB}aws/karpenter-provider-aws/blob/6fc13b5236fd/pkg/providers/pricing/"
        "zz_generated.pricing_aws.go",
        "6fc13b5236fd",
        "Price List GetProducts, Linux, tenancy Shared",
    ),
    "skypilot": (
        f"{_GITHUB}skypilot-org/skypilot-catalog/blob/"
        "00148f2af3672e2229b4f7bf8157d5a3f36e3c35/catalogs/v8/aws/vms.csv",
        "00148f2a",
        "Price column; the day of the commit is not known",
    ),
    "archify": (
        f"{_GITHUB}akashtalole/archify-aws/blob/40784e5d/data/prices/us-east-1.json",
        "40784e5d",
        "rows of the bulk price list, with the list's version",
    ),
    "clarchy": (
        f"{_GITHUB}namratabhatia21/Clarchy/blob/24812aa5/src/clarchy/data/prices/aws.yaml",
        "24812aa5",
        "generated from the Price List bulk files, with SKUs",
    ),
    "terratofu": (
        f"{_GITHUB}geawilliamsUK/TerraTofuGUi/blob/3b03db86/definitions/prices/aws.toml",
        "3b03db86",
        "each row checked that day against the bulk files or the page's feed",
    ),
    "overhead": (
        f"{_GITHUB}jomspangilinan/overhead/tree/082d686e/data",
        "082d686e",
        "rows of the price list with SKUs and list versions",
    ),
    "ec2-vps": (
        f"{_GITHUB}iammanis/ec2-vps/blob/01472877/_data/rates.json",
        "01472877",
        "the pricing pages' own feeds, as that project keeps them",
    ),
    "aws_prices.csv": (
        f"{_GITHUB}iammanis/ec2-vps/blob/01472877/_data/rates.json",
        "01472877",
        "the pricing page's own feed of the storage or transfer prices",
    ),
    "davelindo": (
        f"{_GITHUB}davelindo/aws-pricing-calculator-mcp/blob/2d710bb/src/services/"
        "amazon-cloudfront.js",
        "2d710bb",
        "the tiers as the project's source has them",
    ),
}
_LOOKUP = re.compile(r"(?:bill )?lookup-(\d+)", re.ASCII)
_AT = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)@(?P<version>\w+)(?: (?P<path>\S+))?")
_FIRST = ("first tier", "first paid tier", "first two tiers")


def source_of(row: dict[str, str]) -> Source:
    """The source of a row of the facts, its doubt at the beginning of the note."""
    url, version, note = _origin(row["source"], row["service"])
    day = row["as_of"]
    if len(day) == len("2026-09"):
        day, note = f"{day}-01", f"{note}; the day in the month is not known"
    said = row["confidence"]
    if said.startswith("feed (rate without a name"):
        note = f"{note}; {said.removeprefix('feed (').removesuffix(')')}"
    elif "equal" in said and "price list, and" in said:
        note = f"{note}; {said.removeprefix('price list, and ')}"
    if row["key_evidence"] in ("name", "bill-2026"):
        note = f"{BY_NAME}{note}"
    elif is_first_tier(row):
        note = f"{FIRST_TIER}{note}"
    return Source(url, day, version, note)


def is_first_tier(row: dict[str, str]) -> bool:
    """Whether the fact says that the list may go on with further tiers."""
    return any(f"{word}" in row["confidence"] for word in _FIRST)


def _origin(name: str, service: str) -> tuple[str, str, str]:
    if name in _PROJECTS:
        return _PROJECTS[name]
    kind, _, what = name.partition(":")
    if kind == "feed":
        return _FEED.format(what), "508fb452", f"the pricing page's own feed, {_KEPT}"
    if kind == "ec2info":
        return (
            f"{_GITHUB}cristim/ec2-instances-info/blob/f9eafba8/data/{what}.json",
            "f9eafba8",
            "the price list as ec2instances.info keeps it",
        )
    if at := _AT.match(name):
        path = f"/{at['path']}" if at["path"] else ""
        tree = "blob" if path else "tree"
        return (
            f"{_GITHUB}{at['repository']}/{tree}/{at['version']}{path}",
            at["version"],
            "rows of the price list, as the project records them",
        )
    found = _LOOKUP.match(name)
    if found is None:
        raise ValueError(f"a source of the facts that is not known here: {name}")
    return (
        _LIST.format(service),
        "",
        f"as a public project's file quotes the list; look-up {found[1]}",
    )
