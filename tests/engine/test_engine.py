"""The life of a stack on the real engine, and what Farebox reads of it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from farebox.graph import UNKNOWN, IncompletePreview, ResourceGraph
from farebox.graph.document import read_document
from tests.engine.engine import Deployment, Engine, EngineFailed, Outcome

DATA = "urn:pulumi:dev::shop::aws:ebs/volume:Volume::data"
ARCHIVE = "urn:pulumi:dev::shop::aws:ebs/volume:Volume::archive"
SERVER = "urn:pulumi:dev::shop::aws:ec2/instance:Instance::server"
WORKERS = "urn:pulumi:dev::shop::shop:workers:Workers::workers"
SUBNET = "urn:pulumi:dev::shop::aws:ec2/subnet:Subnet::subnet-a"

Life = Mapping[str, Outcome]


@pytest.fixture(scope="module")
def shop(engine: Engine, programs: Path) -> Deployment:
    return engine.open(programs / "shop", "dev", secrets={"password": "hush-hush"})


@pytest.fixture(scope="module")
def life(shop: Deployment) -> Life:
    """Previews before and after `up`, and after a change of the configuration."""
    found = {
        "first": shop.preview(),
        "first stream": shop.preview(streaming=True),
        "up": shop.up(),
        "state": Outcome(shop.export(), "", 0, 0),
        "same": shop.preview(),
        "same, cut short": shop.preview(show_sames=False),
    }
    shop.configure(zone="us-east-1b", volume_gib="200", gateway="true")
    found["changed"] = shop.preview()
    found["changed stream"] = shop.preview(streaming=True)
    return found


def read(life: Life, name: str) -> ResourceGraph:
    return read_document(life[name].document, name=name)


def custom(graph: ResourceGraph) -> Counter[str]:
    """Resources of AWS by type; states hold default providers, previews do not."""
    types = (item.type for item in graph.resources)
    return Counter(name for name in types if not name.startswith("pulumi:"))


def test_a_first_preview_is_read_as_thirteen_resources(life: Life) -> None:
    graph = read(life, "first")
    # By hand, from the program: 12 of AWS's and the component.
    assert custom(graph) == {
        "aws:ec2/vpc:Vpc": 1,
        "aws:ec2/subnet:Subnet": 2,
        "aws:ec2/instance:Instance": 1,
        "aws:ebs/volume:Volume": 2,
        "aws:ec2/volumeAttachment:VolumeAttachment": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 1,
        "aws:ec2/launchTemplate:LaunchTemplate": 1,
        "aws:autoscaling/group:Group": 1,
        "shop:workers:Workers": 1,
    }
    assert graph.stack == "dev"
    assert graph.project == "shop"
    assert {item.operation for item in graph.resources} == {"create"}


def test_regions_come_from_the_configuration_and_from_providers(life: Life) -> None:
    for name in ("first", "first stream", "state", "same", "changed"):
        found = read(life, name).by_urn
        assert found[DATA].region == "us-east-1", name
        assert found[ARCHIVE].region == "eu-west-1", name


def test_a_component_is_found_above_its_children(life: Life) -> None:
    for name in ("first", "state"):
        graph = read(life, name)
        (group,) = graph.by_type["aws:autoscaling/group:Group"]
        assert graph.component_of(group) == WORKERS
        assert group.name == "workers/group"


def test_an_unknown_subnet_is_found_through_dependencies(life: Life) -> None:
    for name, known in (("first", False), ("state", True)):
        graph = read(life, name)
        server = graph.by_urn[SERVER]
        value = server.input("subnetId")
        assert (value is not UNKNOWN) == known
        kinds = {"aws:ec2/subnet:Subnet"}
        (subnet,) = graph.references(server, "subnetId", value, kinds)
        assert subnet.urn == SUBNET


def test_a_secret_never_shows(life: Life) -> None:
    for name, outcome in life.items():
        assert b"hush-hush" not in outcome.document, name
        if name not in ("up", "same, cut short"):
            assert read(life, name).by_urn[SERVER].input("userData") is UNKNOWN


def test_the_stream_holds_what_the_document_holds(life: Life) -> None:
    for name in ("first", "changed"):
        whole, stream = read(life, name), read(life, f"{name} stream")
        assert custom(whole) == custom(stream)
        for urn, item in whole.by_urn.items():
            other = stream.by_urn[urn]
            assert other.operation == item.operation, urn
            assert other.region == item.region, urn
            assert other.raw_inputs.keys() == item.raw_inputs.keys(), urn


def known_values(item: Any, other: Any) -> Iterator[tuple[Any, Any]]:
    """Pairs of values at the same place of two inputs, where both are known."""
    if isinstance(item, dict) and isinstance(other, dict):
        assert item.keys() == other.keys()
        for key in item:
            yield from known_values(item[key], other[key])
    elif isinstance(item, list) and isinstance(other, list):
        for one, two in zip(item, other, strict=True):
            yield from known_values(one, two)
    elif item is not UNKNOWN and other is not UNKNOWN:
        yield item, other


def test_preview_and_state_agree_on_types_and_inputs(life: Life) -> None:
    before, after = read(life, "first"), read(life, "state")
    assert custom(before) == custom(after)
    for item in before.resources:
        if item.type.startswith("pulumi:"):
            continue
        other = after.by_urn[item.urn]
        assert other.parent == item.parent
        for key in item.raw_inputs:
            if key in ("__defaults", "name"):
                continue  # a generated name is drawn anew by each deployment
            for one, two in known_values(item.input(key), other.input(key)):
                assert one == two, (item.urn, key)


def test_unchanged_resources_are_in_a_preview_only_with_show_sames(life: Life) -> None:
    graph = read(life, "same")
    assert custom(graph) == custom(read(life, "state"))
    assert {item.operation for item in graph.resources} == {"same"}
    with pytest.raises(IncompletePreview, match="--show-sames"):
        read(life, "same, cut short")


def test_a_replacement_is_new_in_the_head_and_old_in_the_base(life: Life) -> None:
    document = life["changed"].document
    head = read_document(document, name="changed").by_urn
    base = read_document(document, name="changed", side="base").by_urn
    assert head[DATA].operation == "replace"
    assert head[DATA].input("size") == 200
    assert head[DATA].input("availabilityZone") == "us-east-1b"
    assert base[DATA].input("size") == 100
    gateways = [urn for urn in head if "natGateway" in urn]
    assert len(gateways) == 1
    assert not set(gateways) & base.keys()


def test_a_deployed_stack_has_ids_and_an_output(life: Life, shop: Deployment) -> None:
    found = read(life, "state").by_urn
    assert found[SERVER].id.startswith("i-")
    assert found[SERVER].input("subnetId") == found[SUBNET].id
    assert shop.outputs()["group"].startswith("workers/group-")


def test_a_stack_reference_is_read_from_the_other_state(
    engine: Engine, programs: Path, shop: Deployment, life: Life
) -> None:
    consumer = engine.open(
        programs / "consumer", "dev", config={"aws:region": "us-east-1"}, beside=shop
    )
    graph = read_document(consumer.preview().document, name="consumer")
    (topic,) = graph.by_type["aws:sns/topic:Topic"]
    assert topic.input("tags")["group"].startswith("workers/group-")
    (reference,) = graph.by_type["pulumi:pulumi:StackReference"]
    assert reference.operation == "read"


def test_deletions_and_an_empty_stack(engine: Engine, programs: Path) -> None:
    stack = engine.open(programs / "many", "few", config=FEW)
    stack.up()
    stack.write("__main__.py", "import pulumi\n")
    document = stack.preview().document
    assert not custom(read_document(document, name="deletion"))
    base = read_document(document, name="deletion", side="base")
    assert custom(base)["aws:ebs/volume:Volume"] == 4
    stack.destroy()
    assert len(read_document(stack.export(), name="empty state")) == 0
    assert not custom(read_document(stack.preview().document, name="empty"))


FEW = {"count": "8", "aws:region": "us-east-1"}


REFUSALS = [
    ("network", "10.0.0.0/8 is not between /16 and /28"),
    ("type", "'nlb' is none of application, gateway, network"),
    ("name", "'a-name-that-is-too-long-for-aws' and 8 more are longer than 32"),
]


@pytest.mark.parametrize(("mistake", "said"), REFUSALS)
def test_a_preview_fails_where_the_provider_would_refuse(
    engine: Engine, programs: Path, mistake: str, said: str
) -> None:
    with pytest.raises(EngineFailed) as refused:
        engine.preview(programs / "wrong", mistake, config={"wrong:mistake": mistake})
    assert said in str(refused.value)


def test_a_deployment_fails_where_aws_would_refuse(
    engine: Engine, programs: Path
) -> None:
    stack = engine.open(programs / "wrong", "dev", config={"wrong:mistake": "subnet"})
    stack.preview()
    outcome = stack.up(check=False)
    assert outcome.exit_code != 0
    assert b"10.1.0.0/24 is not in the VPC's 10.0.0.0/16" in outcome.document


def test_a_thousand_resources_are_read_as_a_thousand(
    engine: Engine, programs: Path
) -> None:
    config = {"count": "1000", "aws:region": "us-east-1"}
    outcome = engine.preview(programs / "many", "big", config=config)
    graph = read_document(outcome.document, name="big")
    assert len(graph) == 1000
    assert json.loads(outcome.document)["changeSummary"] == {"create": 1000}
    last = graph.by_urn["urn:pulumi:big::many::aws:ebs/volume:Volume::volume-995"]
    assert last.input("size") == 100
    print(f"1,000 resources: {outcome.seconds:.1f} s, {len(outcome.document):,} bytes")
