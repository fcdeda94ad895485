"""A program runs without an engine and gives what a first preview would show."""

import os
import sys
from pathlib import Path

import pytest

from farebox.graph import UNKNOWN, ProgramError
from farebox.graph.offline.program import read_program
from tests.graph.harness import PROGRAMS, by_name, write_project

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

AWS = "import pulumi\nimport pulumi_aws as aws\n"
SHOP = PROGRAMS / "shop"


def test_a_shop_gives_the_resources_of_its_first_preview(
    capfd: pytest.CaptureFixture[str],
) -> None:
    graph = read_program(SHOP, "dev")

    # 1 stack, 1 network, 2 subnets, 1 component with a group and 3 machines, 1 late
    # volume, 1 provider, 1 bucket.
    assert len(graph) == 12
    web = by_name(graph)["web-1"]
    assert (
        web.urn == "urn:pulumi:dev::shop::shop:web:Web$aws:ec2/instance:Instance::web-1"
    )
    assert web.input("rootBlockDevice") == {"volumeSize": 20, "volumeType": "gp3"}
    assert web.input("subnetId") is UNKNOWN
    assert web.dependencies["subnetId"] == [by_name(graph)["public-1"].urn]
    assert web.source_position == "__main__.py:37"
    assert web.region == "us-east-1"
    assert by_name(graph)["backups"].region == "eu-west-1"
    assert by_name(graph)["late-10"].input("size") == 8
    printed, said = capfd.readouterr()
    assert printed == ""
    assert "hello from the program" in said


def test_a_secret_of_the_config_stays_out_of_the_graph() -> None:
    graph = read_program(SHOP, "dev")
    assert by_name(graph)["web-1"].input("userData") is UNKNOWN
    assert graph.config["shop:password"] == "[secret]"
    assert "v1:AAAA" not in repr(graph.resources)
    assert any("shop:password" in note for note in graph.notes)


def test_the_answers_that_a_program_got_are_told_once() -> None:
    notes = read_program(SHOP, "dev").notes
    assert sum("zones of us-east-1" in note for note in notes) == 1
    assert sum("machine images are a placeholder" in note for note in notes) == 1


def test_a_second_program_does_not_see_the_first_ones_modules(tmp_path: Path) -> None:
    sizes = []
    for size in (10, 20):
        folder = tmp_path / str(size)
        folder.mkdir()
        (folder / "stack_sizes.py").write_text(f"SIZE = {size}\n")
        write_project(
            folder,
            AWS
            + "from stack_sizes import SIZE\n"
            + 'aws.ebs.Volume("data", availability_zone="us-east-1a", size=SIZE)',
        )
        sizes.append(by_name(read_program(folder, "dev"))["data"].input("size"))
    assert sizes == [10, 20]
    assert "stack_sizes" not in sys.modules


def test_a_run_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    from pulumi.runtime.settings import get_monitor

    write_project(tmp_path, AWS + 'raise RuntimeError("no")')
    before = (os.getcwd(), list(sys.path), list(sys.argv), get_monitor())
    with pytest.raises(ProgramError):
        read_program(tmp_path, "dev")
    assert (os.getcwd(), list(sys.path), list(sys.argv), get_monitor()) == before


def test_progress_counts_the_resources(tmp_path: Path) -> None:
    write_project(
        tmp_path,
        AWS + 'for n in range(3): aws.ec2.Eip(f"e{n}", domain="vpc")',
    )
    counts: list[int] = []
    read_program(tmp_path, "dev", on_progress=counts.append)
    assert counts == [1, 2, 3, 4]


def test_the_region_asked_for_holds_where_the_config_has_none(tmp_path: Path) -> None:
    write_project(
        tmp_path,
        AWS
        + 'aws.ebs.Volume("a", availability_zone=aws.get_region().region + "a", size=1)',
        stacks={"dev": "", "fixed": "config: {aws:region: eu-west-1}"},
    )
    asked = read_program(tmp_path, "dev", region="us-west-2")
    fixed = read_program(tmp_path, "fixed", region="us-west-2")
    assert by_name(asked)["a"].region == "us-west-2"
    assert by_name(asked)["a"].input("availabilityZone") == "us-west-2a"
    assert by_name(fixed)["a"].region == "eu-west-1"


