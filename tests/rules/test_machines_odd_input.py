"""Compute rules say what is wrong, or leave a gap, whatever a program may hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farebox.bill.statement import unaccounted
from farebox.graph.values import UNKNOWN_TEXT
from farebox.rules.errors import EstimateError, InvalidInput
from tests.casebook import frozen_book, statement_of

BOOK = frozen_book()
INSTANCE = "aws:ec2/instance:Instance"
GROUP = "aws:autoscaling/group:Group"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"

NAMES = {
    INSTANCE: "instanceType subnetId tenancy monitoring rootBlockDevice "
    "ebsBlockDevices instanceMarketOptions launchTemplate associatePublicIpAddress "
    "networkInterfaces",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": "instanceType subnetId",
    GROUP: "minSize maxSize desiredCapacity launchTemplate mixedInstancesPolicy "
    "launchConfiguration vpcZoneIdentifiers availabilityZones warmPool",
    "aws:ec2/fleet:Fleet": "launchTemplateConfigs targetCapacitySpecification "
    "spotOptions onDemandOptions",
    "aws:ec2/spotFleetRequest:SpotFleetRequest": "targetCapacity launchSpecifications "
    "launchTemplateConfigs allocationStrategy instancePoolsToUseCount",
    "aws:ec2/capacityReservation:CapacityReservation": "instanceType instanceCount",
    TEMPLATE: "name blockDeviceMappings",
    "aws:eks/cluster:Cluster": "version upgradePolicy computeConfig "
    "controlPlaneScalingConfig remoteNetworkConfig",
    "aws:eks/nodeGroup:NodeGroup": "scalingConfig subnetIds capacityType diskSize "
    "instanceTypes amiType launchTemplate",
}
INNER_NAMES = (
    "instanceType minSize maxSize desiredSize launchTemplate overrides id name "
    "launchTemplateSpecification instancesDistribution spotAllocationStrategy "
    "onDemandBaseCapacity onDemandPercentageAboveBaseCapacity spotInstancePools "
    "weightedCapacity totalTargetCapacity onDemandTargetCapacity volumeSize "
    "volumeType iops throughput deviceName ebs marketType subnetId enabled tier "
    "allocationStrategy defaultTargetCapacityType instanceRequirements"
)
INNER = INNER_NAMES.split()

SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from(
        (UNKNOWN_TEXT, "r6a.large", "spot", "3", "1e999999", "-1", "gp3", "io2", "t")
    ),
)
ANYTHING = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(INNER), inner, max_size=4),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(NAMES)), st.data())
def test_any_inputs_give_a_full_account_or_one_clear_error(
    kind: str, data: st.DataObject
) -> None:
    names = st.sampled_from(NAMES[kind].split())
    inputs = data.draw(st.dictionaries(names, ANYTHING, max_size=6))
    template = data.draw(st.dictionaries(st.sampled_from(INNER), ANYTHING, max_size=3))
    case = {
        "resources": [
            {"type": TEMPLATE, "name": "t", "inputs": {"name": "t", **template}},
            {"type": kind, "name": "it", "inputs": inputs},
        ]
    }

    try:
        statement = statement_of(case, BOOK)
    except EstimateError:
        return
    assert not unaccounted([f"{TEMPLATE}::t", f"{kind}::it"], statement)


def _group(**inputs: object) -> dict[str, object]:
    launch = {"type": TEMPLATE, "name": "t", "inputs": {"instanceType": "r6a.large"}}
    group = {
        "type": GROUP,
        "name": "pool",
        "inputs": {"launchTemplate": {"id": UNKNOWN_TEXT}, **inputs},
        "dependencies": {"launchTemplate": [f"{TEMPLATE}::t"]},
    }
    return {"resources": [launch, group]}


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"minSize": -1, "maxSize": 2}, "minSize of -1"),
        ({"minSize": 3, "maxSize": 2}, "minSize 3 above maxSize 2"),
        ({"minSize": 1, "maxSize": "1e999999"}, "maxSize of 1e999999"),
    ],
)
def test_a_size_that_cannot_be_is_refused_by_name(
    inputs: dict[str, object], words: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        statement_of(_group(**inputs), BOOK)

    assert "pool (aws:autoscaling/group:Group)" in str(caught.value)
    assert words in str(caught.value)


def test_a_desired_capacity_outside_the_bounds_is_priced_and_reported() -> None:
    statement = statement_of(_group(minSize=1, maxSize=2, desiredCapacity=3), BOOK)

    # 3 x 730 hours of r6a.large, though at most 2 may run.
    assert statement.lines[0].quantity == 2190
    assert "pool: desiredCapacity 3 lies outside 1 to 2" in statement.notes[0]


def test_a_size_that_is_not_known_is_a_gap_that_names_the_usage_key() -> None:
    case = _group(minSize=UNKNOWN_TEXT, maxSize=2)
    statement = statement_of(case, BOOK)

    assert [entry.code for entry in statement.unpriced] == ["unknown-input"]
    assert "usage key `instances`" in statement.unpriced[0].reason
    # With the key: 2 x 730 hours.
    statement = statement_of({**case, "usage": {"pool": {"instances": 2}}}, BOOK)
    assert statement.lines[0].quantity == 1460
    assert not statement.unpriced


def test_types_chosen_by_attributes_are_a_gap_with_the_way_out() -> None:
    case = _group(
        minSize=1,
        maxSize=2,
        mixedInstancesPolicy={
            "launchTemplate": {
                "launchTemplateSpecification": {"launchTemplateId": UNKNOWN_TEXT},
                "overrides": [{"instanceRequirements": {"vcpuCount": {"min": 4}}}],
            }
        },
    )
    group = case["resources"][1]  # type: ignore[index]
    group["dependencies"] = {"mixedInstancesPolicy": [f"{TEMPLATE}::t"]}

    entry = statement_of(case, BOOK).unpriced[0]

    assert entry.code == "unknown-input"
    assert "name instance types" in entry.reason


def _two_templates(second: dict[str, object]) -> dict[str, object]:
    case = _group(minSize=1, maxSize=1)
    other = {"type": TEMPLATE, "name": "u", "inputs": second}
    resources = case["resources"]
    assert isinstance(resources, list)
    resources.append(other)
    resources[1]["dependencies"]["launchTemplate"].append(f"{TEMPLATE}::u")
    return case


def test_two_candidate_templates_that_ask_for_the_same_are_fine() -> None:
    statement = statement_of(_two_templates({"instanceType": "r6a.large"}), BOOK)

    assert statement.lines[0].quantity == 730


def test_two_candidate_templates_that_differ_are_a_gap_that_names_them() -> None:
    statement = statement_of(_two_templates({"instanceType": "m7g.large"}), BOOK)

    assert [entry.code for entry in statement.unpriced] == ["unknown-input"]
    assert "may be any of t, u" in statement.unpriced[0].reason


def test_a_mistyped_instance_type_is_told_what_is_near() -> None:
    case = {
        "resources": [
            {"type": INSTANCE, "name": "vm", "inputs": {"instanceType": "r6a.4xlarg"}}
        ]
    }

    assert "did you mean r6a.4xlarge?" in statement_of(case, BOOK).unpriced[0].reason


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("instanceMarketOptions", "whether it runs on spot"),
        ("placement", "its tenancy"),
        ("monitoring", "detailed monitoring"),
        ("networkInterfaces", "associatePublicIpAddress"),
    ],
)
def test_a_block_that_is_unknown_as_a_whole_is_a_gap_and_not_a_default(
    template: str, words: str
) -> None:
    case = _group(minSize=1, maxSize=1)
    case["resources"][0]["inputs"][template] = UNKNOWN_TEXT  # type: ignore[index]

    statement = statement_of(case, BOOK)

    assert statement.lower_bound
    gaps = [x for x in statement.unpriced if words in x.reason]
    assert [x.code for x in gaps] == ["unknown-input"]


@pytest.mark.parametrize(
    "policy",
    [
        UNKNOWN_TEXT,
        {"launchTemplate": UNKNOWN_TEXT},
        {"launchTemplate": {"overrides": UNKNOWN_TEXT}},
        {"instancesDistribution": UNKNOWN_TEXT},
    ],
)
def test_a_mixed_policy_that_is_not_known_is_never_priced_as_on_demand(
    policy: object,
) -> None:
    case = _group(minSize=1, maxSize=1, mixedInstancesPolicy=policy)
    group = case["resources"][1]  # type: ignore[index]
    group["dependencies"]["mixedInstancesPolicy"] = [f"{TEMPLATE}::t"]

    statement = statement_of(case, BOOK)

    assert not statement.lines
    assert [entry.code for entry in statement.unpriced] == ["unknown-input"]


def test_an_elastic_ip_that_only_has_an_instance_in_its_tags_is_not_its_address() -> (
    None
):
    # The instance's own address and the idle one: 2 x 730 hours.
    instance = {"instanceType": "r6a.large", "associatePublicIpAddress": True}
    case = {
        "resources": [
            {"type": INSTANCE, "name": "i", "inputs": instance},
            {
                "type": "aws:ec2/eip:Eip",
                "name": "e",
                "inputs": {"tags": {"beside": UNKNOWN_TEXT}},
                "dependencies": {"tags": [f"{INSTANCE}::i"]},
            },
        ]
    }
    lines = statement_of(case, BOOK).lines
    hours = [x.quantity for x in lines if "PublicIPv4" in x.key.usage_type]
    assert hours == [730, 730]


@pytest.mark.parametrize(("addresses", "gaps"), [(1, 2), (2, 0)])
def test_an_elastic_ip_of_one_of_two_instances_leaves_both_unclear(
    addresses: int, gaps: int
) -> None:
    inputs = {"instanceType": "r6a.large", "associatePublicIpAddress": True}
    both = [f"{INSTANCE}::i", f"{INSTANCE}::j"]
    case = {
        "resources": [
            *({"type": INSTANCE, "name": name, "inputs": inputs} for name in "ij"),
            *(
                {
                    "type": "aws:ec2/eip:Eip",
                    "name": f"e{number}",
                    "inputs": {"instance": UNKNOWN_TEXT},
                    "dependencies": {"instance": both},
                }
                for number in range(addresses)
            ),
        ]
    }
    statement = statement_of(case, BOOK)
    assert [x.code for x in statement.unpriced] == ["unknown-input"] * gaps
    charged = [x for x in statement.lines if "PublicIPv4" in x.key.usage_type]
    assert len(charged) == addresses
