"""A program of `passepartout/`, small enough for the user data of a machine.

User data have 16 KiB, so docstrings and comments stay behind: the program is the parsed
source, written out again, in one archive that `tar` takes apart.
"""

import ast
import io
import lzma
import tarfile
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import passepartout

ROOT = Path(passepartout.__file__).resolve().parents[1]
"""Where the program is imported from is where it is shipped from."""


def shipped(paths: Sequence[str]) -> str:
    """Files of the repository as base64 of a tar.xz, the same for the same source."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(paths):
            text = (ROOT / path).read_text("utf-8")
            content = (bare(text) if path.endswith(".py") else text).encode()
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    xz = lzma.compress(packed.getvalue(), preset=9 | lzma.PRESET_EXTREME)
    return b64encode(xz).decode("ascii")


def files_of(folder: str) -> list[str]:
    """Every file of a package by its path in the repository."""
    return [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    ]


def bare(source: str) -> str:
    """A module without its docstrings and comments; it does the same."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            # A text that stands alone says something to readers only.
            node.body = [one for one in node.body if not _is_text(one)] or [ast.Pass()]
    return ast.unparse(tree)


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
