"""Packages of Pulumi's generated SDKs, loaded a module at a time instead of whole.

`aws.ec2.Vpc` imports all 182 modules of `pulumi_aws.ec2`, of which a program uses ten:
half of an offline run's time. A package whose `__init__.py` does nothing but import all
names of its modules is loaded name by name here. Whatever is asked of it beyond such a
name loads it whole, so that a program sees the same package.
"""

import contextlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

SDKS = "pulumi_"
"""How the packages of SDKs are called."""

OUTPUTS = "outputs"
"""The module that a generated package imports by its name."""

_ALL_NAMES = re.compile(r"from \.(\w+) import \*", re.ASCII)
_HARMLESS = re.compile(
    r"|#.*|import (?:builtins as _builtins|typing)|from \.\. import _utilities"
    rf"|from \. import {OUTPUTS}",
    re.ASCII,
)
_EXPORTS = re.compile(r"^__all__ = \[(.*?)\]", re.DOTALL | re.MULTILINE)
_HEAD = 4_096
"""Characters of a module in which its list of names stands, as a rule."""


@contextlib.contextmanager
def lazy_sdks() -> Iterator[None]:
    """Generated packages that are imported inside are loaded name by name."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    """Finds generated packages of the SDKs, and nothing else."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if path is None or not fullname.startswith(SDKS) or fullname.count(".") != 1:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None or not spec.submodule_search_locations:
            return None
        modules = _modules_of(Path(spec.origin or ""))
        if modules is not None:
            spec.loader = _LazyLoader(spec.loader, modules)
        return spec


class _LazyLoader(Loader):
    """Loads a package as its names are asked for."""

    def __init__(self, whole: Loader, modules: tuple[str, ...]) -> None:
        self.whole = whole
        self.modules = modules

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.whole.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__getattr__"] = _names_of(module, self.whole, self.modules)


def _names_of(
    package: ModuleType, whole: Loader, modules: tuple[str, ...]
) -> Callable[[str], Any]:
    """What gives a name that the package does not have yet."""
    places: dict[str, str] = {}

    def give(name: str) -> Any:
        if name == OUTPUTS:
            return import_module(f"{package.__name__}.{OUTPUTS}")
        if name.startswith("__") and name != "__all__":
            raise AttributeError(f"module {package.__name__} has no attribute {name}")
        if not places:
            places.update(_places(package, modules))
        module_name = places.get(name)
        if module_name is None:
            package.__dict__.pop("__getattr__", None)
            whole.exec_module(package)
            return getattr(package, name)
        module = import_module(f"{package.__name__}.{module_name}")
        # A function get_ami stands in the module get_ami: the name is the function's.
        for given, place in places.items():
            if place == module_name:
                package.__dict__[given] = getattr(module, given)
        return package.__dict__[name]

    return give


def _modules_of(init: Path) -> tuple[str, ...] | None:
    """The modules whose names a package imports, or None where it does more."""
    try:
        lines = init.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    found = []
    for line in lines:
        if match := _ALL_NAMES.fullmatch(line.rstrip()):
            found.append(match[1])
        elif not _HARMLESS.fullmatch(line.rstrip()):
            return None
    return tuple(found) or None


def _places(package: ModuleType, modules: tuple[str, ...]) -> dict[str, str]:
    """Each exported name to its module; none where a module does not list its names."""
    folder = Path(package.__path__[0])
    places: dict[str, str] = {}
    for module in modules:
        names = _exported(folder / f"{module}.py")
        if names is None:
            return {}
        places.update(dict.fromkeys(names, module))
    return places


def _exported(file: Path) -> list[str] | None:
    try:
        with file.open(encoding="utf-8") as source:
            match = _EXPORTS.search(head := source.read(_HEAD))
            if match is None:
                match = _EXPORTS.search(head + source.read())
    except (OSError, UnicodeDecodeError):
        return None
    return None if match is None else re.findall(r"'(\w+)'", match[1], re.ASCII)
