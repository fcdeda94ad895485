"""A program in its own preview hands over the graph of what it registered."""

from pathlib import Path

import pytest

from farebox.graph import UNKNOWN, ResourceGraph
from farebox.graph.offline.program import read_program
from tests.graph.harness import (
    PROGRAMS,
    by_name,
    resources_without_order,
    run_preview,
    write_project,
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

COLLECTED: list[ResourceGraph] = []
"""What the programs below hand over; each test empties it first."""

COLLECT = """
from farebox.graph.program import collect
from tests.graph.test_program_collect import COLLECTED
collect(COLLECTED.append)
import pulumi
import pulumi_aws as aws
"""


@pytest.fixture(autouse=True)
def _nothing_collected() -> None:
    COLLECTED.clear()


def collected(folder: Path, program: str, *, dry_run: bool = True) -> ResourceGraph:
    write_project(folder, COLLECT + program)
    run_preview(folder, dry_run=dry_run)
    (graph,) = COLLECTED
    return graph


def test_a_program_in_its_preview_gives_the_graph_that_it_gives_offline(
    tmp_path: Path,
) -> None:
    program = (PROGRAMS / "shop" / "__main__.py").read_text()
    stack = (PROGRAMS / "shop" / "Pulumi.dev.yaml").read_text()
    project = (PROGRAMS / "shop" / "Pulumi.yaml").read_text()
    folder = write_project(
        tmp_path, COLLECT + program, project=project, stacks={"dev": stack}
    )

    run_preview(folder)
    offline = read_program(folder, "dev")

    (graph,) = COLLECTED
    assert len(graph) == 12
    assert resources_without_order(graph) == resources_without_order(offline)
    assert (graph.project, graph.stack) == ("shop", "dev")
    assert graph.config == offline.config


def test_a_resource_made_inside_apply_is_in_the_graph(tmp_path: Path) -> None:
    graph = collected(
        tmp_path,
        """
vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
vpc.cidr_block.apply(
    lambda block: aws.ebs.Volume("late", availability_zone="us-east-1a", size=8)
)
""",
    )
    assert by_name(graph)["late"].input("size") == 8


def test_what_a_transform_makes_of_a_resource_is_what_counts(tmp_path: Path) -> None:
    graph = collected(
        tmp_path,
        """
def larger(args):
    return pulumi.ResourceTransformResult({**args.props, "size": 100}, args.opts)

def faster(args):
    return pulumi.ResourceTransformResult({**args.props, "iops": 4000}, args.opts)

pulumi.runtime.register_resource_transform(larger)
aws.ebs.Volume("data", availability_zone="us-east-1a", size=8,
    opts=pulumi.ResourceOptions(transforms=[faster]))
aws.ebs.Volume("other", availability_zone="us-east-1a", size=8)
""",
    )
    data, other = by_name(graph)["data"], by_name(graph)["other"]
    assert (data.input("size"), data.input("iops")) == (100, 4000)
    assert (other.input("size"), other.input("iops")) == (100, None)


def test_a_remote_component_is_said_to_hide_its_children(tmp_path: Path) -> None:
    graph = collected(
        tmp_path,
        """
class Cluster(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("eks:index:Cluster", name, {"size": 3}, remote=True)

Cluster("cluster")
""",
    )
    cluster = by_name(graph)["cluster"]
    assert cluster.custom, "it must count as a resource that no rule prices"
    assert cluster.input("size") == 3
    (note,) = graph.notes
    assert "cluster (eks:index:Cluster) is a remote component" in note
    assert "lower bound" in note


def test_a_component_has_no_price_of_its_own_and_is_the_parent(tmp_path: Path) -> None:
    graph = collected(
        tmp_path,
        """
class Store(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("demo:store:Store", name)
        aws.ebs.Volume("data", availability_zone="us-east-1a", size=8,
            opts=pulumi.ResourceOptions(parent=self))

Store("store")
""",
    )
    data, store = by_name(graph)["data"], by_name(graph)["store"]
    assert not store.custom
    assert data.urn == (
        "urn:pulumi:dev::demo::demo:store:Store$aws:ebs/volume:Volume::data"
    )
    assert graph.component_of(data) == store.urn


def test_a_secret_leaves_no_text_in_the_graph(tmp_path: Path) -> None:
    graph = collected(
        tmp_path,
        """
aws.ec2.Instance("server", ami="ami-1", instance_type="t3.micro",
    user_data=pulumi.Output.secret("hush"),
    tags={"a": pulumi.Output.secret("hush"), "b": "seen"})
""",
    )
    server = by_name(graph)["server"]
    assert "hush" not in repr(server)
    assert server.input("userData") is UNKNOWN


def test_collecting_twice_hands_over_one_graph(tmp_path: Path) -> None:
    graph = collected(tmp_path, "assert not collect(COLLECTED.append)\n")
    assert len(graph) == 1


def test_nothing_is_collected_outside_of_a_preview(tmp_path: Path) -> None:
    write_project(tmp_path, COLLECT + 'aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")')
    run_preview(tmp_path, dry_run=False)
    assert COLLECTED == []


def test_an_error_at_the_end_is_one_warning_and_the_preview_goes_on(
    tmp_path: Path,
) -> None:
    write_project(
        tmp_path,
        """
        from farebox.graph.program import collect

        def fail(graph):
            raise RuntimeError("no\\nluck")

        collect(fail)
        """,
    )
    assert run_preview(tmp_path) == [
        ("warning", "farebox: this stack was not priced: no luck")
    ]


def test_resources_made_before_the_call_are_counted_in_a_note(tmp_path: Path) -> None:
    # Only a question to the provider lets registrations through before the last line.
    write_project(
        tmp_path,
        f"""
import pulumi_aws as aws
aws.ebs.Volume("early", availability_zone="us-east-1a", size=8)
for _ in range(9):
    aws.get_availability_zones()
{COLLECT}
aws.ebs.Volume("data", availability_zone="us-east-1a", size=8)
""",
    )
    run_preview(tmp_path)
    (graph,) = COLLECTED
    assert sorted(by_name(graph)) == ["data", "demo-dev"]
    assert graph.notes == (
        "1 resource was made before Farebox was called and is not in these figures: "
        "call farebox.price_program() before the first resource.",
    )
