"""What a release says of itself: its version, its notes, its Homebrew formula.

    python packaging/release.py notes TAG            the changelog's section of the tag
    python packaging/release.py pins                 the packages that reading a document needs
    python packaging/release.py formula DIST SDISTS URL

The version stands in pyproject.toml and nowhere else by hand; tests hold the other files
that must name it to that. Only the standard library is used.
"""

import os
import re
import sys
import tomllib
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "packaging/farebox.rb.in"
SOURCES = os.environ.get("SDIST_SOURCES", "")
"""Where an index has a source distribution under its project's name, as a URL."""


class NotReady(Exception):
    """The release cannot be made; the sentence says what to do."""


def version() -> str:
    """The version of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def notes(tag: str, changelog: str, of: str) -> str:
    """The changelog's section of a tag. Raises NotReady where tag or section do not fit."""
    if tag != f"v{of}":
        raise NotReady(f"the tag is {tag}, and pyproject.toml says {of}: tag v{of}")
    found = re.search(
        rf"^## {re.escape(of)}(?: [^\n]*)?\n(.*?)(?=^## |\Z)", changelog, re.M | re.S
    )
    if found is None or not found[1].strip():
        raise NotReady(
            f"CHANGELOG.md has no section '## {of}': rename Unreleased to it, with the day"
        )
    return found[1].strip() + "\n"


def pins(lock: str, dependencies: list[str]) -> list[str]:
    """The dependencies as the lock pins them. Raises NotReady for one that it lacks."""
    locked = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", lock, re.M))
    found = []
    for one in dependencies:
        name = re.split(r"[<>=!~ \[]", one, maxsplit=1)[0].lower()
        if name not in locked:
            raise NotReady(f"requirements.lock does not pin {name}: make lock")
        found.append(f"{name}=={locked[name]}")
    return found


def formula(template: str, sdist: Path, url: str, resources: list[Path]) -> str:
    """The formula of a source distribution at a URL, with its packages' sources."""
    said = "\n\n".join(map(resource, sorted(resources, key=lambda path: path.name)))
    for mark, text in (
        ("@HOMEPAGE@", url.partition("/releases/")[0]),
        ("@URL@", f"{url}/{sdist.name}"),
        ("@SHA256@", digest(sdist)),
        ("@RESOURCES@", said),
    ):
        template = template.replace(mark, text)
    return template


def resource(sdist: Path) -> str:
    """A package's block of a formula, from its source distribution."""
    name = sdist.name.rpartition("-")[0].replace("_", "-").lower()
    return (
        f'  resource "{name}" do\n'
        f'    url "{SOURCES}/{name[0]}/{name}/{sdist.name}"\n'
        f'    sha256 "{digest(sdist)}"\n'
        "  end"
    )


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    return sha256(path.read_bytes()).hexdigest()


def main(words: list[str]) -> str:
    """What a command prints. Raises NotReady."""
    if words[:1] == ["notes"] and len(words) == 2:
        return notes(words[1], (ROOT / "CHANGELOG.md").read_text(), version())
    if words == ["pins"]:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        lock = (ROOT / "requirements.lock").read_text()
        return "\n".join([*pins(lock, project["dependencies"]), ""])
    if words[:1] == ["formula"] and len(words) == 4:
        if not SOURCES:
            raise NotReady(
                "SDIST_SOURCES is not set: docs/releasing.md says what it is"
            )
        dist, sdists, url = Path(words[1]), Path(words[2]), words[3]
        [own] = dist.glob("farebox-*.tar.gz")
        return formula(TEMPLATE.read_text(), own, url, list(sdists.glob("*.tar.gz")))
    raise NotReady("give notes TAG, pins, or formula DIST SDISTS URL")


if __name__ == "__main__":
    try:
        sys.stdout.write(main(sys.argv[1:]))
    except NotReady as why:
        sys.exit(f"release: {why}")
