"""Earlier urns of renamed resources: from previews, streams and programs run offline."""

from pathlib import Path

from farebox.graph.offline.program import read_program
from farebox.graph.preview import read_preview
from farebox.graph.resource import ResourceGraph
from farebox.graph.stream import read_stream
from tests.graph.documents import (
    PRELUDE,
    VOLUME,
    planned,
    preview,
    state,
    step,
    stream,
    summary,
    urn_of,
)

OLD = state(VOLUME, "old")
NEW = state(VOLUME, "new", aliases=[urn_of(VOLUME, "old")])


def names(graph: ResourceGraph) -> dict[str, tuple[str, ...]]:
    """Names of resources with the ends of their earlier urns."""
    return {
        item.name: tuple(urn.split("::", 2)[2] for urn in item.aliases)
        for item in graph.resources
    }


def test_a_preview_tells_which_alias_the_engine_matched() -> None:
    data = preview(step("same", NEW, OLD))
    assert names(read_preview(data)) == {"new": (f"{VOLUME}::old",)}
    assert names(read_preview(data, side="base")) == {"old": ()}


def test_the_old_side_of_a_renamed_component_keeps_its_children() -> None:
    box = state("shop:index:Box", "box", custom=False)
    crate = state("shop:index:Box", "crate", custom=False)
    below = f"shop:index:Box${VOLUME}"
    old = state(below, "box-disk", parent=box["urn"])
    new = state(below, "crate-disk", parent=crate["urn"])
    graph = read_preview(
        preview(step("same", crate, box), step("same", new, old)), side="base"
    )
    disk = graph.by_urn[urn_of(below, "box-disk")]
    assert graph.component_of(disk) == urn_of("shop:index:Box", "box")


def test_a_stream_tells_it_by_the_old_urn_alone() -> None:
    data = stream(
        PRELUDE, planned("same", state(VOLUME, "new"), OLD), summary({"same": 1})
    )
    # An event's step is of the new urn, its old state of the old one.
    assert names(read_stream(data)) == {"new": (f"{VOLUME}::old",)}


PROGRAM = """
import pulumi
import pulumi_aws as aws


class Box(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("shop:index:Box", name, None, opts)
        below = pulumi.ResourceOptions(parent=self)
        aws.ebs.Volume(f"{name}-disk", availability_zone="us-east-1a", opts=below)
        aws.ebs.Volume("spare", availability_zone="us-east-1a", opts=below)


def renamed(*aliases):
    return pulumi.ResourceOptions(aliases=list(aliases))


zone = {"availability_zone": "us-east-1a"}
aws.ebs.Volume("by-name", **zone, opts=renamed(pulumi.Alias(name="old")))
aws.ebs.Volume("by-urn", **zone, opts=renamed("urn:pulumi:dev::shop::a:b:C::other"))
aws.ebs.Volume("plain", **zone)
aws.ebs.Volume(
    "from-box",
    **zone,
    opts=renamed(pulumi.Alias(parent="urn:pulumi:dev::shop::shop:index:Box::gone")),
)
crate = Box("crate", renamed(pulumi.Alias(name="box")))
"""


def test_a_program_that_runs_offline_tells_every_urn_its_aliases_can_mean(
    tmp_path: Path,
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aws:region: us-east-1\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    found = names(read_program(tmp_path, "dev"))
    box = "shop:index:Box"
    assert found["by-name"] == (f"{VOLUME}::old",)
    assert found["by-urn"] == ("a:b:C::other",)
    assert found["plain"] == ()
    assert found["from-box"] == (f"{box}${VOLUME}::from-box",)
    assert found["crate"] == (f"{box}::box",)
    # As the engine has it: a child whose name began as its parent's did, still does.
    assert found["crate-disk"] == (f"{box}${VOLUME}::box-disk",)
    # A urn holds the types of the parents, not their names: this one stays.
    assert found["spare"] == ()
