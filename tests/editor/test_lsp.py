"""`fare lsp`, driven by a client of the protocol over standard input and output."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.documents import preview, step, volume
from tests.needed import need_package

need_package("pygls", ".venv/.editors")

from lsprotocol import types  # noqa: E402
from pygls.lsp.client import LanguageClient  # noqa: E402

MAIN = "from farebox.cli.main import main; main()"


def nat(**more: Any) -> dict[str, Any]:
    given = {"connectivityType": "private", "subnetId": "subnet-1"}
    return step("aws:ec2/natGateway:NatGateway", "nat", given) | more


def without_place(one: dict[str, Any]) -> dict[str, Any]:
    """The step as an engine writes it for a language that tells no place."""
    del one["newState"]["sourcePosition"]
    return one


def at(one: dict[str, Any], place: str) -> dict[str, Any]:
    one["newState"]["sourcePosition"] = f"project:///{place}"
    return one


class Seen(NamedTuple):
    """What an editor shows of a file: above lines, at their ends, over one of them."""

    above: list[tuple[int, str]]
    at_end: list[tuple[int, int, str]]
    tooltips: list[str]
    over: str


def seen(
    folder: Path,
    name: str,
    *,
    hover_line: int | None = None,
    lines: tuple[int, int] = (0, 99),
    show: str = "both",
) -> Seen:
    """What the server says of a file; hints of the lines from the first to the last."""

    async def work() -> Seen:
        client = LanguageClient("test", "1")
        await client.start_io(
            *(sys.executable, "-c", MAIN, "lsp", "--show", show),
            env={**os.environ, "HTTPS_PROXY": "http://127.0.0.1:1"},
        )
        able = await client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(), root_uri=folder.as_uri()
            )
        )
        client.initialized(types.InitializedParams())
        path = folder / name
        document = types.TextDocumentItem(path.as_uri(), "any", 1, path.read_text())
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        which = types.TextDocumentIdentifier(path.as_uri())
        lenses: Sequence[types.CodeLens] | None = ()
        hints: Sequence[types.InlayHint] | None = ()
        if able.capabilities.code_lens_provider:
            lenses = await client.text_document_code_lens_async(
                types.CodeLensParams(which)
            )
        if able.capabilities.inlay_hint_provider:
            first, last = (types.Position(line, 0) for line in lines)
            hints = await client.text_document_inlay_hint_async(
                types.InlayHintParams(which, types.Range(first, last))
            )
        over = ""
        if hover_line is not None:
            place = types.Position(hover_line, 0)
            found = await client.text_document_hover_async(
                types.HoverParams(which, place)
            )
            assert found is not None
            assert isinstance(found.contents, types.MarkupContent)
            assert found.contents.kind == types.MarkupKind.PlainText
            over = found.contents.value
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()
        ends = [(one.position.line, one.position.character) for one in hints or ()]
        return Seen(
            [(one.range.start.line, one.command.title) for one in lenses or ()],
            [(*end, one.label) for end, one in zip(ends, hints or (), strict=True)],
            [one.tooltip for one in hints or ()],
            over,
        )

    return asyncio.run(asyncio.wait_for(work(), 60))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    return tmp_path


def written(project: Path, name: str, text: str, *steps: dict[str, Any]) -> None:
    """A program's file, and a preview that is newer."""
    (project / name).write_text(text)
    (project / "preview.json").write_bytes(preview(*steps))
    os.utime(project / name, (1, 1))


def test_a_python_programs_lines_have_what_they_cost_above_them(project: Path) -> None:
    program = "import pulumi_aws as aws\n\naws.ebs.Volume(\n    'data')\nfor i in 'ab':\n    f(i)\n"
    written(
        project,
        "__main__.py",
        program,
        at(volume(), "__main__.py#3"),
        at(volume("a"), "__main__.py#6"),
        at(volume("b", size=200), "__main__.py#6"),
        at(volume("elsewhere"), "other.py#1"),
    )
    # By hand: 100 GiB x 0.08 = 8; the loop makes 8 and 16.
    found = seen(project, "__main__.py", hover_line=2)
    assert found.above == [
        (2, "8.00 USD a month"),
        (5, "2 resources: 24.00 USD a month"),
    ]
    assert "gp3 storage: 100 GB-Mo x 0.08 = 8.00" in found.over
    # At the ends of `aws.ebs.Volume(` and `    f(i)`.
    assert found.at_end == [(2, 15, "8.00 USD/month"), (5, 8, "24.00 USD/month")]
    assert found.tooltips[1].startswith("2 resources: 24.00 USD a month\n")
    assert found.over in found.tooltips[0]


