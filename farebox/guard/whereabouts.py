"""Where `pulumi` runs, for a policy pack that Pulumi starts in the pack's own folder.

A path that a person writes, the stack's config and its usage file are meant from the
program's folder, as `fare price` finds them there.
"""

import os
from collections.abc import Mapping
from pathlib import Path

ENGINE = "pulumi"
MOST_PARENTS = 16
"""Processes from the pack up to the engine: a script and a language host or two."""


def engine_folder(
    *,
    environ: Mapping[str, str] = os.environ,
    parent: int | None = None,
    processes: Path = Path("/proc"),
) -> Path | None:
    """The folder in which the engine that started this process runs, or None.

    Linux tells it of every process above this one; elsewhere it is the folder of the
    shell that called `pulumi`, as PWD hands it on.
    """
    pid = os.getppid() if parent is None else parent
    for _ in range(MOST_PARENTS):
        try:
            name = (processes / str(pid) / "comm").read_text().strip()
            if name == ENGINE:
                return (processes / str(pid) / "cwd").readlink()
            # `pid (name) state parent`: a name may hold spaces and brackets.
            status = (processes / str(pid) / "stat").read_text()
            pid = int(status.rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            break
    shell = environ.get("PWD", "")
    return Path(shell) if shell and Path(shell).is_dir() else None
