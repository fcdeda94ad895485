"""Finds the real Pulumi engine for the tests, or builds it with Go.

Run as `python tests/engine/build.py`; `make test` does. Only the standard library is
used, because this may run before anything is installed. What is built lies in
`.engine/bin` at the root of the repository, with a stamp that says what it was built
from, so that the second run takes no time.
"""

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILT = HERE.parent.parent / ".engine" / "bin"
CLI = "pulumi"
HOST = "pulumi-language-python"
HOST_SCRIPT = "pulumi-language-python-exec"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
PACKAGES = {
    CLI: ("cli", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"),
    HOST: ("host", f"{SDK_MODULE}/python/cmd/pulumi-language-python"),
    "pulumi-language-nodejs": (
        "languages/nodejs",
        f"{SDK_MODULE}/nodejs/cmd/pulumi-language-nodejs",
    ),
    "pulumi-language-yaml": (
        "languages/yaml",
        "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    ),
    "kube-apiserver": ("../kube/apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
    "etcd": ("../kube/etcd", "go.etcd.io/etcd/server/v3"),
    "actionlint": ("../forge/actionlint", "github.com/rhysd/actionlint/cmd/actionlint"),
}
"""Each part's module, beside this file, and the command that is built from it."""
ENGINE = (CLI, HOST, HOST_SCRIPT)
"""What the engine is made of; `languages`, `tests/kube` and `tests/forge` build the rest."""
PROGRESS_SECONDS = 15
GO_FLAGS = "-mod=readonly -buildvcs=false"


@dataclass(frozen=True)
class Found:
    """An engine that can be used: the folder of `pulumi`, and where it came from."""

    folder: Path
    origin: str


class NoEngine(Exception):
    """There is no engine and none could be built; the message says why."""


def find() -> Found:
    """The engine on PATH, else the one that was built; NoEngine where none is."""
    on_path = shutil.which(CLI)
    if on_path and shutil.which(HOST):
        return Found(Path(on_path).parent, f"found on PATH at {on_path}")
    if shutil.which("go") or not unbuilt():
        return find_built(ENGINE, "python tests/engine/build.py")
    raise NoEngine(
        f"neither `{CLI}` with `{HOST}` nor `go` is on PATH: install Pulumi, or Go "
        "1.25 or newer to build it"
    )


def find_built(parts: Sequence[str], command: str) -> Found:
    """Parts that were built here; NoEngine where not, with the command that builds them."""
    if not unbuilt(parts):
        return Found(BUILT, "built earlier in .engine/bin")
    if shutil.which("go"):
        raise NoEngine(f"it is not built yet: run `{command}`")
    raise NoEngine("`go` is not on PATH: install Go 1.25 or newer to build it")


def unbuilt(parts: Sequence[str] = ENGINE) -> list[str]:
    """The parts that are missing in `.engine/bin` or built from something else."""
    stamps = read_stamps()
    return [
        part
        for part in parts
        if stamps.get(part) != wanted_stamp(part) or not (BUILT / part).is_file()
    ]


def build(parts: Sequence[str] = ENGINE) -> Found:
    """Builds what is missing; NoEngine with the reason when that does not work."""
    go = shutil.which("go")
    if go is None:
        return find() if parts == ENGINE else find_built(parts, "")
    BUILT.mkdir(parents=True, exist_ok=True)
    missing = unbuilt(parts)
    say(
        f"building {', '.join(missing)} with Go: minutes and up to 2 GB of Go's cache "
        "the first time, nothing after that"
    )
    for part in missing:
        started = time.monotonic()
        if part == HOST_SCRIPT:
            fetch_host_script(go)
        else:
            build_binary(go, part)
        write_stamp(part)
        say(f"{part} is ready after {time.monotonic() - started:.0f} s")
    return Found(BUILT, "built in .engine/bin")


def build_binary(go: str, part: str) -> None:
    """Builds one command under a name of its own and puts it in place when whole."""
    folder, package = PACKAGES[part]
    with partial(part) as target:
        run(
            [go, "build", f"-ldflags={link_flags()}", "-o", str(target), package],
            folder=HERE / folder,
            doing=f"building {part}",
        )


def link_flags() -> str:
    """No debug tables, and the version that `pulumi` names itself by."""
    modules = (HERE / "cli" / "go.mod").read_text()
    found = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v([\d.]+)", modules)
    version = found[1] if found else ""
    return f"-s -w -X {SDK_MODULE}/go/common/version.Version=v{version}"


def fetch_host_script(go: str) -> None:
    """Copies the script that runs a program from the Go module of the new SDK."""
    listed = run(
        [go, "mod", "download", "-json", SDK_MODULE],
        folder=HERE / "cli",
        doing=f"fetching {HOST_SCRIPT}",
    )
    script = Path(json.loads(listed)["Dir"]) / "python" / "cmd" / HOST_SCRIPT
    with partial(HOST_SCRIPT) as target:
        shutil.copyfile(script, target)
        target.chmod(0o755)


@contextmanager
def partial(part: str) -> Iterator[Path]:
    """A temporary path that becomes the part when the block ends well."""
    target = BUILT / f".{part}.{os.getpid()}.partial"
    try:
        yield target
        target.replace(BUILT / part)
    finally:
        target.unlink(missing_ok=True)


def run(command: list[str], *, folder: Path, doing: str) -> str:
    """Standard output of a command; says every few seconds that it still runs."""
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "GOWORK": "off", "GOFLAGS": GO_FLAGS},
    )
    try:
        while True:
            try:
                output, errors = process.communicate(timeout=PROGRESS_SECONDS)
                break
            except subprocess.TimeoutExpired:
                say(f"{doing}: {time.monotonic() - started:.0f} s")
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode != 0:
        last = (errors.strip() or output.strip()).splitlines()[-3:]
        raise NoEngine(f"{doing} failed: {' | '.join(last)}")
    return output


def wanted_stamp(part: str) -> str:
    """What a part is built from: its Go module files, and the machine's kind."""
    folder = HERE / PACKAGES.get(part, PACKAGES[CLI])[0]
    kind = f"{platform.system()} {platform.machine()} {link_flags()}"
    digest = hashlib.sha256(kind.encode())
    for name in ("go.mod", "go.sum", "tools.go"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


def read_stamps() -> dict[str, str]:
    """What each part in `.engine/bin` was built from; empty where unreadable."""
    try:
        stamps = json.loads((BUILT / "stamps.json").read_text())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def write_stamp(part: str) -> None:
    """Notes what a part was built from, once the part is in place."""
    stamps = {**read_stamps(), part: wanted_stamp(part)}
    with partial("stamps.json") as target:
        target.write_text(json.dumps(stamps, indent=2, sort_keys=True))


def say(text: str) -> None:
    """Prints one line of progress at once."""
    print(f"engine: {text}", flush=True)


def main() -> int:
    """Exit code 0; 1 when there is no engine and `CI=true` demands one."""
    return ensure(ENGINE, "Pulumi engine", "the engine tests will be skipped")


def ensure(parts: Sequence[str], what: str, otherwise: str) -> int:
    """Finds or builds the parts; exit code 1 when that fails and `CI=true` demands them."""
    try:
        try:
            found = find() if parts == ENGINE else find_built(parts, "")
        except NoEngine:
            found = build(parts)
    except KeyboardInterrupt:
        say("interrupted; the next run goes on with what Go has built so far")
        return 130
    except NoEngine as reason:
        must = os.environ.get("CI") == "true"
        then = "CI=true demands it" if must else otherwise
        say(f"no {what}, {then}: {reason}")
        return 1 if must else 0
    say(f"{what} {found.origin}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
