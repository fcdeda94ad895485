"""Claims about AWS against servers of one's own (C37, C38)."""

from math import isfinite

from farebox.hosting.claims.claim_inputs import (
    LACKING,
    assumed,
    exact,
    line_inputs,
    range_text,
)
from farebox.hosting.claims.claim_values import ClaimInput, Finding, Ground, Number
from farebox.hosting.colo.colo_study import ColoStudy
from farebox.hosting.errors import HostingError
from farebox.hosting.tiers.tiers import INFRA_LINES
from farebox.hosting.uncertainty import Band
from farebox.prices import PriceBookError

DIGITS = 12
"""As many as the board writes of any figure."""


def colo_ratio(ground: Ground) -> Finding:
    """C37: what a user costs on AWS over colo, by the way machines are bought."""
    said = ground.paper.colo_ratio
    study = _study(ground)
    if isinstance(study, str):
        return Finding(paper=range_text(said), holds=None, unit="ratio", because=study)
    users = ground.paper.colo_ratio_users
    place = study.users.index(users)
    by_purchase = {name: bands[place] for name, bands in study.ratios.items()}
    spot = by_purchase["spot"]
    unknown = _lacks_prices(study, users) and spot.likely <= said.high
    return Finding(
        paper=range_text(said),
        holds=None if unknown else said.holds(exact(spot.likely)),
        because=f"{LACKING if unknown else ''}at {users:,} users AWS over colo is "
        + ", ".join(f"{band.likely:.2f} {name}" for name, band in by_purchase.items()),
        unit="ratio",
        inputs=_colo_inputs(ground),
        number=_band(spot),
    )


def colo_crossover(ground: Ground) -> Finding:
    """C38: from how many users on colo stays cheaper than spot."""
    said = ground.paper.colo_crossover_users
    study = _study(ground)
    if isinstance(study, str):
        return Finding(paper=range_text(said), holds=None, unit="users", because=study)
    to_colo = {one.from_: one.users for one in study.crossovers if one.to == "colo"}
    spot = to_colo["spot"]
    likely = {
        name: f"{band.likely:,.0f}" if isfinite(band.likely) else "never"
        for name, band in to_colo.items()
    }
    unknown = _lacks_prices(study)
    holds = isfinite(spot.likely) and said.holds(exact(spot.likely))
    return Finding(
        paper=range_text(said),
        holds=None if unknown else holds,
        because=f"{LACKING if unknown else ''}colo stays cheaper from "
        + ", ".join(f"{count} ({name})" for name, count in likely.items())
        + f" users on, looked at from {study.first_users:,} to {study.last_users:,}",
        unit="users",
        inputs=_colo_inputs(ground),
        number=_band(spot, digits=0),
    )


def _study(ground: Ground) -> ColoStudy | str:
    """The comparison, or the sentence that says why there is none."""
    try:
        return ground.colo
    except (HostingError, PriceBookError) as error:
        return str(error)


def _lacks_prices(study: ColoStudy, users: int | None = None) -> bool:
    """Whether the cloud's side is a lower bound, at any user count or at this one."""
    return any(
        point.lower_bound for point in study.points if users in (None, point.users)
    )


def _colo_inputs(ground: Ground) -> tuple[ClaimInput, ...]:
    """What a user costs on AWS, and the inputs of colo that move it most."""
    study = ground.colo
    moving = [study.inputs[s.name] for s in study.swings if s.name in study.inputs]
    return (
        *line_inputs(ground, ground.cost(), INFRA_LINES),
        *(
            assumed(one.name, exact(one.likely), one.unit, f"{one.mark}: {one.source}")
            for one in moving[:3]
        ),
    )


def _band(band: Band, *, digits: int = DIGITS) -> Number:
    """A band as a number; None where there is no such user count."""
    return Number(
        *(
            exact(round(figure, digits)) if isfinite(figure) else None
            for figure in (band.likely, band.low, band.high)
        )
    )