def test_a_question_through_a_provider_is_answered_for_its_region(
    tmp_path: Path,
) -> None:
    write_project(
        tmp_path,
        AWS
        + """
europe = aws.Provider("europe", region="eu-west-1")
zones = aws.get_availability_zones_output(
    opts=pulumi.InvokeOutputOptions(provider=europe))
zones.names.apply(lambda names: [
    aws.ebs.Volume(name, availability_zone=name, size=1) for name in names])
""",
    )
    names = by_name(read_program(tmp_path, "dev"))
    assert {"eu-west-1a", "eu-west-1b", "eu-west-1c"} <= set(names)


def test_outputs_of_another_stack_are_not_known_and_a_note_says_so(
    tmp_path: Path,
) -> None:
    write_project(
        tmp_path,
        AWS
        + """
network = pulumi.StackReference("org/network/dev")
aws.ec2.Instance("server", ami="ami-1", instance_type="t3.micro",
    subnet_id=network.get_output("subnet"))
""",
    )
    graph = read_program(tmp_path, "dev")
    assert by_name(graph)["server"].input("subnetId") is UNKNOWN
    assert by_name(graph)["org/network/dev"].operation == "read"
    assert graph.notes == (
        "offline: the outputs of stack org/network/dev cannot be read and count as "
        "not known",
    )


def test_a_resource_passed_whole_counts_as_its_id(tmp_path: Path) -> None:
    # As in a preview: the provider gets the id, which is not known yet, and the engine
    # still knows which resource it is of.
    write_project(
        tmp_path,
        AWS
        + """
class Net(pulumi.ComponentResource):
    def __init__(self, name, vpc):
        super().__init__("demo:net:Net", name, {"vpc": vpc})
        self.subnet = aws.ec2.Subnet("subnet", vpc_id=vpc, cidr_block="10.0.0.0/24")

net = Net("net", aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16"))
gateway = aws.ec2.NatGateway("gateway", subnet_id=net.subnet)
aws.ec2.Route("route", route_table_id="rtb-1", nat_gateway_id=gateway.id,
    destination_cidr_block="0.0.0.0/0")
pulumi.export("gateway", gateway)
""",
    )
    named = by_name(read_program(tmp_path, "dev"))
    assert named["gateway"].input("subnetId") is UNKNOWN
    assert named["gateway"].dependencies["subnetId"] == [named["subnet"].urn]
    assert named["subnet"].dependencies["vpcId"] == [named["vpc"].urn]
    assert "route" in named


def test_transforms_of_stack_parent_and_resource_run_in_the_engines_order(
    tmp_path: Path,
) -> None:
    # The resource's own first, then its parents', then the stack's: 8 -> a -> b -> c.
    write_project(
        tmp_path,
        AWS
        + """
def adding(letter):
    def transform(args):
        if args.type_ != "aws:ebs/volume:Volume":
            return None
        name = {"Name": args.props.get("tags", {}).get("Name", "") + letter}
        return pulumi.ResourceTransformResult({**args.props, "tags": name}, args.opts)
    return transform

class Store(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("demo:store:Store", name,
            opts=pulumi.ResourceOptions(transforms=[adding("b")]))
        aws.ebs.Volume("data", availability_zone="us-east-1a", size=8,
            opts=pulumi.ResourceOptions(parent=self, transforms=[adding("a")]))

pulumi.runtime.register_resource_transform(adding("c"))
Store("store")
""",
    )
    data = by_name(read_program(tmp_path, "dev"))["data"]
    assert data.input("tags") == {"Name": "abc"}


