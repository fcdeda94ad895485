"""What a release says of itself: its version, its notes, its Homebrew formula.

    python packaging/release.py notes TAG            the changelog's section of the tag
    python packaging/release.py formula DIST URL     the formula of DIST's sdist, at URL

The version stands in pyproject.toml and nowhere else by hand; tests hold the other files
that must name it to that. Only the standard library is used.
"""

import os
import re
import sys
import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "packaging/farebox.rb.in"
SOURCES = os.environ.get("SDIST_SOURCES", "")
"""Where an index has a source distribution under its project's name, as a URL."""
SECONDS = 60
"""How long a source distribution may take to answer."""


class NotReady(Exception):
    """The release cannot be made; the sentence says what to do."""


@dataclass(frozen=True)
class Source:
    """A package's source distribution, with the SHA-256 that the lock has of it."""

    name: str
    url: str
    sha256: str


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


def pins(lock: str, dependencies: list[str]) -> dict[str, tuple[str, list[str]]]:
    """Each dependency's version and hashes in the lock. Raises NotReady for one it lacks."""
    locked = {
        found[1].lower(): (found[2], re.findall(r"sha256:([0-9a-f]{64})", found[3]))
        for found in re.finditer(
            r"^([A-Za-z0-9._-]+)==([^\s;]+)([^\n]*(?:\n +--hash[^\n]*)*)", lock, re.M
        )
    }
    names = [
        re.split(r"[<>=!~ \[]", one, maxsplit=1)[0].lower() for one in dependencies
    ]
    for name in names:
        if name not in locked:
            raise NotReady(f"requirements.lock does not pin {name}: make lock")
    return {name: locked[name] for name in names}


def source(name: str, pinned: str, hashes: list[str]) -> Source:
    """A package's source distribution as the index has it, held against the lock.

    It is read and not built: what others wrote does not run where a release is made.
    Raises NotReady.
    """
    file = f"{name.replace('-', '_')}-{pinned}.tar.gz"
    url = f"{SOURCES}/{name[0]}/{name}/{file}"
    try:
        with urlopen(url, timeout=SECONDS) as answer:
            found = sha256(answer.read()).hexdigest()
    except (URLError, OSError) as error:
        raise NotReady(f"{url}: {error}") from error
    if found not in hashes:
        raise NotReady(f"{url} is not what requirements.lock names: {found}")
    return Source(name, url, found)


def formula(template: str, sdist: Path, url: str, sources: list[Source]) -> str:
    """The formula of a source distribution at a URL, with its packages' sources."""
    said = "\n\n".join(map(resource, sorted(sources, key=lambda one: one.name)))
    for mark, text in (
        ("@HOMEPAGE@", url.partition("/releases/")[0]),
        ("@URL@", f"{url}/{sdist.name}"),
        ("@SHA256@", digest(sdist)),
        ("@RESOURCES@", said),
    ):
        template = template.replace(mark, text)
    return template


def resource(found: Source) -> str:
    """A package's block of a formula."""
    return (
        f'  resource "{found.name}" do\n'
        f'    url "{found.url}"\n'
        f'    sha256 "{found.sha256}"\n'
        "  end"
    )


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    return sha256(path.read_bytes()).hexdigest()


def main(words: list[str]) -> str:
    """What a command prints. Raises NotReady."""
    if words[:1] == ["notes"] and len(words) == 2:
        return notes(words[1], (ROOT / "CHANGELOG.md").read_text(), version())
    if words[:1] == ["formula"] and len(words) == 3:
        if not SOURCES:
            raise NotReady(
                "SDIST_SOURCES is not set: docs/releasing.md says what it is"
            )
        dist, url = Path(words[1]), words[2]
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        lock = (ROOT / "requirements.lock").read_text()
        found = [
            source(name, *pinned)
            for name, pinned in pins(lock, project["dependencies"]).items()
        ]
        [own] = dist.glob("farebox-*.tar.gz")
        return formula(TEMPLATE.read_text(), own, url, found)
    raise NotReady("give notes TAG, or formula DIST URL")


if __name__ == "__main__":
    try:
        sys.stdout.write(main(sys.argv[1:]))
    except NotReady as why:
        sys.exit(f"release: {why}")
