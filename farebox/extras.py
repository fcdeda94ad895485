"""What a part of Farebox needs beyond the packages that read and price a document.

* NotInstalled   what was asked for needs an extra; the sentence has the line to install it

The extras are those of pyproject.toml. A document needs none of them.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from farebox.errors import FareboxError


class NotInstalled(FareboxError):
    """What was asked for needs packages that are not installed here."""


class Extra(Struct, frozen=True):
    """The packages that an extra brings, as they are imported, and what they are for."""

    packages: tuple[str, ...]
    what: str


EXTRAS = {
    "programs": Extra(("pulumi",), "a program in Python is run offline"),
    "live": Extra(
        ("boto3", "sqlalchemy", "urllib3"),
        "AWS and the price store are asked",
    ),
    "postgresql": Extra(("psycopg",), "a PostgreSQL server is asked"),
    "hosting": Extra(
        ("numpy", "pulumi_aws"),
        "Farebox's own hosting stack and its economics are reckoned",
    ),
    "policy": Extra(("pulumi_policy",), "a budget blocks a preview"),
    "bills": Extra(
        ("ibis", "duckdb"), "bills, fleets and Parquet are read and written"
    ),
    "spark": Extra(("pyspark",), "bills and fleets are asked on Spark"),
    "mcp": Extra(("mcp",), "agents are answered"),
    "lsp": Extra(("pygls",), "editors are answered"),
    "report": Extra(("vl_convert",), "charts are drawn"),
}


COMMANDS = {
    "pip": "pip install",
    "uv": "uv tool install",
    "pipx": "pipx install --force",
}
"""How each installs from a clone."""


def missing(name: str) -> str:
    """Why the extra cannot be used here and how to install it, or empty where it can."""
    lacking = _lacking(name)
    return _sentence(name, lacking) if lacking else ""


def require(name: str) -> None:
    """Raise NotInstalled where a package of the extra is missing."""
    if why := missing(name):
        raise NotInstalled(why)


def install_line(name: str) -> str:
    """The command that installs an extra, by what installed Farebox here.

    It names no package of an index: nobody has published one, and who did first would
    be installed. uv and pipx make the environment anew, so their line names the extras
    that are here too.
    """
    tool, extras = installed_by(), {name}
    if tool != "pip":
        extras.update(one for one in EXTRAS if not _lacking(one))
    return f"{COMMANDS[tool]} '.[{','.join(sorted(extras))}]' in Farebox's clone"


def installed_by() -> str:
    """What made the environment that Farebox runs in: `uv` or `pipx`, apart from every
    program's, else `pip`."""
    for tool, mark in (("uv", "uv-receipt.toml"), ("pipx", "pipx_metadata.json")):
        if (Path(sys.prefix) / mark).is_file():
            return tool
    return "pip"


def told(error: ModuleNotFoundError) -> str:
    """The sentence for a package of an extra that an import did not find, or empty."""
    package = (error.name or "").partition(".")[0]
    for name, extra in EXTRAS.items():
        if package in extra.packages:
            return _sentence(name, [package])
    return ""


def _lacking(name: str) -> list[str]:
    return [one for one in EXTRAS[name].packages if find_spec(one) is None]


def _sentence(name: str, lacking: list[str]) -> str:
    are = "is" if len(lacking) == 1 else "are"
    return (
        f"{EXTRAS[name].what} with {', '.join(lacking)}, which {are} not installed: "
        f"{install_line(name)}"
    )
