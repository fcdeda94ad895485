"""Builds what a release has, the same to the byte from the same commit: `make dist`.

    python packaging/dist.py OUT [--sbom PYTHON]

The wheel and the sdist come from a clean export of the commit, dated by it. With the
interpreter of an environment that has the pinned packages and nothing else, it adds a
CycloneDX list of them and a table of their licences.
"""

import argparse
import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_MODE, RUN_MODE = 0o644, 0o755


def main() -> int:
    """Build into a folder."""
    parser = argparse.ArgumentParser(description="Build a release's files.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--sbom", metavar="PYTHON")
    options = parser.parse_args()
    out: Path = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    epoch = int(_git("log", "-1", "--format=%ct"))
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "source"
        export(source, epoch)
        build(source, out, epoch)
    for sdist in out.glob("*.tar.gz"):
        sdist.write_bytes(normalised(sdist.read_bytes(), epoch))
    if options.sbom:
        bill_of_materials(options.sbom, out, epoch)
    for path in sorted(out.iterdir()):
        print(f"{path.stat().st_size:>10,}  {path.name}")
    return 0


def export(to: Path, epoch: int) -> None:
    """The commit's files, with one date and one of two modes, whatever this clone has."""
    data = subprocess.run(
        ["git", "archive", "--format=tar", "HEAD"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extractall(to, filter="data")
    for path in [to, *to.rglob("*")]:
        runs = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(RUN_MODE if runs else FILE_MODE)
        os.utime(path, (epoch, epoch))


def build(source: Path, out: Path, epoch: int) -> None:
    """The wheel and the sdist, by the build backend that pyproject.toml names."""
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "PYTHONHASHSEED": "0"},
        umask=0o022,
    )


def normalised(sdist: bytes, epoch: int) -> bytes:
    """The sdist with its files in order, of one date and of nobody.

    The backend dates them by when it ran.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(sdist)) as before:
        members = sorted(before.getmembers(), key=lambda member: member.name)
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as after:
            for member in members:
                member.mtime = epoch
                member.uid = member.gid = 0
                member.uname = member.gname = ""
                member.pax_headers = {}
                data = before.extractfile(member) if member.isfile() else None
                after.addfile(member, data)
    return gzip.compress(packed.getvalue(), 9, mtime=epoch)


def bill_of_materials(python: str, out: Path, epoch: int) -> None:
    """`farebox.cdx.json`, checked against CycloneDX's schema, and `licences.txt`."""
    path = out / "farebox.cdx.json"
    subprocess.run(
        [
            *(sys.executable, "-m", "cyclonedx_py", "environment", python),
            *("--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "application"),
            *("--output-reproducible", "--short-PURLs", "--validate", "-o", str(path)),
        ],
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
    )
    components = json.loads(path.read_text())["components"]
    rows = sorted(
        f"{one['name']} {one.get('version', '')}: {licences(one) or 'not stated'}"
        for one in components
    )
    (out / "licences.txt").write_text("\n".join([*rows, ""]))


def licences(component: dict[str, object]) -> str:
    """What a component says of its licence."""
    found = []
    for entry in component.get("licenses", ()):  # type: ignore[attr-defined]
        named = entry.get("license", entry)
        found.append(named.get("id") or named.get("name") or named.get("expression"))
    return ", ".join(sorted({str(one).splitlines()[0] for one in found if one}))


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
