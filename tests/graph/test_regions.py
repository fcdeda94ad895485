"""Where a resource is: what a document names first, and what counts where it does not."""

from typing import Any

import pytest

from farebox.graph import ResourceGraph
from farebox.graph.preview import read_preview
from farebox.graph.regions import EnvironmentRegion, environment_region
from farebox.graph.state import read_state
from farebox.graph.zones import ZONE_NUMBERS, region_of_zone_id, zones_of
from tests.graph.documents import VOLUME, export, preview, root, state, step

OREGON = "arn:aws:ec2:us-west-2:123456789012:volume/vol-1"
ROLE = "arn:aws:iam::123456789012:role/web"
EIP = "aws:ec2/eip:Eip"
PROVIDER = "pulumi:providers:aws"
NOTE = (
    "No provider and no config names a region: ARNs and zones of the document do, {}."
)


def provider(name: str, **inputs: Any) -> dict[str, Any]:
    return state(PROVIDER, name, id=name, inputs=inputs, parent="", provider="")


def of(name: str) -> str:
    """The reference to a provider of the document."""
    return f"urn:pulumi:dev::shop::{PROVIDER}::{name}::{name}"


def regions(graph: ResourceGraph) -> dict[str, str | None]:
    return {x.name: x.region for x in graph.resources if x.type.startswith("aws:")}


@pytest.mark.parametrize(
    ("fields", "region"),
    [
        ({"outputs": {"arn": OREGON}}, "us-west-2"),
        ({"id": "arn:aws:sns:eu-west-1:123456789012:news"}, "eu-west-1"),
        ({"outputs": {"arn": "arn:aws-cn:ec2:cn-north-1:1:x/y"}}, "cn-north-1"),
        ({"outputs": {"arn": "arn:aws-us-gov:s3:us-gov-west-1:1:x"}}, "us-gov-west-1"),
        ({"outputs": {"availabilityZone": "eu-central-1b"}}, "eu-central-1"),
        ({"inputs": {"availabilityZone": "us-east-1a"}}, "us-east-1"),
        ({"inputs": {"availabilityZone": "us-west-2-lax-1a"}}, "us-west-2"),
        ({"inputs": {"availabilityZones": ["ap-south-1a"]}}, "ap-south-1"),
        ({"inputs": {"availabilityZoneId": "use1-az4"}}, "us-east-1"),
        ({"outputs": {"availabilityZoneId": "use1-bos1-az1"}}, "us-east-1"),
        ({"outputs": {"arn": ROLE}}, None),
        ({"inputs": {"availabilityZone": "somewhere"}}, None),
        ({"inputs": {"availabilityZoneId": "xyz1-az1"}}, None),
        ({"inputs": {"certificateArn": "arn:aws:acm:us-east-1:1:x/y"}}, None),
    ],
)
def test_an_arn_or_a_zone_of_its_own_tells_where_a_resource_is(
    fields: dict[str, Any], region: str | None
) -> None:
    graph = read_state(export(state(VOLUME, "data", **fields)))
    assert regions(graph) == {"data": region}
    assert graph.notes == ((NOTE.format(region),) if region else ())


def test_what_is_named_as_a_region_goes_before_arns() -> None:
    there = {"id": "vol-1", "outputs": {"arn": OREGON}}
    own = state(VOLUME, "own", inputs={"region": "eu-west-1"}, **there)
    of_provider = state(VOLUME, "of-provider", provider=of("main"), **there)
    told = state(VOLUME, "told", **there | {"outputs": {"region": "eu-west-3"}})
    main = provider("main", region="eu-west-2")
    graph = read_state(export(main, own, of_provider, told))
    assert regions(graph) == {
        "own": "eu-west-1",
        "of-provider": "eu-west-2",
        "told": "eu-west-3",
    }
    assert graph.notes == ()
    document = preview(root("same"), step("same", state(VOLUME, "data", **there)))
    # The config of these previews names us-east-1.
    assert regions(read_preview(document)) == {"data": "us-east-1"}


