"""The floors of docs/concepts.md: who may import whom, read from the source.

Imports for types alone count as any other: what a value knows of, it depends on.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

VALUES = ("farebox/files", "farebox/prices", "farebox/graph", "farebox/bill")

ROOMS: dict[str, tuple[str, ...]] = {
    "farebox/errors.py": (),
    "farebox/extras.py": (),
    "farebox/files": (),
    "farebox/prices": ("farebox/files",),
    "pricing_fetch": ("farebox/prices",),
    "farebox/graph": ("farebox/files",),
    "farebox/bill": ("farebox/files", "farebox/prices", "farebox/graph"),
    "farebox/rules": VALUES,
    "farebox/diff": VALUES,
    "farebox/billed": VALUES,
    "farebox/rating": (*VALUES, "farebox/rules"),
    "farebox/hosting": (*VALUES, "farebox/rules", "farebox/rating"),
    "farebox/reports": (
        *VALUES,
        "farebox/diff",
        "farebox/billed",
        "farebox/hosting",
    ),
    "farebox/forge": (*VALUES, "farebox/diff", "farebox/reports"),
    "farebox/quote": (
        *VALUES,
        "farebox/billed",
        "farebox/rules",
        "farebox/rating",
        "farebox/diff",
        "farebox/reports",
        "pricing_fetch",
    ),
    "farebox/advice": (*VALUES, "farebox/rules", "farebox/rating", "farebox/quote"),
    "farebox/fleet": (*VALUES, "farebox/billed", "farebox/quote"),
    "farebox/guard": (
        *VALUES,
        "farebox/reports",
        "farebox/quote",
        "farebox/advice",
    ),
    "policy_pack": ("farebox/guard",),
    "farebox/agents": (
        *VALUES,
        "farebox/rating",
        "farebox/diff",
        "farebox/reports",
        "farebox/quote",
        "farebox/advice",
    ),
    "farebox/editor": (*VALUES, "farebox/reports", "farebox/agents"),
    "farebox/cli": (
        *VALUES,
        "farebox/rules",
        "farebox/rating",
        "farebox/diff",
        "farebox/billed",
        "farebox/hosting",
        "farebox/reports",
        "farebox/forge",
        "farebox/quote",
        "farebox/advice",
        "farebox/fleet",
        "farebox/agents",
        "farebox/editor",
        "pricing_fetch",
    ),
    "farebox": (
        *VALUES,
        "farebox/diff",
        "farebox/rating",
        "farebox/quote",
        "farebox/reports",
        "farebox/cli",
    ),
    "passepartout": (),
    "components": ("passepartout",),
}
"""Each room, from the ground up, and the rooms below it that it may import.

`farebox` is what stands in the package itself: the library's names. What is there for
everyone is a row of its own.
"""

FOR_ALL = ("farebox/errors.py", "farebox/extras.py")

INSIDE: dict[str, tuple[str, ...]] = {
    "farebox/prices": ("farebox/prices", "farebox/prices/store"),
    "pricing_fetch": (
        "pricing_fetch",
        "pricing_fetch/net",
        "pricing_fetch/lists",
        "pricing_fetch/calls",
        "pricing_fetch/feeds",
        "pricing_fetch/refresh",
    ),
    "farebox/graph": (
        "farebox/graph/errors.py",
        "farebox/graph/values.py",
        "farebox/graph/merging.py",
        "farebox/graph/outputs.py",
        "farebox/graph/resource.py",
        "farebox/graph/templates",
        "farebox/graph",
        "farebox/graph/offline",
    ),
    "farebox/rules": (
        "farebox/rules",
        "farebox/rules/machines",
        "farebox/rules/aws",
        "farebox/rules/kubernetes",
        "farebox/rules/registry.py",
        "farebox/rules/packages.py",
        "farebox/rules/usage_keys.py",
    ),
    "farebox/hosting": (
        "farebox/hosting",
        "farebox/hosting/packing",
        "farebox/hosting/paper",
        "farebox/hosting/plan",
        "farebox/hosting/tiers",
        "farebox/hosting/colo",
        "farebox/hosting/growth",
        "farebox/hosting/spot",
        "farebox/hosting/choice",
        "farebox/hosting/claims",
    ),
    "farebox/reports": (
        "farebox/reports/page",
        "farebox/reports",
        "farebox/reports/statement",
        "farebox/reports/exports",
        "farebox/reports/change",
        "farebox/reports/prices",
        "farebox/reports/hosting",
        "farebox/reports/billed",
        "farebox/reports/fleet",
        "farebox/reports/advice",
        "farebox/reports/graphic/chart.py",
        "farebox/reports/graphic/tier",
        "farebox/reports/graphic",
    ),
    "passepartout": (
        "passepartout/errors.py",
        "passepartout/users",
        "passepartout/logs",
        "passepartout/proxy/units",
        "passepartout/proxy",
        "passepartout/agent/units",
        "passepartout/agent",
        "passepartout/restore",
        "passepartout/image",
        "passepartout",
    ),
    "farebox/cli": (
        "farebox/cli/errors.py",
        "farebox/cli/show.py",
        "farebox/cli/options",
        "farebox/cli",
        "farebox/cli/prices",
        "farebox/cli/bill",
        "farebox/cli/fleet",
    ),
}
"""The folders of a room, from the ground up: each imports those before it.

