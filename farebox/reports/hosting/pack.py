"""The answer of `fare pack`: users per VM, the limits, the cliff, the options."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from msgspec import Struct

from farebox.hosting.packing.isolation import ISOLATIONS, SAVINGS
from farebox.hosting.packing.pack import OptionPacking, PackAnswer, PackQuestion
from farebox.hosting.packing.pack_range import Felt, Move, PackRange
from farebox.hosting.uncertainty import Input
from farebox.reports.page.as_text import BOLD, RESET

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


def text(asked: Asked, *, color: bool = False) -> str:
    """The answer in 80 columns."""
    return "".join(f"{line}\n" for line in _lines(asked, color))


def _lines(asked: Asked, color: bool) -> Iterator[str]:
    question, answer = asked.question, asked.answer
    packing, machine = answer.packing, question.machine

    def bold(line: str) -> str:
        return f"{BOLD}{line}{RESET}" if color else line

    yield bold(
        f"{machine.instance_type} · {machine.memory_gib:g} GiB,"
        f" {packing.usable_gib:.1f} usable · {machine.vcpus} vCPUs"
    )
    yield from wrap(asked.memory, WIDTH)
    yield ""
    if answer.asked:
        yield bold(f"{packing.users:,} users on a VM, as asked")
    else:
        yield bold(f"{packing.users:,} users on a VM; {packing.binding} binds")
    yield from _ranges(asked)
    yield ""
    yield bold(f"{'Limits':<28}{'users on a VM':>15}")
    for name, users in sorted(packing.limits.items(), key=lambda pair: pair[1]):
        yield f"  {name:<26}{_most(users):>15}"
    if answer.cliff:
        yield ""
        yield bold(
            f"{'The cliff':<16}{'users':>8}{'overflow':>14}{'kills':>14}{'kills rise':>14}"
        )
        first = answer.cliff[0]
        for step in answer.cliff:
            more = f"+{step.users / first.users - 1:.0%}" if step is not first else ""
            kills = step.kills_per_user_year
            yield (
                f"  {more:<14}{step.users:>8,}{_chance(step.overflow):>14}{_felt(kills):>14}"
                f"{_times(kills, first.kills_per_user_year):>14}"
            ).rstrip()
    yield ""
    if asked.range.moves:
        what = "the overflow" if answer.asked else "users on a VM"
        yield bold(f"What moves {what} most")
        for move in asked.range.moves:
            yield _move(move, answer)
        yield ""
    yield bold(
        f"{'Options':<24}{'MiB a user':>12}{'users on a VM':>16}{'machine cost':>15}"
    )
    yield from map(_option, answer.options)
    for note in _notes(answer):
        yield from wrap(note, WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _ranges(asked: Asked) -> Iterator[str]:
    """Users, overflow and kills as likely, low and high."""
    low, high = ends(asked)
    packing, kills = asked.answer.packing, asked.answer.kills_per_user_year
    yield f"{'':<28}{'likely':>15}{'low':>15}{'high':>15}"
    for name, cells in (
        ("users", [f"{n:,}" for n in (packing.users, low.users, high.users)]),
        (
            "overflow at the peak hour",
            [_chance(one) for one in (packing.overflow, low.overflow, high.overflow)],
        ),
        (
            "kills per user-year",
            [
                _felt(one)
                for one in (kills, low.kills_per_user_year, high.kills_per_user_year)
            ],
        ),
    ):
        yield f"  {name:<26}" + "".join(f"{cell:>15}" for cell in cells)


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


def _move(move: Move, answer: PackAnswer) -> str:
    one = move.input
    label = f"{one.name.replace('_', ' ')}: {one.low:g} – {one.high:g} {one.unit}"
    low, high = (
        _chance(end.overflow) if answer.asked else f"{end.users:,}"
        for end in (move.at_low, move.at_high)
    )
    return f"  {label:<50}{f'{low} – {high}':>28}"


def _option(option: OptionPacking) -> str:
    ratio = option.cost_ratio
    cost = "–" if ratio is None else f"{ratio - 1:+.1%} a user"
    return (
        f"  {_name(option):<22}{option.overhead_mib:>12g}{option.users:>16,}{cost:>15}"
    )


def _name(option: OptionPacking) -> str:
    return option.isolation + (f" + {option.saving}" if option.saving != "none" else "")


def _notes(answer: PackAnswer) -> Iterator[str]:
    """What each option stands on, once."""
    yield ""
    for option in answer.options:
        if option.saving != "none":
            yield f"  {option.saving}: {SAVINGS[option.saving]}"
            continue
        one = ISOLATIONS[option.isolation]
        needs = f"; needs {one.needs}" if one.needs else ""
        yield f"  {one.name}: {one.status}: {one.source}{needs}"


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


def json(asked: Asked) -> bytes:
    """The contract `farebox.pack/1` (docs/json.md)."""
    from msgspec.json import encode, format

    return bytes(format(encode(document(asked)), indent=1)) + b"\n"


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
