"""A chart of a report: what it answers, its figures, and how it becomes a picture.

Pictures are made without a browser, so that a page needs no script of a chart library
and runs under a policy that allows none.
"""

from typing import Any, Literal

from msgspec import Struct

from farebox.reports.page.fitting import printable

Spec = dict[str, Any]
LONGEST_LABEL = 34


class Chart(Struct, frozen=True):
    """A chart: its name, what it answers, its specification, and its figures as text.

    `rows` are the table behind it for those who do not see it.
    """

    name: str
    title: str
    spec: Spec
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    language: Literal["vega", "vega-lite"] = "vega-lite"


def short(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[: LONGEST_LABEL - 1]}…"


def drawn(chart: Chart, form: Literal["svg", "png"] = "svg") -> bytes:
    """The chart as SVG or PNG, without a browser. It needs the extra `report`."""
    import vl_convert

    if chart.language == "vega":
        if form == "png":
            return bytes(vl_convert.vega_to_png(chart.spec, scale=2))
        return str(vl_convert.vega_to_svg(chart.spec)).encode()
    if form == "png":
        return bytes(vl_convert.vegalite_to_png(chart.spec, scale=2))
    return str(vl_convert.vegalite_to_svg(chart.spec)).encode()
