"""The ages of rented servers' and hardware's figures."""

from datetime import date
from pathlib import Path

from farebox.hosting.colo.colo_inputs import read_inputs, shipped_inputs
from farebox.hosting.colo.rented_ages import rented_ages

ON = date(2026, 11, 23)


def test_every_sourced_figure_has_an_age_and_no_assumption_has_one() -> None:
    sourced = {one.name for one in shipped_inputs().values() if one.mark == "S"}
    assert {row.name for row in rented_ages(ON)} == sourced


def test_a_figure_is_stale_beyond_180_days_and_the_oldest_comes_first() -> None:
    rows = {row.name: row for row in rented_ages(ON)}
    # 2026-06-01 to 2026-11-23 are 175 days; 2026-10-08 is 46 days ago.
    assert rows["rented_eur_per_month"].age_days == 175
    assert not rows["rented_eur_per_month"].stale
    assert rows["usd_per_eur"].age_days == 46
    # Only the year of the drives' price is known, so it counts from January 1.
    assert rows["nvme_usd_per_tb"].age_days == 326
    assert rows["nvme_usd_per_tb"].stale
    assert next(iter(rows)) == "usd_per_kw_month"
    a_week_later = {row.name: row for row in rented_ages(date(2026, 11, 30))}
    assert a_week_later["rented_eur_per_month"].stale


def test_a_users_own_figures_age_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "rented_eur_per_month:\n"
        "  {likely: 250, mark: S, source: our invoice, as_of: 2026-11-01}\n"
    )
    rows = {row.name: row for row in rented_ages(ON, read_inputs(path))}
    assert rows["rented_eur_per_month"].age_days == 22
