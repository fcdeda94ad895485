"""The rooms of docs/concepts.md: who may import whom, read from the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

HEAVY = {
    "boto3",
    "botocore",
    "pulumi",
    "pulumi_aws",
    "pulumi_policy",
    "numpy",
    "sqlalchemy",
    "psycopg",
    "urllib3",
    "duckdb",
    "click",
}
"""Packages outside the standard library that a room must be allowed to import."""

FAREBOX_ROOMS = {
    "farebox.files",
    "farebox.prices",
    "farebox.graph",
    "farebox.rules",
    "farebox.reports",
    "farebox.hosting",
    "farebox.forge",
    "farebox.cli",
    "farebox.main",
}
"""`farebox.main` stands for the modules directly in the package: the main path."""

MAY_IMPORT: dict[str, set[str]] = {
    "components": {"pulumi", "pulumi_aws"},
    "policy_pack": {"farebox.main", "pulumi", "pulumi_policy"},
    "pricing_fetch": {"farebox.prices", "boto3", "botocore", "urllib3"},
    "farebox/files": set(),
    "farebox/prices": {"sqlalchemy"},
    "farebox/graph": {"farebox.files", "pulumi", "pulumi_policy"},
    "farebox/rules": {"farebox.graph", "farebox.prices", "farebox.main"},
    "farebox/reports": {"farebox.main", "farebox.prices", "farebox.hosting"},
    "farebox/hosting": {
        "farebox.files",
        "farebox.main",
        "farebox.graph",
        "farebox.prices",
        "farebox.rules",
        "numpy",
    },
    "farebox/forge": {"farebox.main", "farebox.reports"},
    "farebox/cli": {*FAREBOX_ROOMS, "pricing_fetch", "click"},
    "farebox": {
        *FAREBOX_ROOMS - {"farebox.cli", "farebox.hosting", "farebox.forge"},
        "pricing_fetch",
        "pulumi",
        "pulumi_policy",
    },
}
"""Folder to what its modules may import of ours and of the heavy packages."""

ROOMS = sorted(MAY_IMPORT, key=len, reverse=True)


def _room_of(path: Path) -> str | None:
    relative = path.relative_to(ROOT).as_posix()
    return next((room for room in ROOMS if relative.startswith(f"{room}/")), None)


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _room_named(module: str) -> str:
    parts = module.split(".")
    if parts[0] != "farebox":
        return parts[0]
    room = ".".join(parts[:2])
    return room if room in FAREBOX_ROOMS else "farebox.main"


SOURCES = sorted(
    path
    for folder in ("farebox", "components", "policy_pack", "pricing_fetch")
    for path in (ROOT / folder).rglob("*.py")
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    room = _room_of(path)
    assert room is not None
    itself = room.replace("/", ".")
    for module in _imports(path):
        target = _room_named(module)
        ours = target.startswith("farebox.") or target in (
            "components",
            "pricing_fetch",
            "tests",
        )
        if target == itself or (room == "farebox" and target == "farebox.main"):
            continue
        if ours or target in HEAVY:
            assert target in MAY_IMPORT[room], f"{path.name} imports {module}"


def test_the_main_path_imports_neither_network_nor_engine() -> None:
    for name in ("estimate", "rating", "statement", "usage", "assumptions"):
        modules = {m.split(".")[0] for m in _imports(ROOT / f"farebox/{name}.py")}
        assert not modules & {"boto3", "pulumi", "urllib", "socket", "http", "os"}


def test_the_rooms_that_compute_read_no_clock_and_no_randomness() -> None:
    for room in ("prices", "graph", "rules"):
        for path in (ROOT / "farebox" / room).rglob("*.py"):
            source = path.read_text()
            for call in ("date.today(", "datetime.now(", "time.time(", "random."):
                assert call not in source, f"{path.name} calls {call}"


NETWORK = {"urllib.request", "http.client", "http.server", "socket", "ssl", "urllib3"}


def test_only_the_forge_and_the_price_sources_open_connections() -> None:
    for path in SOURCES:
        if _room_of(path) not in ("farebox/forge", "pricing_fetch"):
            assert not set(_imports(path)) & NETWORK, f"{path.name} opens connections"
