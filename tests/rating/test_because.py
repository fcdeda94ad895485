"""What a line says of its quantity multiplies: every sentence that is arithmetic.

A sentence holds numbers, words and `x`, `/`, `+`, `-`, `%`. Without its words it is a
product, and that is the quantity. Behind `;` it says what the quantity is part of.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

import pytest

from farebox.bill.statement import LineItem
from tests.casebook import case_files, frozen_book, load, statement_of

BOOK, FILES = frozen_book(), case_files()
HOURS = Decimal(730)
EXACT = Decimal("1e-15")

WHOLE = re.compile(
    r"^[\d.]+ (GiB for a month|IOPS provisioned|requests a month as given"
    r"|a month as given|metrics? for a month)"
)
"""What is the quantity as it stands, without a factor."""
A_TASK = re.compile(r"^(one|[\d.]+) a task; ([\d.]+) tasks (all month|of ([\d.]+) min)")
PART = re.compile(r"; (tier from|after the free|free allowance).*$")
IN_VOLUMES = re.compile(r"in [\d.]+ volume\(s\)|\(s\)")
NO_NUMBER = re.compile(r"\([^()\d]*\)")
"""A remark in brackets, its words left out."""
WORDS = re.compile(r"\b(?!x\b)[A-Za-z_][\w/-]*\b:?")


def worked(because: str) -> Decimal | None:
    """What the sentence multiplies to; None where it is no arithmetic."""
    task = A_TASK.match(because)
    if task:
        size = Decimal(1 if task[1] == "one" else task[1])
        hours = Decimal(task[4]) / 60 if task[4] else HOURS
        return size * Decimal(task[2]) * hours
    head, rule, _ = because.split(";")[0].partition(" as a rule, ")
    if rule:
        return Decimal(head.split()[0])
    if not (" x " in head or " / " in head or WHOLE.match(head)):
        return None
    anomaly = ", three each for anomaly detection"
    text = IN_VOLUMES.sub("", head.replace(anomaly, " x 3"))
    return _product(NO_NUMBER.sub("", WORDS.sub("", text)))


def _product(text: str) -> Decimal:
    """The value of numbers and signs, by the usual order. Raises where it is none."""
    tokens = re.findall(r"\d+(?:\.\d+)?|[-+x/%()]", text.replace(",", ""))
    value, rest = _sum(tokens)
    assert not rest, text
    return value


def _sum(tokens: list[str]) -> tuple[Decimal, list[str]]:
    value, tokens = _term(tokens)
    while tokens and tokens[0] in "+-":
        other, rest = _term(tokens[1:])
        value = value + other if tokens[0] == "+" else value - other
        tokens = rest
    return value, tokens


def _term(tokens: list[str]) -> tuple[Decimal, list[str]]:
    value, tokens = _factor(tokens)
    while tokens and tokens[0] in "x/":
        other, rest = _factor(tokens[1:])
        value = value * other if tokens[0] == "x" else value / other
        tokens = rest
    return value, tokens


def _factor(tokens: list[str]) -> tuple[Decimal, list[str]]:
    if tokens[0] == "(":
        value, tokens = _sum(tokens[1:])
        assert tokens[0] == ")"
    else:
        value = Decimal(tokens[0])
    tokens = tokens[1:]
    if tokens and tokens[0] == "%":
        return value / 100, tokens[1:]
    return value, tokens


def of_one_sentence(lines: Iterable[LineItem]) -> Iterable[tuple[str, list[LineItem]]]:
    """The lines of a resource that one sentence is about.

    They are parts of its quantity: a tier each, what an allowance takes and leaves, or
    the one of two kinds of volume that is likelier.
    """
    found: dict[tuple[object, str], list[LineItem]] = {}
    for line in lines:
        found.setdefault((line.subject, PART.sub("", line.because)), []).append(line)
    for (_, said), of_it in found.items():
        yield said, of_it


CASES = {path.stem: path for path in FILES}


@pytest.mark.parametrize("name", CASES)
def test_what_a_line_says_of_its_quantity_multiplies(name: str) -> None:
    case = load(CASES[name])
    statement = statement_of(case, BOOK)
    for said, lines in of_one_sentence(statement.lines):
        value = worked(said)
        if value is None:
            continue
        whole = sum((line.quantity for line in lines), Decimal(0))
        each = {line.quantity for line in lines}
        near = EXACT * max(value, Decimal(1))
        assert each == {value} or abs(value - whole) <= near, said


@pytest.mark.parametrize(
    ("because", "value"),
    [
        ("4 instances x 730 hours", "2920"),
        ("3 x (4000 - 3000 included) IOPS", "3000"),
        ("(500 - 125 included) MiB/s / 1024", "0.3662109375"),
        ("1000 GiB in 2 volume(s) x 40 % used x (1 + 2 % a day x 0.5 day(s))", "404"),
        ("0.5 a task; 31 tasks of 6 minutes; cron(15 6 * * ? *)", "1.55"),
        ("0 as a rule, 20 GiB for a month at the low level", "0"),
        ("0.25 a task; 2 tasks all month", "365"),
        ("2 metrics for a month, three each for anomaly detection", "6"),
        ("1200 a month as given x 2", "2400"),
        ("new_connections binds: 1200 new connections/s / 600 x 730 hours", "1460"),
    ],
)
def test_a_sentence_is_read_as_the_product_that_it_is(because: str, value: str) -> None:
    assert worked(because) == Decimal(value)


@pytest.mark.parametrize(
    "because",
    [
        "runs all month",
        "2 of 3 reserved instances stay unused",
        "VPC flow logs, October",
    ],
)
def test_a_sentence_without_a_product_is_none(because: str) -> None:
    assert worked(because) is None


def test_most_lines_of_the_cases_say_a_product() -> None:
    said = [
        line.because for path in FILES for line in statement_of(load(path), BOOK).lines
    ]
    assert sum(worked(because) is not None for because in said) > len(said) / 2