def test_main_may_name_a_folder_or_a_file(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    program = AWS + 'aws.ec2.Eip("address", domain="vpc")\n'
    (app / "__main__.py").write_text(program)
    (app / "other.py").write_text(program)
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {aws:region: us-east-1}")
    places = []
    for main in ("app", "app/other.py"):
        (tmp_path / "Pulumi.yaml").write_text(
            f"name: demo\nruntime:\n  name: python\nmain: {main}\n"
        )
        graph = read_program(tmp_path, "dev")
        places.append(by_name(graph)["address"].source_position)
    assert places == ["app/__main__.py:3", "app/other.py:3"]


def test_a_program_may_end_itself_and_may_use_threads(tmp_path: Path) -> None:
    write_project(
        tmp_path,
        AWS
        + """
import asyncio, sys

async def later():
    return await asyncio.to_thread(lambda: 7)

aws.ebs.Volume("data", availability_zone="us-east-1a", size=pulumi.Output.from_input(later()))
sys.exit(0)
""",
    )
    assert by_name(read_program(tmp_path, "dev"))["data"].input("size") == 7


FAILURES = {
    "an error in the program": (
        'x = 1\nraise RuntimeError("no luck")',
        "__main__.py:4: the program failed: RuntimeError: no luck",
    ),
    "an error inside apply": (
        "pulumi.Output.from_input(1).apply(lambda n: n / 0).apply(print)\n",
        "__main__.py:3: the program failed: ZeroDivisionError: division by zero",
    ),
    "a wrong argument": (
        'aws.ebs.Volume("v", sise=3)',
        "__main__.py:3: the program failed: TypeError: ",
    ),
    "text that is no Python": ("x = (\n", "__main__.py:3: '(' was never closed"),
    "a missing module": (
        "import pulumi_nowhere",
        "__main__.py:3: there is no module pulumi_nowhere: install it where Farebox "
        "runs, with: pip install pulumi-nowhere",
    ),
    "a missing config value": (
        'pulumi.Config().require("size")',
        "__main__.py:3: stack dev has no value for demo:size: pulumi config set "
        "demo:size <value> --stack dev",
    ),
    "an exit": ("import sys\nsys.exit(3)", "The program ended itself: sys.exit(3)"),
    "a question that only AWS can answer": (
        'aws.ec2.get_instance(instance_id="i-1")',
        "The program asks AWS for getInstance, which Farebox cannot answer offline. "
        "Price a real preview instead: pulumi preview --json --show-sames > "
        "preview.json; fare price preview.json",
    ),
    "a swallowed question": (
        'try:\n    aws.ec2.get_instance(instance_id="i-1")\nexcept Exception:\n    pass',
        "The program asks AWS for getInstance, which Farebox cannot answer offline.",
    ),
    "two resources of one name": (
        'aws.ec2.Eip("a", domain="vpc")\naws.ec2.Eip("a", domain="vpc")',
        "Two resources have the urn urn:pulumi:dev::demo::aws:ec2/eip:Eip::a: give "
        "one of them another name",
    ),
    "an error that the program reports": (
        'pulumi.log.error("quota\\nspent")',
        "The program reported an error: quota spent",
    ),
    "a method of a remote component": (
        'pulumi.runtime.call("eks:index:Cluster/getKubeconfig", {})',
        "The program calls eks:index:Cluster/getKubeconfig",
    ),
}


@pytest.mark.parametrize(("program", "sentence"), FAILURES.values(), ids=FAILURES)
def test_a_program_that_cannot_run_says_why_in_a_sentence(
    tmp_path: Path, program: str, sentence: str
) -> None:
    write_project(tmp_path, AWS + program)
    with pytest.raises(ProgramError) as caught:
        read_program(tmp_path, "dev")
    said = str(caught.value)
    assert said.startswith(sentence)
    assert "\n" not in said
    assert "farebox/graph" not in said


def test_a_secret_that_must_be_a_number_cannot_be_used_offline(tmp_path: Path) -> None:
    write_project(
        tmp_path,
        AWS + 'pulumi.Config().require_secret_int("pin")',
        stacks={"dev": "config:\n  demo:pin:\n    secure: v1:AAAA\n"},
    )
    with pytest.raises(ProgramError, match="needs the secret demo:pin, which cannot"):
        read_program(tmp_path, "dev")


def test_what_a_command_of_the_program_prints_stays_out_of_our_output(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_project(
        tmp_path, "import subprocess\nsubprocess.run(['echo', 'from a command'])"
    )
    read_program(tmp_path, "dev")
    assert capfd.readouterr() == ("", "from a command\n")
