"""The last resort of every command: a defect of Farebox is a sentence, not a traceback.

The details go to a file in the temporary folder, without what the environment, an
address or a key's own form shows to be a secret.
"""

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

DEFECT = 70
"""`EX_SOFTWARE` of sysexits.h: an internal error of the program."""

SECRET_NAME = re.compile(
    r"SECRET|TOKEN|PASSWORD|PASSPHRASE|ACCESS_KEY|CREDENTIAL|PRIVATE|API_?KEY", re.I
)
SHORTEST_SECRET = 6
"""Characters: taking out a shorter value would take out words of the traceback too."""

SECRET_FORMS = (
    (re.compile(r"(?<=://)[^/\s@]+@"), "[secret]@"),
    (re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b"), "[secret]"),
    (re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|pul-)[\w-]{8,}"), "[secret]"),
    (re.compile(r"(?i)(?<=bearer )[\w.~+/=-]+"), "[secret]"),
    (
        re.compile(r"(?i)((?:secret|token|password|passphrase)\w*['\"]?\s*[:=]\s*)\S+"),
        r"\1[secret]",
    ),
)
"""What is taken out by its form, wherever it stands, and what stands in its place."""


def told(error: BaseException, arguments: Sequence[str]) -> str:
    """The sentence for an error that nobody expected; writes the file that it names."""
    kind = type(error).__name__
    try:
        path = _write(_details(error, arguments))
    except OSError as failed:
        where = f"; its details could not be written: {failed.strerror or failed}"
    else:
        where = f"; please report it with the file {path}, which holds its details"
    return f"this is a defect of Farebox ({kind}), not of your input alone{where}"


def without_secrets(text: str, environment: Mapping[str, str]) -> str:
    """The text without secret values: the environment's, and those known by their form."""
    values = (
        value
        for name, value in environment.items()
        if SECRET_NAME.search(name) and len(value) >= SHORTEST_SECRET
    )
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, "[secret]")
    for form, instead in SECRET_FORMS:
        text = form.sub(instead, text)
    return text


def _details(error: BaseException, arguments: Sequence[str]) -> str:
    try:
        farebox = version("farebox")
    except PackageNotFoundError:
        farebox = "not installed"
    said = "".join(traceback.format_exception(error, limit=-60))
    head = f"farebox {farebox}, Python {sys.version.split()[0]}, {sys.platform}"
    return f"{head}\nfare {' '.join(arguments)}\n\n{said}"


def _write(details: str) -> str:
    """The file's path; only its owner may read it."""
    handle, path = tempfile.mkstemp(prefix="fare-defect-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(without_secrets(details, os.environ))
    return path
