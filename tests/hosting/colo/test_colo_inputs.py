"""The table of inputs, and a user's file over it: what is taken and what is refused."""

from pathlib import Path

import pytest

from farebox.hosting.colo.colo_inputs import read_inputs, shipped_inputs
from farebox.hosting.errors import ConfigError


def given(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("server_usd", (12_000, 16_000, 22_000)),
        ("ram_usd_per_gib", (6, 20, 30)),
        ("nvme_usd_per_tb", (90, 250, 360)),
        ("usd_per_kw_month", (200, 300, 450)),
        ("server_kw", (0.8, 0.8, 0.8)),
        ("amortisation_months", (72, 60, 36)),
        ("cost_of_capital", (0.05, 0.08, 0.12)),
        ("fill", (0.95, 0.85, 0.70)),
        ("support_share", (0, 0.03, 0.08)),
        ("transit_usd_per_mbps", (0.1, 0.2, 0.5)),
        ("peak_factor", (2.5, 2.5, 2.5)),
        ("fte", (1, 2, 4)),
        ("fte_usd_per_month", (20_000, 20_000, 20_000)),
        ("network_usd", (60_000, 60_000, 60_000)),
        ("sites", (1, 1, 2)),
        ("ram_gib_per_server", (1536, 1536, 1536)),
        ("packing_ratio", (0.8, 1.0, 1.4)),
        ("plan_1_year_off", (0.27, 0.27, 0.27)),
        ("plan_3_year_off", (0.5, 0.5, 0.5)),
        ("rented_eur_per_month", (199, 238, 238)),
        ("rented_setup_eur", (79, 79, 79)),
        ("rented_ram_gib", (256, 256, 256)),
        ("rented_nvme_tb", (3.84, 3.84, 3.84)),
        ("rented_fte", (0.5, 0.5, 0.5)),
    ],
)
def test_the_table_has_the_figures_of_the_hosting_model(
    name: str, levels: tuple[float, float, float]
) -> None:
    # docs/economics.md, inputs: low, likely, high of each row.
    one = shipped_inputs()[name]
    assert (one.low, one.likely, one.high) == levels


def test_every_input_has_a_unit_a_mark_and_a_source() -> None:
    for one in shipped_inputs().values():
        assert one.unit
        assert one.mark in ("S", "R", "A")
        assert len(one.source) > 10


def test_no_price_of_the_cloud_is_in_the_table() -> None:
    # Spot, EBS and egress prices come from the book only.
    assert not [n for n in shipped_inputs() if "spot" in n or "ebs" in n or "gp3" in n]


def test_a_plain_figure_stands_for_all_levels(tmp_path: Path) -> None:
    one = read_inputs(given(tmp_path, "ram_usd_per_gib: 12.5\n"))["ram_usd_per_gib"]
    assert (one.low, one.likely, one.high) == (12.5, 12.5, 12.5)
    assert (one.unit, one.source) == ("USD/GiB", "mine.yaml")


def test_a_range_replaces_all_levels_and_the_rest_stays(tmp_path: Path) -> None:
    text = "fte: {low: 3, likely: 4, high: 6, source: our plan, mark: S, as_of: 2026}\n"
    inputs = read_inputs(given(tmp_path, text))
    assert (inputs["fte"].low, inputs["fte"].likely, inputs["fte"].high) == (3, 4, 6)
    assert (inputs["fte"].source, inputs["fte"].as_of) == ("our plan", "2026")
    assert inputs["sites"] == shipped_inputs()["sites"]


def test_an_empty_file_replaces_nothing(tmp_path: Path) -> None:
    assert read_inputs(given(tmp_path, "")) == shipped_inputs()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "gib_per_user: 2",
            "the nearest is packing_ratio, times the GiB that the cloud has a user",
        ),
        ("ram_usd: 12", "there is no input 'ram_usd'; the nearest is ram_usd_per_gib"),
        ("fte: {low: 1, liklely: 2}", "fte has no field 'liklely'; the nearest is lik"),
        ("fte: {low: 1, high: 2}", "fte lacks likely; give it, or one figure"),
        ("fte: many", "fte: likely must be a figure, not 'many'"),
        ("fte: true", "fte: likely must be a figure, not True"),
        ("fte: -1", "fte: likely is -1; it must be 0 or more"),
        ("fte: .inf", "fte: likely must be a figure, not"),
        ("fill: 0", "fill: likely is 0; it must be more than 0"),
        ("fill: 1.2", "fill: likely is 1.2; a share is at most 1"),
        ("plan_1_year_off: 27", "plan_1_year_off: likely is 27; a share is at most 1"),
        ("fte: {low: 3, likely: 2, high: 4}", "fte: likely 2 must lie between low 3"),
        ("fte: {likely: 2, mark: X}", "fte: mark must be one of S, R, A"),
        ("fte: {likely: 2, mark: S}", "fte: mark S says that the figure has a source"),
        ("fte: {likely: 2, as_of: lately}", "fte: as_of is 'lately', which is no date"),
        ("fte: {likely: 2, as_of: 2026-13-01}", "mine.yaml:1: 2026-13-01 is no date"),
        ('fte: {likely: 2, mark: S, source: "", as_of: 2026}', "fte: source is empty"),
        ("- fte", "a map of keys to values is needed"),
        ("fte: [", "this is not YAML"),
        ("fte: 1\nfte: 2", "mine.yaml:2: the key 'fte' is here twice"),
        ("fill: 0.9\nfte: 1.0e+300", "mine.yaml:2: 1.0e+300 is not from 1e-12 to 1e12"),
        ("fte: 10000000000000", "10000000000000 is not from 1e-12 to 1e12"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(ConfigError) as error:
        read_inputs(given(tmp_path, f"{text}\n"))
    assert sentence in str(error.value)
    assert "mine.yaml" in str(error.value)


def test_a_file_that_is_not_text_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_inputs(path)
    with pytest.raises(ConfigError, match="directory"):
        read_inputs(tmp_path)


def test_the_docs_have_a_row_for_every_input_with_its_levels() -> None:
    page = (Path(__file__).parents[3] / "docs" / "economics.md").read_text()
    for one in shipped_inputs().values():
        row = next(x for x in page.splitlines() if x.startswith(f"| `{one.name}` |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        levels = (one.low, one.likely, one.high)
        figures = [f"{figure:g}" if one.is_range else "–" for figure in levels]
        figures[1] = f"{one.likely:g}"
        assert cells[1:5] == [*figures, one.unit]
        assert cells[5] == f"{one.source} [{one.mark}]"
