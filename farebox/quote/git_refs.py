"""The project as it was at a git ref, in a temporary folder.

Nothing of the user's repository is touched: an index of our own names the files, and
they are written elsewhere.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from farebox.graph import GraphError
from farebox.quote.errors import RequestError

if TYPE_CHECKING:
    from farebox.graph.project import Project

NODE_PACKAGES = "node_modules"


@contextmanager
def project_at(ref: str, folder: Path) -> Iterator["Project"]:
    """The Pulumi project of `folder` as it was at the ref; gone at the end.

    Raises RequestError where git cannot give it, and GraphError, whose sentence names the
    ref in place of the temporary folder.
    """
    root = _root(folder)
    commit = commit_of(folder, ref)
    with tempfile.TemporaryDirectory(prefix="farebox-") as made:
        tree = _tree_at(commit, root, Path(made).resolve())
        project = tree / folder.resolve().relative_to(root.resolve())
        try:
            yield _project({project: folder, tree: root})
        except GraphError as error:
            said = str(error).replace(f"{tree}{os.sep}", f"{ref}:")
            raise type(error)(said.replace(str(tree), ref)) from error


def files_at(commit: str, folder: Path, place: Path) -> None:
    """Write the files of a folder as they were at a commit into `place`, whole or not.

    Raises RequestError where git cannot give them, or had no such folder then.
    """
    root = _root(folder)
    below = folder.resolve().relative_to(root.resolve())
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".git-", dir=place.parent) as made:
        there = _tree_at(commit, root, Path(made).resolve()) / below
        if not there.is_dir():
            raise RequestError(f"there was no {below} at {commit[:12]}")
        there.replace(place)


def _root(folder: Path) -> Path:
    return Path(_git(folder, "rev-parse", "--show-toplevel"))


def _tree_at(commit: str, root: Path, there: Path) -> Path:
    """All files of a commit, below the folder `there`."""
    tree = there / "tree"
    tree.mkdir()
    index = {"GIT_INDEX_FILE": str(there / "index"), "GIT_LFS_SKIP_SMUDGE": "1"}
    _git(root, "read-tree", commit, env=index)
    _git(root, "checkout-index", "--all", f"--prefix={tree}{os.sep}", env=index)
    return tree


def _project(today: Mapping[Path, Path]) -> "Project":
    """The project in the first folder; each folder has its like of today."""
    from farebox.graph.project import read_project

    (folder, now), *_ = today.items()
    project = read_project(folder)
    if project.virtualenv:
        _borrow(folder / project.virtualenv, now / project.virtualenv)
    if project.runtime == "nodejs":
        for then, here in today.items():
            _borrow(then / NODE_PACKAGES, here / NODE_PACKAGES)
    return project


def _borrow(then: Path, now: Path) -> None:
    """Installed packages are not in git: those of today stand in for those of then."""
    if now.is_dir() and not then.exists():
        then.parent.mkdir(parents=True, exist_ok=True)
        then.symlink_to(now.resolve())


def commit_of(folder: Path, ref: str) -> str:
    """The commit that a ref names. Raises RequestError where git knows none."""
    try:
        return _git(
            folder, "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}"
        )
    except RequestError as error:
        raise RequestError(
            f"git knows no {ref!r} here: give a branch, tag or commit. A shallow clone "
            f"has only its own commit; `git fetch origin {ref}` brings another, to be "
            "named as FETCH_HEAD"
        ) from error


def _git(folder: Path, *words: str, env: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words],
            env=os.environ | (env or {}),
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise RequestError(
            f"git could not be run: {error.strerror or error}"
        ) from error
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())[:300]
        raise RequestError(f"git {words[0]} failed: {said}")
    return done.stdout.decode().strip()
