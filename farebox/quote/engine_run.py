"""Runs `pulumi preview` for a program that Farebox cannot run by itself.

Programs in Python run here without an engine. Of any other language the engine on PATH
makes a preview, with the user's own backend and credentials; Farebox only reads it.
"""

import os
import subprocess
from shutil import which

from farebox.graph import ResourceGraph
from farebox.graph.document import read_document
from farebox.graph.project import Project
from farebox.quote.errors import RequestError
from farebox.quote.waiting import Waiting

COMMAND = ("preview", "--json", "--show-sames", "--non-interactive")
WAY_OUT = "pulumi preview --json --show-sames > preview.json; fare price preview.json"
MOST_SAID = 300


def previewed(
    project: Project, stack: str, *, region: str | None, waiting: Waiting
) -> ResourceGraph:
    """The graph of a stack, from the preview that the engine makes. Raises RequestError.

    Nothing is deployed: a preview changes nothing at AWS.
    """
    pulumi = which("pulumi")
    language = project.runtime or "no runtime"
    if pulumi is None:
        raise RequestError(
            f"{project.file} is in {language}, which Pulumi's engine runs, and no pulumi "
            f"is on PATH; where there is one: {WAY_OUT}"
        )
    with waiting.running(stack):
        done = subprocess.run(
            [pulumi, *COMMAND, "--stack", stack, "--cwd", str(project.folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            check=False,
        )
    if done.returncode and not done.stdout.lstrip().startswith(b"{"):
        said = " ".join(done.stderr.decode(errors="replace").split())[:MOST_SAID]
        raise RequestError(
            f"pulumi preview of {stack} failed: {said or 'it said nothing'}"
            + _way_out(said, stack)
        )
    return read_document(done.stdout, name=f"the preview of {stack}", region=region)


def _way_out(said: str, stack: str) -> str:
    """What to do where a config file names a stack that the backend does not have."""
    if "no stack named" not in said:
        return ""
    return f"; make it there with: pulumi stack init {stack}"
