"""The notebook in the docs shows what its cells make, and IPython learns of the types."""

import ast
import contextlib
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from farebox.bill.statement import Statement
from farebox.notebook import register, statement_html

FOLDER = Path(__file__).parent.parent / "docs/notebook"
OF_THE_BOOK = re.compile(r"<p[^>]*>Prices: .*?</p>", re.S)
"""What the embedded book says of itself: it changes with each of its rows."""


def outputs_of(
    notebook: dict[str, Any], folder: Path
) -> Iterator[list[dict[str, Any]]]:
    """What each cell of code shows, in the notebook's own form, run in a folder."""
    names: dict[str, Any] = {}
    with contextlib.chdir(folder):
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                yield list(_shown("".join(cell["source"]), names))


def _shown(source: str, names: dict[str, Any]) -> Iterator[dict[str, Any]]:
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    if isinstance(last, ast.Expr) and "print" in ast.unparse(last):
        body, last = [*body, last], None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
    if printed.getvalue():
        text = printed.getvalue().splitlines(keepends=True)
        yield {"output_type": "stream", "name": "stdout", "text": text}
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        assert isinstance(value, Statement)
        html = statement_html(value).splitlines(keepends=True)
        data = {"text/html": html, "text/plain": ["<farebox.Statement>"]}
        yield {"output_type": "execute_result", "data": data, "metadata": {}}


def comparable(outputs: list[dict[str, Any]]) -> list[str]:
    """The texts of a cell's outputs, without what the book says of itself."""
    return [
        OF_THE_BOOK.sub("", "".join(one.get("text") or one["data"]["text/html"]))
        for one in outputs
    ]


def test_the_notebook_shows_what_its_cells_make() -> None:
    notebook = json.loads((FOLDER / "farebox.ipynb").read_text(encoding="utf-8"))
    kept = [c["outputs"] for c in notebook["cells"] if c["cell_type"] == "code"]
    made = list(outputs_of(notebook, FOLDER))
    assert list(map(comparable, made)) == list(map(comparable, kept))
    # By hand: 730 h x 0.0416 = 30.368, 8 GiB and 100 GiB x 0.08 = 8.64, an address
    # 730 h x 0.005 = 3.65; then 200 GiB more x 0.08 = 16.
    assert "42.66" in comparable(made[0])[0]
    assert comparable(made[2]) == ["+16.00 USD a month\n"]


def test_ipython_is_told_how_to_show_a_statement_and_a_diff() -> None:
    told = {}

    class Formatter:
        def for_type_by_name(self, module: str, name: str, shown: object) -> None:
            told[f"{module}.{name}"] = shown

    register(Formatter())
    assert told["farebox.bill.statement.Statement"] is statement_html
    assert "farebox.diff.values.StatementDiff" in told


def test_a_name_of_a_document_is_no_markup_in_a_notebook() -> None:
    from farebox import embedded_book, estimate, read_preview
    from tests.cli.documents import preview, volume

    evil = volume()
    evil["urn"] = evil["newState"]["urn"] = (
        evil["urn"].rpartition("::")[0] + "::<script>alert(1)</script>"
    )
    graph = read_preview(preview(evil))
    html = statement_html(estimate(graph, embedded_book(), on=date(2026, 11, 23)))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
