"""The availability zones of AWS's regions.

A zone's id means the same place for everybody; which letter of a region means which
zone differs from account to account. Here the letters follow the ids in order.
"""

ZONE_NUMBERS = {
    "us-east-1": (1, 2, 3, 4, 5, 6),
    "us-west-1": (1, 3),
    "us-west-2": (1, 2, 3, 4),
    "ca-central-1": (1, 2, 4),
    "ap-northeast-1": (1, 2, 4),
    "ap-northeast-2": (1, 2, 3, 4),
} | dict.fromkeys(
    (
        "us-east-2",
        "ca-west-1",
        "mx-central-1",
        "sa-east-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "ap-east-1",
        "ap-south-1",
        "ap-south-2",
        "ap-northeast-3",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-7",
        "af-south-1",
        "il-central-1",
        "me-central-1",
        "me-south-1",
    ),
    (1, 2, 3),
)
"""The numbers at the end of the zone ids that new accounts get in each region.

Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
"""

SHORT = {"north": "n", "south": "s", "east": "e", "west": "w", "central": "c"}


def zones_of(region: str) -> dict[str, str]:
    """Zone ids by zone name, in order; empty for a region that is not known here."""
    numbers = ZONE_NUMBERS.get(region, ())
    if not numbers:
        return {}
    area, direction, place = region.split("-")
    for word, letter in SHORT.items():
        direction = direction.replace(word, letter)
    return {
        f"{region}{letter}": f"{area}{direction}{place}-az{number}"
        for letter, number in zip("abcdef", numbers, strict=False)
    }


def region_of_zone_id(zone_id: str) -> str | None:
    """`us-east-1` for `use1-az4`, or a local zone's `use1-bos1-az1`; None if unknown."""
    short = zone_id.partition("-")[0]
    for region in ZONE_NUMBERS:
        first = next(iter(zones_of(region).values()))
        if first.partition("-")[0] == short:
            return region
    return None
