"""The table of instance types and of the zones that offer them."""

import pytest

from farebox.hosting import instance_types
from farebox.hosting.errors import ConfigError, DataError
from farebox.hosting.instance_types import (
    instance_type,
    regions,
    zones,
    zones_offering,
)

ASKED_FAMILIES = [
    "r5",
    "r5a",
    "r6a",
    "r6i",
    "r6g",
    "r7a",
    "r7i",
    "r7g",
    "r8g",
    "m5",
    "m6a",
    "m6i",
    "m6g",
    "m7a",
    "m7i",
    "m7g",
    "c6a",
    "c6i",
    "c7i",
    "c7g",
    "t3",
    "t3a",
    "t4g",
]


def test_an_r6a_4xlarge_is_as_aws_describes_it() -> None:
    # 16 vCPUs, 128 GiB, 27 attachments shared with 8 interfaces of 30 addresses,
    # 625 MiB/s and 20,000 IOPS all day.
    one = instance_type("r6a.4xlarge")
    assert (one.vcpus, one.memory_gib, one.architecture) == (16, 128, "x86_64")
    assert (one.attachments, one.attachments_are) == (27, "shared")
    assert (one.max_enis, one.ipv4_per_eni) == (8, 30)
    assert (one.ebs_mib_per_second, one.ebs_iops) == (625, 20_000)


def test_interfaces_take_attachments_where_they_are_shared() -> None:
    # 27 less the root: 26; with 8 interfaces 7 less: 19. Dedicated ones stay.
    assert instance_type("r6a.4xlarge").data_volumes() == 26
    assert instance_type("r6a.8xlarge").data_volumes(network_interfaces=8) == 19
    assert instance_type("r7a.8xlarge").data_volumes() == 31
    assert instance_type("r7a.8xlarge").data_volumes(network_interfaces=8) == 31


@pytest.mark.parametrize("family", ASKED_FAMILIES)
def test_every_family_has_a_large_size_and_its_zones(family: str) -> None:
    assert instance_type(f"{family}.large").vcpus == 2
    for region in regions():
        assert set(zones_offering(f"{family}.large", region)) <= set(zones(region))


def test_six_regions_are_known() -> None:
    assert regions() == (
        "ap-southeast-1",
        "eu-central-1",
        "eu-west-1",
        "us-east-1",
        "us-east-2",
        "us-west-2",
    )
    assert zones("us-east-1") == tuple(f"use1-az{number}" for number in range(1, 7))


def test_r6a_is_absent_from_two_zones() -> None:
    assert "use1-az3" not in zones_offering("r6a.8xlarge", "us-east-1")
    assert zones_offering("r6a.8xlarge", "ap-southeast-1") == ("apse1-az1", "apse1-az2")
    # r7a is not sold in Singapore at all.
    assert zones_offering("r7a.8xlarge", "ap-southeast-1") == ()


def test_sizes_of_a_family_have_like_memory_per_vcpu() -> None:
    # A law that a slip in the table would break: r has 8 GiB a vCPU, m 4, c 2.
    for name, one in instance_types._types().items():
        each = {"r": 8, "m": 4, "c": 2}.get(name[0])
        # The oldest c5 have a tenth more; .medium sizes are one vCPU.
        if each is not None:
            assert one.memory_gib / one.vcpus == pytest.approx(each, rel=0.001), name


def test_an_unknown_type_is_told_the_nearest() -> None:
    with pytest.raises(
        ConfigError, match=r"no instance type 'r6a.4xlrge'.*r6a.4xlarge"
    ):
        instance_type("r6a.4xlrge")


def test_an_unknown_region_is_told_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"region 'eu-north-1'.*eu-west-1, us-east-1"):
        zones("eu-north-1")


TYPES_HEAD = ",".join(instance_types.InstanceType.__struct_fields__)
GOOD_TYPE = "r6a.large,2,16384,x86_64,27,shared,3,10,81.25,3600"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("types", "name,vcpus\n", "instance_types.csv must have the columns"),
        ("types", f"{TYPES_HEAD}\nr6a.large,2\n", "line 2 must have 10 cells"),
        ("types", f"{TYPES_HEAD}\n{GOOD_TYPE}\n{GOOD_TYPE}\n", "line 3: r6a.large is"),
        ("types", f"{TYPES_HEAD}\n{GOOD_TYPE.replace('2,', 'two,', 1)}\n", "line 2:"),
        ("types", f"# x\n{TYPES_HEAD}\n{GOOD_TYPE.replace('x86', 'z80')}\n", "line 3:"),
        (
            "offerings",
            "region,instance_type,zone_ids\nmars-1,*,m-az1\nmars-1,r6a.*,m-az2\n",
            "line 3: r6a.* is listed twice or in a zone",
        ),
        (
            "offerings",
            "region,instance_type,zone_ids\nmars-1,*,m-az1\n",
            "has no line for",
        ),
    ],
)
def test_a_broken_table_names_its_line(
    monkeypatch: pytest.MonkeyPatch, file: str, text: str, said: str
) -> None:
    class Package:
        def joinpath(self, *_: str) -> "Package":
            return self

        def read_text(self, _: str) -> str:
            return text

    read = instance_types._types if file == "types" else instance_types._offerings
    instance_type("r6a.large")  # The other table stays the real one.
    monkeypatch.setattr(instance_types, "files", lambda _: Package())
    with pytest.raises(DataError) as refused:
        read.__wrapped__()
    assert said in str(refused.value)