A module has a row of its own where it stands on another floor than its folder.
"""

HEAVY: dict[str, tuple[str, ...]] = {
    "components": ("pulumi", "pulumi_aws"),
    "policy_pack": ("pulumi", "pulumi_policy"),
    "passepartout/users": ("boto3", "botocore"),
    "passepartout/agent": ("boto3", "botocore"),
    "passepartout/restore": ("boto3",),
    "passepartout": ("boto3",),
    "passepartout/proxy": ("boto3",),
    "pricing_fetch/calls": ("boto3", "botocore"),
    "pricing_fetch/net": ("urllib3",),
    "farebox/files": ("yaml",),
    "farebox/prices/store": ("sqlalchemy", "psycopg"),
    "farebox/graph": ("pulumi", "pulumi_policy"),
    "farebox/graph/offline": ("pulumi",),
    "farebox/guard": ("pulumi_policy",),
    "farebox/quote": ("pulumi",),
    "farebox/hosting": ("numpy", "yaml"),
    "farebox/hosting/packing": ("numpy",),
    "farebox/hosting/plan": ("yaml",),
    "farebox/hosting/colo": ("numpy",),
    "farebox/cli/options": ("click",),
    "farebox/cli": ("click",),
    "farebox/cli/prices": ("click",),
    "farebox/cli/bill": ("click",),
    "farebox/cli/fleet": ("click",),
    "farebox/fleet": ("ibis", "boto3"),
    "farebox/agents": ("mcp", "anyio"),
    "farebox/editor": ("pygls", "lsprotocol"),
    "farebox/reports/graphic": ("vl_convert",),
    "farebox/billed": ("ibis", "boto3"),
}
"""Packages outside the standard library, by the folders that may import them."""

NETWORK = {"urllib.request", "http.client", "http.server", "socket", "ssl", "urllib3"}

SOURCES = sorted(
    path
    for folder in (
        "farebox",
        "components",
        "passepartout",
        "policy_pack",
        "pricing_fetch",
    )
    for path in (ROOT / folder).rglob("*.py")
)

FILES = {path.relative_to(ROOT).as_posix() for path in SOURCES}


def imports(source: str) -> Iterator[str]:
    """Everything that a module imports, wherever in it: modules and names of modules."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def file_of(module: str) -> str | None:
    """The file of ours that a dotted name is in, or None: `farebox.bill.terms.Terms`."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        path = "/".join(parts[:length])
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if file in FILES:
                return file
    return None


def room_of(file: str) -> str:
    """The room of a file: the longest row that it lies in."""
    rows = [row for row in ROOMS if file == row or file.startswith(f"{row}/")]
    return max(rows, key=len)


def folder_of(file: str) -> str:
    """The folder of a file; the file itself where it has a row of its own."""
    rows = {row for folders in INSIDE.values() for row in folders}
    return file if file in rows else file.rpartition("/")[0]


def fault(file: str, module: str) -> str:
    """Empty, or why the file may not import the module."""
    itself, target = room_of(file), file_of(module)
    if target is None:
        package = module.split(".")[0]
        known = {name for names in HEAVY.values() for name in names}
        folder = file.rpartition("/")[0]
        if package in known and package not in HEAVY.get(folder, ()):
            return f"{folder} may not import {package}"
        return ""
    room = room_of(target)
    if room in FOR_ALL:
        return ""
    if room != itself:
        return "" if room in ROOMS[itself] else f"{itself} may not import {room}"
    order = INSIDE.get(room, (room,))
    below = order.index(folder_of(target)) <= order.index(folder_of(file))
    return "" if below else f"{folder_of(file)} stands below {folder_of(target)}"


@pytest.mark.parametrize("file", sorted(FILES))
def test_a_module_imports_only_from_lower_floors(file: str) -> None:
    source = (ROOT / file).read_text(encoding="utf-8")
    assert not [why for module in imports(source) if (why := fault(file, module))]


def test_every_folder_with_modules_has_its_row() -> None:
    rows = {row for room in ROOMS for row in INSIDE.get(room, (room,))}
    assert {folder_of(file) for file in FILES} <= rows
    assert rows <= FILES | {file.rpartition("/")[0] for file in FILES}


def test_the_rooms_are_named_from_the_ground_up() -> None:
    order = list(ROOMS)
    for room, below in ROOMS.items():
        assert all(order.index(other) < order.index(room) for other in below), room


@pytest.mark.parametrize(
    ("file", "module"),
    [
        ("farebox/rules/cron.py", "farebox.guard.pack.Policies"),
        ("farebox/rules/charges.py", "farebox.rules.registry.RULES"),
        ("farebox/rules/machines/pools.py", "farebox.rules.aws.ec2"),
        ("farebox/bill/budget.py", "farebox.diff.limits.Limit"),
        ("farebox/bill/statement.py", "farebox.rating.estimate"),
        ("farebox/diff/statements.py", "farebox.quote.quote.Quote"),
        ("farebox/prices/book.py", "farebox.prices.store.open_store"),
        ("farebox/prices/book.py", "sqlalchemy"),
        ("farebox/graph/preview.py", "farebox.prices.PriceBook"),
        ("farebox/graph/preview.py", "farebox.graph.offline.program"),
        ("farebox/hosting/packing/pack.py", "farebox.hosting.plan.sizing"),
        ("farebox/hosting/growth/ladder.py", "numpy"),
        ("farebox/reports/statement/page.py", "farebox.reports.change.comment"),
        ("farebox/reports/statement/page.py", "farebox.rules.registry"),
        ("farebox/quote/quote.py", "farebox.cli.errors.remark"),
        ("farebox/quote/quote.py", "farebox.estimate"),
        ("farebox/forge/delivery.py", "farebox.cli.errors.BadInput"),
        ("farebox/forge/delivery.py", "farebox.quote.quote"),
        ("farebox/cli/options/common.py", "farebox.cli.price"),
        ("farebox/errors.py", "farebox.bill.terms"),
        ("pricing_fetch/net/transport.py", "pricing_fetch.refresh.jobs"),
        ("pricing_fetch/net/transport.py", "farebox.graph.resource"),
        ("pricing_fetch/lists/offers.py", "boto3"),
        ("components/network.py", "farebox.bill.terms.Terms"),
        ("policy_pack/__main__.py", "farebox.quote.quote"),
        ("passepartout/users/store.py", "farebox.bill.terms"),
        ("passepartout/users/store.py", "passepartout.cli"),
        ("passepartout/users/assigner.py", "passepartout.agent.agent"),
    ],
)
def test_an_import_that_runs_up_is_seen(file: str, module: str) -> None:
    assert file in FILES
    assert fault(file, module)


def test_an_import_for_types_alone_and_one_in_a_function_are_seen_too() -> None:
    source = (
        "if TYPE_CHECKING:\n    from farebox.cli.errors import BadInput\n"
        "def f():\n    import farebox.guard.pack\n"
    )
    assert list(imports(source)) == [
        "farebox.cli.errors.BadInput",
        "farebox.guard.pack",
    ]


def test_the_main_path_imports_neither_network_nor_engine() -> None:
    for folder in ("rating", "bill", "rules", "diff"):
        for path in (ROOT / "farebox" / folder).rglob("*.py"):
            packages = {name.split(".")[0] for name in imports(path.read_text())}
            assert not packages & {"boto3", "pulumi", "urllib", "socket", "http", "os"}


def test_the_rooms_that_compute_read_no_clock_and_no_randomness() -> None:
    for room in ("prices", "graph", "bill", "rules", "diff", "rating"):
        for path in (ROOT / "farebox" / room).rglob("*.py"):
            source = path.read_text()
            for call in ("date.today(", "datetime.now(", "time.time(", "random."):
                assert call not in source, f"{path.name} calls {call}"


def test_only_the_forge_the_agent_and_the_price_sources_open_connections() -> None:
    for file in FILES:
        if room_of(file) not in ("farebox/forge", "passepartout", "pricing_fetch"):
            names = set(imports((ROOT / file).read_text()))
            modules = names | {name.rpartition(".")[0] for name in names}
            assert not modules & NETWORK, f"{file} opens connections"