def test_hints_are_of_the_lines_asked_for_and_end_in_the_clients_units(
    project: Path,
) -> None:
    # 18 characters and an emoji of two units of UTF-16, which clients count in.
    program = "Volume('data')  # \N{ROCKET}\nVolume('b')\nTopic('t')\n"
    topic = step("aws:sns/topicPolicy:TopicPolicy", "t", {})
    steps = at(volume(), "__main__.py#1"), at(volume("b"), "__main__.py#2")
    written(project, "__main__.py", program, *steps, at(topic, "__main__.py#3"))
    found = seen(project, "__main__.py", lines=(0, 0))
    assert found.at_end == [(0, 20, "8.00 USD/month")]
    # What is free has no hint.
    assert len(seen(project, "__main__.py").at_end) == 2
    assert found.above[2] == (2, "no charge")


@pytest.mark.parametrize(("show", "lenses", "hints"), [("lens", 1, 0), ("hints", 0, 1)])
def test_only_what_was_asked_for_is_offered(
    project: Path, show: str, lenses: int, hints: int
) -> None:
    written(project, "__main__.py", "Volume('data')\n", at(volume(), "__main__.py#1"))
    found = seen(project, "__main__.py", show=show)
    assert (len(found.above), len(found.at_end)) == (lenses, hints)


def test_a_typescript_program_has_them_and_a_hidden_cost_is_told(project: Path) -> None:
    program = (
        "import * as aws from '@pulumi/aws';\nnew aws.ec2.NatGateway('nat', {});\n"
    )
    written(project, "index.ts", program, at(nat(), "index.ts#2,1"))
    # By hand: 730 h x 0.045 = 32.85; what it processes has no figure.
    found = seen(project, "index.ts", hover_line=1)
    assert found.above == [(1, "at least 32.85 USD a month, 1 without a figure")]
    assert found.at_end[0][2] == "at least 32.85 USD/month"
    assert "no figure (no-usage)" in found.over


def test_yaml_without_places_is_found_by_the_names_of_resources(project: Path) -> None:
    program = (
        "name: shop\nruntime: yaml\nvariables:\n  data:\n    x: 1\nresources:\n"
        "  data:\n    type: aws:ebs:Volume\n    properties:\n      data: 1\n"
    )
    written(project, "Pulumi.yaml", program, without_place(volume()))
    found = seen(project, "Pulumi.yaml")
    assert found.above == [(6, "8.00 USD a month (found by name)")]
    assert found.at_end == [(6, 7, "~ 8.00 USD/month")]


def test_a_name_that_two_lines_have_tells_no_place(project: Path) -> None:
    program = 'a = Volume("data")\nb = other("data")\nc = Volume("logs")\n'
    steps = without_place(volume()), without_place(volume("logs"))
    written(project, "__main__.py", program, *steps)
    found = seen(project, "__main__.py")
    assert found.above == [(2, "8.00 USD a month (found by name)")]


def test_a_preview_older_than_the_file_is_told(project: Path) -> None:
    written(project, "__main__.py", "Volume('data')\n", at(volume(), "__main__.py#1"))
    os.utime(project / "preview.json", (1, 1))
    (project / "__main__.py").write_text("Volume('data')\n")
    found = seen(project, "__main__.py")
    assert found.above == [
        (0, "8.00 USD a month (the preview is older than this file)"),
    ]
    assert found.at_end == [(0, 14, "~ 8.00 USD/month")]
    assert "older than this file" in found.tooltips[0]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (None, "no preview.json to price yet: pulumi preview --json --show-sames"),
        (b"{", "preview.json"),
    ],
)
def test_without_a_preview_that_can_be_read_the_first_line_says_so(
    project: Path, document: bytes | None, said: str
) -> None:
    (project / "__main__.py").write_text("x = 1\n")
    if document is not None:
        (project / "preview.json").write_bytes(document)
    found = seen(project, "__main__.py")
    [(line, text)] = found.above
    assert line == 0
    assert said in text
    assert found.at_end == [(0, 5, "no figures")]
    assert said in found.tooltips[0]


def test_a_component_has_the_cost_of_its_parts(project: Path) -> None:
    from farebox.agents.asked import Priced
    from farebox.agents.reading import read
    from farebox.editor.costs import costs_of, title

    component = step("shop:index:Site", "site", {})
    component["newState"]["custom"] = False
    part = volume("part")
    part["newState"]["parent"] = component["urn"]
    old = part["urn"]
    part["urn"] = part["newState"]["urn"] = old.replace(
        "::aws:ebs", "::shop:index:Site$aws:ebs"
    )
    written(project, "__main__.py", "", component, part, volume())
    found = read(project, "preview.json", Priced(prices="embedded"))
    costs = {one.subject.name: one for one in costs_of(found.basket.at(found.book))}
    assert title([costs["site"]]) == "8.00 USD a month"
