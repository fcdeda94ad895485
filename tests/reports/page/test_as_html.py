"""A page as HTML: whole, well formed, and nothing in it runs or loads."""

from html.parser import HTMLParser

import pytest

from farebox.reports.page.as_html import as_html
from tests.reports.page.pages import page, table

VOID = {"meta", "br"}

EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</td></tr></table><h1>",
    "</title></style><a href=javascript:x>",
    "&lt;b&gt; 'x' \u202e \033[2J",
)


class Tags(HTMLParser):
    """Collects the tags of a page, and refuses one that is not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def tags(shown: str) -> Tags:
    found = Tags()
    found.feed(shown)
    assert not found.open
    return found


@pytest.mark.parametrize("said", EVIL)
def test_no_text_of_any_block_becomes_a_tag_or_an_attribute(said: str) -> None:
    found, plain = tags(as_html(page(said))), tags(as_html(page("name")))
    assert found.seen - {"bdi"} == plain.seen
    assert found.attributes == plain.attributes
    assert not found.seen & {"script", "img", "a", "iframe", "link"}


@pytest.mark.parametrize("said", ["<b>&amp;", "a'b\"c"])
def test_a_text_is_read_letter_by_letter(said: str) -> None:
    assert said in tags(as_html(page(said))).text


def test_the_page_stands_alone_and_may_load_nothing() -> None:
    shown = as_html(table())
    assert shown.startswith("<!doctype html>")
    assert "default-src 'none'" in shown
    for word in ("http://", "https://", "src=", "href=", "url("):
        assert word not in shown


def test_figures_stand_at_the_right_and_a_total_is_marked() -> None:
    shown = as_html(table())
    assert '<td class="right">1.00</td>' in shown
    assert '<tr class="total"><td>in all</td>' in shown
    assert "<title>Prices</title>" in shown
