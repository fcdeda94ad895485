"""What EC2 instance types hold, and which zones offer them.

Two small tables ship with the package; they are read and checked at the first
look-up. docs/hosting.md says where their figures come from.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from msgspec import Struct, ValidationError, convert

from farebox.hosting.errors import ConfigError, DataError

SOURCE = "EC2 DescribeInstanceTypes, as moto 5.2.5 carries it"
DISK_NAMES = 78
"""Names that EC2 has for data volumes of a machine, /dev/xvdba to /dev/xvddz.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
"""
OFFERINGS_SOURCE = "EC2 DescribeInstanceTypeOfferings, as moto 5.2.5 carries it"


class InstanceType(Struct, frozen=True):
    """One instance type: its size and the limits that come with it.

    `attachments` are EBS volumes, the root volume included; where `attachments_are`
    "shared", every network interface after the first takes one of them. The EBS
    figures are baselines: what the machine moves all day, not for half an hour.
    """

    instance_type: str
    vcpus: int
    memory_mib: int
    architecture: str
    attachments: int
    attachments_are: str
    max_enis: int
    ipv4_per_eni: int
    ebs_mib_per_second: float
    ebs_iops: int

    @property
    def memory_gib(self) -> float:
        """Memory in GiB."""
        return self.memory_mib / 1024

    def data_volumes(self, network_interfaces: int = 1) -> int:
        """Volumes that it attaches beside its root volume, each under a name."""
        others = network_interfaces - 1 if self.attachments_are == "shared" else 0
        return min(self.attachments - 1 - others, DISK_NAMES)


def instance_type(name: str) -> InstanceType:
    """The instance type of this name; ConfigError names the nearest if there is none."""
    types = _types()
    if name not in types:
        near = get_close_matches(name, types, n=1, cutoff=0.0)
        raise ConfigError(
            f"there is no instance type {name!r} in Farebox's table"
            f" ({len(types)} types of {len({t.split('.')[0] for t in types})} families);"
            f" the nearest is {near[0]}"
        )
    return types[name]


def all_types() -> tuple[InstanceType, ...]:
    """Every instance type of the table, in its order."""
    return tuple(_types().values())


def regions() -> tuple[str, ...]:
    """The regions whose zones are known."""
    return tuple(sorted(_offerings()))


def zones(region: str) -> tuple[str, ...]:
    """All zone ids of a region; ConfigError when the region is not in the table."""
    return _of_region(region)["*"]


def zones_offering(name: str, region: str) -> tuple[str, ...]:
    """Zone ids of a region that offer an instance type; ConfigError as above."""
    instance_type(name)
    table = _of_region(region)
    family = f"{name.split('.')[0]}.*"
    return table[name] if name in table else table[family]


def _of_region(region: str) -> Mapping[str, tuple[str, ...]]:
    table = _offerings()
    if region not in table:
        raise ConfigError(
            f"the zones of region {region!r} are not in Farebox's table; it has"
            f" {', '.join(regions())}"
        )
    return table[region]


@cache
def _types() -> Mapping[str, InstanceType]:
    rows = table_rows("instance_types.csv", list(InstanceType.__struct_fields__))
    types: dict[str, InstanceType] = {}
    for number, row in rows:
        try:
            one = convert(row, InstanceType, strict=False)
        except ValidationError as error:
            raise DataError(f"instance_types.csv line {number}: {error}") from error
        positive = (one.vcpus, one.memory_mib, one.attachments, one.ebs_mib_per_second)
        if (
            one.instance_type in types
            or min(positive) <= 0
            or one.architecture not in ("x86_64", "arm64")
            or one.attachments_are not in ("shared", "dedicated")
        ):
            raise DataError(
                f"instance_types.csv line {number}: {one.instance_type} is listed"
                " twice or has a figure that cannot be"
            )
        types[one.instance_type] = one
    return types


@cache
def _offerings() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    table: dict[str, dict[str, tuple[str, ...]]] = {}
    columns = ["region", "instance_type", "zone_ids"]
    for number, row in table_rows("instance_offerings.csv", columns):
        of_region = table.setdefault(row["region"], {})
        zone_ids = tuple(row["zone_ids"].split())
        known = of_region.get("*", zone_ids)
        if row["instance_type"] in of_region or not set(zone_ids) <= set(known):
            raise DataError(
                f"instance_offerings.csv line {number}: {row['instance_type']} is"
                " listed twice or in a zone that the region's own line does not have"
            )
        of_region[row["instance_type"]] = zone_ids
    families = {f"{name.split('.')[0]}.*" for name in _types()} | {"*"}
    for region, of_region in table.items():
        if missing := families - set(of_region):
            raise DataError(
                f"instance_offerings.csv has no line for {min(missing)} in {region}"
            )
    return table


def table_text(file: str) -> str:
    """The text of a table that ships with the package."""
    return files("farebox.hosting").joinpath("data", file).read_text("utf-8")


def table_rows(file: str, columns: list[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table with their line numbers; lines from # on are remarks."""
    lines = [
        (number, line.split(","))
        for number, line in enumerate(table_text(file).splitlines(), start=1)
        if line and not line.startswith("#")
    ]
    if not lines or lines[0][1] != columns:
        raise DataError(f"{file} must have the columns {', '.join(columns)}")
    rows = []
    for number, cells in lines[1:]:
        if len(cells) != len(columns):
            raise DataError(f"{file} line {number} must have {len(columns)} cells")
        rows.append((number, dict(zip(columns, cells, strict=True))))
    return rows
