"""`fare lsp`, driven by a client of the protocol over standard input and output."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

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


def seen(
    folder: Path, name: str, *, hover_line: int | None = None
) -> tuple[list[tuple[int, str]], str]:
    """The lines and texts above a file, and the text over one of its lines."""

    async def work() -> tuple[list[tuple[int, str]], str]:
        client = LanguageClient("test", "1")
        await client.start_io(
            *(sys.executable, "-c", MAIN, "lsp"),
            env={**os.environ, "HTTPS_PROXY": "http://127.0.0.1:1"},
        )
        await client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(), root_uri=folder.as_uri()
            )
        )
        client.initialized(types.InitializedParams())
        path = folder / name
        document = types.TextDocumentItem(path.as_uri(), "any", 1, path.read_text())
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        which = types.TextDocumentIdentifier(path.as_uri())
        lenses = await client.text_document_code_lens_async(types.CodeLensParams(which))
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
        texts = [(one.range.start.line, one.command.title) for one in lenses or ()]
        return texts, over

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
    texts, over = seen(project, "__main__.py", hover_line=2)
    assert texts == [(2, "8.00 USD a month"), (5, "2 resources: 24.00 USD a month")]
    assert "gp3 storage: 100 GB-Mo x 0.08 = 8.00" in over


def test_a_typescript_program_has_them_and_a_hidden_cost_is_told(project: Path) -> None:
    program = (
        "import * as aws from '@pulumi/aws';\nnew aws.ec2.NatGateway('nat', {});\n"
    )
    written(project, "index.ts", program, at(nat(), "index.ts#2,1"))
    # By hand: 730 h x 0.045 = 32.85; what it processes has no figure.
    texts, over = seen(project, "index.ts", hover_line=1)
    assert texts == [(1, "at least 32.85 USD a month, 1 without a figure")]
    assert "no figure (no-usage)" in over


def test_yaml_without_places_is_found_by_the_names_of_resources(project: Path) -> None:
    program = (
        "name: shop\nruntime: yaml\nvariables:\n  data:\n    x: 1\nresources:\n"
        "  data:\n    type: aws:ebs:Volume\n    properties:\n      data: 1\n"
    )
    written(project, "Pulumi.yaml", program, without_place(volume()))
    texts, _ = seen(project, "Pulumi.yaml")
    assert texts == [(6, "8.00 USD a month (found by name)")]


def test_a_name_that_two_lines_have_tells_no_place(project: Path) -> None:
    program = 'a = Volume("data")\nb = other("data")\nc = Volume("logs")\n'
    steps = without_place(volume()), without_place(volume("logs"))
    written(project, "__main__.py", program, *steps)
    texts, _ = seen(project, "__main__.py")
    assert texts == [(2, "8.00 USD a month (found by name)")]


def test_a_preview_older_than_the_file_is_told(project: Path) -> None:
    written(project, "__main__.py", "Volume('data')\n", at(volume(), "__main__.py#1"))
    os.utime(project / "preview.json", (1, 1))
    (project / "__main__.py").write_text("Volume('data')\n")
    texts, _ = seen(project, "__main__.py")
    assert texts == [
        (0, "8.00 USD a month (the preview is older than this file)"),
    ]


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
    [(line, text)], _ = seen(project, "__main__.py")
    assert line == 0
    assert said in text


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
