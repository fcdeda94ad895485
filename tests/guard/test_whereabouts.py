"""A pack runs in its own folder; what people write is meant from the program's."""

import os
from pathlib import Path

from farebox.guard.whereabouts import engine_folder


def process(processes: Path, pid: int, name: str, parent: int, cwd: Path) -> None:
    """A process as Linux shows it."""
    folder = processes / str(pid)
    folder.mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n")
    (folder / "stat").write_text(f"{pid} ({name}) S {parent} 1 1 0 -1\n")
    cwd.mkdir(exist_ok=True)
    (folder / "cwd").symlink_to(cwd)


def test_the_engines_folder_is_found_above_a_language_host(tmp_path: Path) -> None:
    program, pack = tmp_path / "program", tmp_path / "pack"
    process(tmp_path / "proc", 30, "sh (pack) S 1", 20, pack)
    process(tmp_path / "proc", 20, "pulumi-language-python", 10, pack)
    process(tmp_path / "proc", 10, "pulumi", 1, program)
    found = engine_folder(environ={}, parent=30, processes=tmp_path / "proc")
    assert found == program


def test_without_an_engine_above_it_is_the_shells_folder(tmp_path: Path) -> None:
    process(tmp_path / "proc", 30, "bash", 1, tmp_path)
    given = {"PWD": str(tmp_path)}
    for parent in (30, 31):
        found = engine_folder(environ=given, parent=parent, processes=tmp_path / "proc")
        assert found == tmp_path
    nowhere = tmp_path / "none"
    assert engine_folder(environ={}, parent=30, processes=nowhere) is None
    gone = {"PWD": str(tmp_path / "gone")}
    assert engine_folder(environ=gone, parent=30, processes=nowhere) is None


def test_processes_that_name_each_other_as_parents_end_the_search(
    tmp_path: Path,
) -> None:
    process(tmp_path / "proc", 30, "a", 31, tmp_path)
    process(tmp_path / "proc", 31, "b", 30, tmp_path)
    assert engine_folder(environ={}, parent=30, processes=tmp_path / "proc") is None


def test_this_machines_own_processes_can_be_read() -> None:
    assert engine_folder(environ={"PWD": os.sep}) is not None
