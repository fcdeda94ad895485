"""A text of somebody else's, in whatever field, does nothing to a page or a terminal.

Each payload is put into every text field of a document, one by one; the document goes
through the real commands, and what comes out is read by a GitHub-flavoured parser of
markdown, a parser of HTML, and a terminal emulator.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyte
import pytest
from markdown_it import MarkdownIt

from benchmarks.same_output import write_documents
from farebox.cli.main import run

SETTINGS = ("--region", "us-east-1", "--prices", "embedded", "--on", "2026-11-23")
WIDTH = 80

PAYLOADS = {
    "links": "[a](http://evil.test) ![i](http://evil.test/i.png) <http://evil.test>",
    "bare": "http://evil.test www.evil.test a.b@evil.test @team/x #12 GH-12 0123456789abcdef0123456789abcdef01234567",
    "markup": "a | b\n\n# heading\n/close\n- [ ] x\n```\n<img src=x onerror=alert(1)>",
    "steering": "\x1b[2J\x1b]0;t\x07\x9b31m\u202egnp\u2066x\x08\x00\r",
}
OWN_TAGS = {"details", "summary", "code", "br", "sub", "b", "p", "strong"}
REFERENCE = re.compile(
    r"(?<![\w&;])(?:#\d+|GH-\d+)\b|(?<![\w:.])(?=\d*[a-f])[0-9a-f]{7,40}\b|(?<![\w\u200b])@[A-Za-z]"
)
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2067]")
MARKDOWN = MarkdownIt("gfm-like")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Previews of the tests' cases, and a diff and a statement made from them."""
    made = tmp_path_factory.mktemp("documents")
    write_documents(made)
    return made


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command: its exit code, and what it said on both channels."""

    def saying(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        found = capsys.readouterr()
        return code, found.out, found.err

    return saying


def poisoned(document: Any, payload: str) -> Iterator[tuple[str, Any]]:
    """The document once for each of its texts, with the payload in that place."""
    text = json.dumps(document)
    for path in places(document):
        copy = json.loads(text)
        holder = copy
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] += payload
        yield ".".join(map(str, path)), copy


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every text, but of one item of each list only: the rest are alike."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def check_markdown(text: str, where: str) -> None:
    """No link, image, mention, reference, quick action or markup beyond ours."""
    assert not STEERING.search(text), where
    tokens = MARKDOWN.parse(text)
    for token in tokens:
        if token.type == "heading_open":
            continue
        assert token.type not in ("fence", "code_block"), where
        depth = 0
        for child in token.children or ():
            assert child.type not in ("link_open", "image"), (where, token.content)
            if child.type == "html_inline":
                check_tag(child.content, where)
                depth += {"<code>": 1, "</code>": -1}.get(child.content, 0)
            if child.type == "text" and not depth:
                assert not REFERENCE.search(child.content), (where, child.content)
        if token.type == "html_block":
            for tag in re.findall(r"<[^>]*>", token.content):
                check_tag(tag, where)
    headings = [t for t in tokens if t.type == "heading_open"]
    assert len(headings) <= 4, where
    for line in text.splitlines():
        assert not re.match(r"\s*/[a-z]", line), (where, line)


def check_tag(tag: str, where: str) -> None:
    """One of our own tags, with nothing in it that acts, or our marker."""
    name = re.match(r"</?([a-z]+)>$|<details open>$|<!--", tag)
    assert name is not None, (where, tag)
    assert name[1] is None or name[1] in OWN_TAGS, (where, tag)


def check_terminal(text: str, where: str) -> None:
    """The terminal shows the text line by line and nothing else happens to it."""
    screen = pyte.Screen(WIDTH, text.count("\n") + 2)
    title = screen.title
    pyte.Stream(screen).feed(text.replace("\n", "\r\n"))
    assert screen.title == title, where
    assert not STEERING.search(text), where
    shown = [line.rstrip() for line in screen.display]
    first = text.split("\n", 1)[0].rstrip()
    assert shown[0].startswith(first[:20]), where


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.found.append((tag, attrs))


def check_html(text: str, where: str) -> None:
    """Nothing that acts or loads, and no address that is the payload's."""
    assert not STEERING.search(text), where
    tags = Tags()
    tags.feed(text)
    for tag, attributes in tags.found:
        assert tag not in ("img", "script", "a", "iframe", "object"), (where, tag)
        for name, value in attributes:
            assert not name.startswith("on"), (where, tag)
            assert name not in ("src", "href"), (where, value)


CHECKS = {"markdown": check_markdown, "text": check_terminal, "html": check_html}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_text_of_a_preview_does_nothing(
    payload: str, folder: Path, tmp_path: Path, said: Any
) -> None:
    document = json.loads((folder / "case_vpc_nat_and_addresses.json").read_bytes())
    document["steps"] = document["steps"][:3]
    del document["changeSummary"]
    shown = 0
    for where, poison in poisoned(document, payload):
        path = tmp_path / "preview.json"
        path.write_text(json.dumps(poison))
        for format_, check in CHECKS.items():
            code, out, err = said("price", str(path), *SETTINGS, "--format", format_)
            assert code in (0, 2), (where, err)
            assert not STEERING.search(err), where
            if code == 0:
                check(out, f"{where} as {format_}")
                shown += 1
    assert shown > 10


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_text_of_a_diff_file_does_nothing_to_a_comment(
    payload: str, folder: Path, tmp_path: Path, said: Any
) -> None:
    sides = [str(folder / f"case_{name}.json") for name in ("sns", "ec2_instance")]
    code, out, err = said("diff", *sides, *SETTINGS, "--format", "json")
    assert code == 0, err
    shown = 0
    for where, poison in poisoned(json.loads(out), payload):
        path = tmp_path / "change.json"
        path.write_text(json.dumps(poison))
        code, out, err = said("comment", "--diff", str(path), "--print")
        assert code in (0, 2), (where, err)
        assert not STEERING.search(err), where
        if code == 0:
            check_markdown(out, where)
            shown += 1
    assert shown > 15


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_text_of_a_statement_file_does_nothing(
    payload: str, folder: Path, tmp_path: Path, said: Any
) -> None:
    case = str(folder / "case_ec2_instance.json")
    code, out, err = said("price", case, *SETTINGS, "--format", "json")
    assert code == 0, err
    (tmp_path / "sound.json").write_text(out)
    document = json.loads(out)
    shown = 0
    for where, poison in poisoned(document, payload):
        path = tmp_path / "statement.json"
        path.write_text(json.dumps(poison))
        for format_, check in CHECKS.items():
            words = ("diff", str(tmp_path / "sound.json"), str(path))
            code, out, err = said(*words, "--format", format_)
            assert code in (0, 2), (where, err)
            assert not STEERING.search(err), where
            if code == 0:
                check(out, f"{where} as {format_}")
                shown += 1
    assert shown > 30