def test_the_other_resources_of_a_provider_tell_where_one_is() -> None:
    graph = read_state(
        export(
            provider("west"),
            provider("ireland"),
            state(VOLUME, "a", provider=of("west"), outputs={"arn": OREGON}),
            state(EIP, "b", provider=of("west")),
            state(VOLUME, "c", provider=of("ireland"), outputs={"region": "eu-west-1"}),
            state(VOLUME, "d", provider=of("ireland"), id="arn:aws:x:eu-west-1:1:x"),
            state(EIP, "e", provider=of("ireland")),
        )
    )
    assert regions(graph)["b"] == "us-west-2"
    assert regions(graph)["e"] == "eu-west-1"
    assert graph.notes == (NOTE.format("eu-west-1, us-west-2"),)


def test_others_that_differ_or_have_a_region_of_their_own_tell_nothing() -> None:
    elsewhere = state(
        VOLUME, "a", inputs={"region": "eu-west-1"}, id="arn:aws:x:eu-west-1:1:x"
    )
    graph = read_state(export(elsewhere, state(EIP, "b")))
    assert regions(graph)["b"] is None
    differing = [
        state(VOLUME, "a", outputs={"arn": OREGON}),
        state(VOLUME, "c", id="arn:aws:x:eu-west-1:1:x"),
    ]
    graph = read_state(export(*differing, state(EIP, "b")))
    assert regions(graph) == {"a": "us-west-2", "c": "eu-west-1", "b": None}


def test_a_persons_choice_holds_where_the_document_names_nothing() -> None:
    document = export(
        state(VOLUME, "a", outputs={"arn": OREGON}, provider=of("x")),
        state(EIP, "b", provider=of("y")),
    )
    graph = read_state(document, region="eu-north-1")
    assert regions(graph) == {"a": "us-west-2", "b": "eu-north-1"}
    assert graph.notes == (NOTE.format("us-west-2"),)


def test_the_environments_region_is_told_where_it_counts() -> None:
    chosen = environment_region({"AWS_REGION": "eu-north-1"})
    graph = read_state(export(state(EIP, "a"), state(EIP, "b")), region=chosen)
    assert regions(graph) == {"a": "eu-north-1", "b": "eu-north-1"}
    assert graph.notes == (
        "Nothing in the document names the region of 2 resources: AWS_REGION of the "
        "environment does, eu-north-1.",
    )
    # A plain text: JSON takes no other kind, and a statement has it in its gaps.
    assert {type(item.region) for item in graph.resources} == {str}
    named = preview(root(), step("create", state(EIP, "a")))
    graph = read_preview(named, region=chosen)
    assert (regions(graph), graph.notes) == ({"a": "us-east-1"}, ())


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, None),
        ({"AWS_REGION": ""}, None),
        ({"AWS_REGION": "nowhere"}, None),
        ({"AWS_DEFAULT_REGION": "us-west-2"}, ("us-west-2", "AWS_DEFAULT_REGION")),
        (
            {"AWS_DEFAULT_REGION": "us-west-2", "AWS_REGION": "eu-west-1"},
            ("eu-west-1", "AWS_REGION"),
        ),
    ],
)
def test_the_environment_names_a_region_as_aws_tools_read_it(
    environment: dict[str, str], found: tuple[str, str] | None
) -> None:
    region = environment_region(environment)
    assert (region and (str(region), region.variable)) == found
    assert region is None or isinstance(region, EnvironmentRegion)


def test_every_zone_id_leads_back_to_its_region() -> None:
    for region in ZONE_NUMBERS:
        assert {region_of_zone_id(zone) for zone in zones_of(region).values()} == {
            region
        }


def test_facts_go_before_a_region_that_the_config_keeps_secret() -> None:
    document = preview(
        root(),
        step("create", state(VOLUME, "a", inputs={"availabilityZone": "us-west-2a"})),
        step("create", state(EIP, "b", provider="")),
        config={"aws:region": "[secret]"},
    )
    assert regions(read_preview(document)) == {"a": "us-west-2", "b": "?"}
