"""Places within a region where its prices do not hold.

Source: https://aws.amazon.com/ec2/pricing/on-demand/ (Local Zones, Wavelength Zones)
Source: https://aws.amazon.com/outposts/
"""

import re

OUTPOST = "what is on an Outpost is paid with the Outpost, not at the region's prices"
REGULAR_ZONE = re.compile(r"[a-z]+(-[a-z]+)+-[0-9]+[a-z]")


def is_local(zone: str) -> bool:
    """Whether a zone's name is that of a Local or Wavelength Zone.

    Source: https://docs.aws.amazon.com/local-zones/latest/ug/available-local-zones.html
    """
    return bool(zone) and REGULAR_ZONE.fullmatch(zone) is None and "-" in zone


def local_prices(zone: str) -> str:
    """Why what runs in a Local or Wavelength Zone has no price here."""
    return f"{zone} is a Local or Wavelength Zone, which has prices of its own"
