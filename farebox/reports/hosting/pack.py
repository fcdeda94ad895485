"""The answer of `fare host pack`: users per VM, the limits, the cliff, the options."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from farebox.hosting.packing.isolation import ISOLATIONS, SAVINGS
from farebox.hosting.packing.pack import OptionPacking, PackAnswer, PackQuestion
from farebox.hosting.packing.pack_range import Felt, Move, PackRange
from farebox.hosting.uncertainty import Input
from farebox.reports.page.page import (
    Block,
    Column,
    Page,
    Row,
    Sentence,
    Table,
    Title,
)

SCHEMA = "farebox.pack/1"
WIDTH = 80
ROUNDING = 1e-12
"""Below that the model has only rounding (docs/hosting.md, memory)."""


class Asked(Struct, frozen=True, kw_only=True):
    """The question, its answer and range, with the memory as the user wrote it."""

    question: PackQuestion
    answer: PackAnswer
    range: PackRange
    memory: str


LIKELY = (Column("", align="left"), *(Column(x, 15) for x in ("likely", "low", "high")))
LIMITS = (Column("Limits", align="left"), Column("users on a VM", 15))
CLIFF = (
    Column("The cliff", align="left"),
    Column("users", 8),
    *(Column(name, 14) for name in ("overflow", "kills", "kills rise")),
)
MOVED = (
    Column("", heading="Input", align="left"),
    Column("", 28, heading="Low – high"),
)
OPTIONS = (
    Column("Options", align="left"),
    Column("MiB a user", 12),
    Column("users on a VM", 16),
    Column("machine cost", 15),
)
LIKELY_WIDTH, LIMITS_WIDTH, CLIFF_WIDTH, OPTIONS_WIDTH = 73, 43, 66, 67
"""Columns that the tables take of the page."""


class PackReport(Struct, frozen=True):
    """How many users fit on a machine."""

    asked: Asked

    def page(self) -> Page:
        """The answer with its range, the limits, the cliff and the other options."""
        return Page(tuple(_blocks(self.asked)), WIDTH)

    def document(self) -> dict[str, Any]:
        """The contract `farebox.pack/1`."""
        return document(self.asked)


def _walls(answer: PackAnswer) -> str:
    """The limits that users who were asked for are beyond.

    Too little memory is told as overflow; the others are walls.
    """
    packing = answer.packing
    return ", ".join(
        f"{name} ({most:,})"
        for name, most in packing.limits.items()
        if most < packing.users and name != "memory"
    )


def _blocks(asked: Asked) -> Iterator[Block]:
    question, answer = asked.question, asked.answer
    packing, machine = answer.packing, question.machine
    yield Title(
        f"{machine.instance_type} · {machine.memory_gib:g} GiB,"
        f" {packing.usable_gib:.1f} usable · {machine.vcpus} vCPUs"
    )
    yield Sentence(asked.memory, follows=True)
    why = "as asked" if answer.asked else ""
    said = f"{packing.users:,} users on a VM"
    said += f", {why}" if why else f"; {packing.binding} binds"
    yield Title(said, level=2)
    walls = _walls(answer)
    if walls:
        yield Sentence(f"more than the machine takes by {walls}", follows=True)
    yield Table(LIKELY, tuple(_ranges(asked)), width=LIKELY_WIDTH, head="")
    ordered = sorted(packing.limits.items(), key=lambda pair: pair[1])
    limits = tuple(Row((name, _most(users)), level=1) for name, users in ordered)
    yield Table(LIMITS, limits, width=LIMITS_WIDTH, head="total")
    if answer.cliff:
        cliff = tuple(_cliff(answer))
        yield Table(CLIFF, cliff, width=CLIFF_WIDTH, head="total")
    if asked.range.moves:
        what = "the overflow" if answer.asked else "users on a VM"
        yield Title(f"What moves {what} most", level=2)
        yield Table(MOVED, tuple(_move(move, answer) for move in asked.range.moves))
    options = tuple(map(_option, answer.options))
    yield Table(OPTIONS, options, width=OPTIONS_WIDTH, head="total")
    for note in _notes(answer):
        yield Sentence(note, listed=True, follows=True, indent=2, hanging=2)


def _cliff(answer: PackAnswer) -> Iterator[Row]:
    first = answer.cliff[0]
    for step in answer.cliff:
        more = f"+{step.users / first.users - 1:.0%}" if step is not first else ""
        kills = step.kills_per_user_year
        yield Row(
            (
                more,
                f"{step.users:,}",
                _chance(step.overflow),
                _felt(kills),
                _times(kills, first.kills_per_user_year),
            ),
            level=1,
        )


def _ranges(asked: Asked) -> Iterator[Row]:
    """Users, overflow and kills as likely, low and high."""
    low, high = ends(asked)
    packing, kills = asked.answer.packing, asked.answer.kills_per_user_year
    users = (f"{n:,}" for n in (packing.users, low.users, high.users))
    yield Row(("users", *users), level=1)
    overflow = (packing.overflow, low.overflow, high.overflow)
    yield Row(("overflow at the peak hour", *map(_chance, overflow)), level=1)
    felt = (kills, low.kills_per_user_year, high.kills_per_user_year)
    yield Row(("kills per user-year", *map(_felt, felt)), level=1)


def ends(asked: Asked) -> tuple[Felt, Felt]:
    """The least and the most of users, overflow and kills, each in order.

    Few users fit where inputs are at low, which is where overflow and kills are high.
    """
    packing, found = asked.answer.packing, asked.range
    kills = asked.answer.kills_per_user_year
    least = found.high.kills_per_user_year
    if kills is not None:
        least = kills if least is None else min(least, kills)
    most = found.low.kills_per_user_year
    if most is not None and kills is not None:
        most = max(most, kills)
    return (
        Felt(
            min(found.low.users, packing.users),
            min(found.high.overflow, packing.overflow),
            least,
        ),
        Felt(
            max(found.high.users, packing.users),
            max(found.low.overflow, packing.overflow),
            most if kills is not None else None,
        ),
    )


def _move(move: Move, answer: PackAnswer) -> Row:
    one = move.input
    label = f"{one.name.replace('_', ' ')}: {one.low:g} – {one.high:g} {one.unit}"
    low, high = (
        _chance(end.overflow) if answer.asked else f"{end.users:,}"
        for end in (move.at_low, move.at_high)
    )
    return Row((label, f"{low} – {high}"), level=1)


def _option(option: OptionPacking) -> Row:
    ratio = option.cost_ratio
    cost = "–" if ratio is None else f"{ratio - 1:+.1%} a user"
    return Row(
        (_name(option), f"{option.overhead_mib:g}", f"{option.users:,}", cost), level=1
    )


def _name(option: OptionPacking) -> str:
    return option.isolation + (f" + {option.saving}" if option.saving != "none" else "")


def _notes(answer: PackAnswer) -> Iterator[str]:
    """What each option stands on, once."""
    for option in answer.options:
        if option.saving != "none":
            yield f"{option.saving}: {SAVINGS[option.saving]}"
            continue
        one = ISOLATIONS[option.isolation]
        needs = f"; needs {one.needs}" if one.needs else ""
        yield f"{one.name}: {one.status}: {one.source}{needs}"


def _chance(figure: float) -> str:
    if figure < ROUNDING:
        return "0" if figure == 0 else f"<{ROUNDING:g}"
    return f"{figure:.2g}" if figure < 0.1 else f"{figure:,.3g}"


def _felt(kills: float | None) -> str:
    return "too full" if kills is None else _chance(kills)


def _times(now: float | None, before: float | None) -> str:
    if not now or not before or now == before:
        return ""
    return f"{now / before:,.3g} x"


def _most(users: int) -> str:
    """A limit that no machine reaches is none."""
    return "none" if users >= 10**9 else f"{users:,}"


def document(asked: Asked) -> dict[str, Any]:
    """The answer as plain dicts, lists, texts and numbers."""
    question, answer = asked.question, asked.answer
    packing, model, target = answer.packing, question.model, question.target
    return {
        "schema": SCHEMA,
        "instance_type": question.machine.instance_type,
        "users_per_vm": packing.users,
        "binding": packing.binding,
        "overflow_probability": packing.overflow,
        "kills_per_user_year": answer.kills_per_user_year,
        "usable_gib": packing.usable_gib,
        "range": _range(asked),
        "moved_most_by": [_moved(move) for move in asked.range.moves],
        "inputs": [_input(one) for one in asked.range.inputs],
        "asked": {
            "users": target.users,
            "overflow": target.overflow,
            "kills": asked.question.kill_target,
            "active": model.active_share,
            "correlation": model.correlation,
            "overhead_mib": model.overhead_mib,
            "session_hours": model.session_hours,
            "isolation": question.isolation,
            "saving": question.saving,
            "memory": asked.memory,
        },
        "limits": [
            {"limit": name, "users_per_vm": users if users < 10**9 else None}
            for name, users in packing.limits.items()
        ],
        "cliff": [
            {
                "users_per_vm": step.users,
                "overflow_probability": step.overflow,
                "kills_per_user_year": step.kills_per_user_year,
            }
            for step in answer.cliff
        ],
        "options": [
            {
                "isolation": option.isolation,
                "saving": option.saving,
                "overhead_mib": option.overhead_mib,
                "users_per_vm": option.users,
                "binding": option.binding,
                "machine_cost_ratio": option.cost_ratio,
                "status": ISOLATIONS[option.isolation].status,
                "source": ISOLATIONS[option.isolation].source,
                "needs": ISOLATIONS[option.isolation].needs,
                "saving_source": SAVINGS[option.saving],
            }
            for option in answer.options
        ],
    }


def _range(asked: Asked) -> dict[str, Any]:
    packing, kills = asked.answer.packing, asked.answer.kills_per_user_year
    low, high = ends(asked)
    likely = Felt(packing.users, packing.overflow, kills)
    levels = {
        "low": _felt_json(low),
        "likely": _felt_json(likely),
        "high": _felt_json(high),
    }
    return {
        name: {level: found[name] for level, found in levels.items()}
        for name in levels["likely"]
    }


def _felt_json(one: Felt) -> dict[str, Any]:
    return {
        "users_per_vm": one.users,
        "overflow_probability": one.overflow,
        "kills_per_user_year": one.kills_per_user_year,
    }


def _input(one: Input) -> dict[str, Any]:
    return {
        "input": one.name,
        "low": one.low,
        "likely": one.likely,
        "high": one.high,
        "unit": one.unit,
        "mark": one.mark,
        "source": one.source,
    }


def _moved(move: Move) -> dict[str, Any]:
    low, high = _felt_json(move.at_low), _felt_json(move.at_high)
    return {
        "input": move.input.name,
        **{name: {"low": low[name], "high": high[name]} for name in low},
    }
