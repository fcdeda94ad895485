"""What a project needs to be priced on its pull requests: a CI file of its forge.

The files are those of docs/ci; a test holds them alike.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

Forge = Literal["github", "gitlab"]

PLACES: dict[Forge, str] = {
    "github": ".github/workflows/cost.yml",
    "gitlab": ".gitlab-ci.yml",
}
"""Where a CI file belongs, from the root of the repository."""

DATA = Path(__file__).with_name("data")
STACKS = "1k 100k"
"""The stacks that the files of docs/ci name."""
REMOTE = re.compile(r"^\s*url\s*=\s*(\S+)", re.MULTILINE)


def repository_root(folder: Path) -> Path | None:
    """The nearest folder from here up that Git keeps; None where there is none."""
    for one in (folder, *folder.parents):
        if (one / ".git").exists():
            return one
    return None


def forge_at(root: Path) -> Forge | None:
    """The forge of a repository, by its CI files, else by where it is pushed to."""
    if (root / ".github").is_dir():
        return "github"
    if (root / PLACES["gitlab"]).is_file():
        return "gitlab"
    try:
        text = (root / ".git" / "config").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None  # A work tree of another repository has no such file of its own.
    for url in REMOTE.findall(text):
        if "github" in url:
            return "github"
        if "gitlab" in url:
            return "gitlab"
    return None


def ci_file(
    forge: Forge, stacks: Sequence[str], folder: str = ".", requirements: str = ""
) -> str:
    """The text of a forge's CI file that prices these stacks.

    `folder` has the project, from the repository's root; `requirements` is the file in it
    that names the program's packages.
    """
    text = (DATA / f"{forge}.yml").read_text(encoding="utf-8")
    text = text.replace(STACKS, " ".join(stacks))
    named = {"folder": folder, "requirements": requirements}
    given = {name: value for name, value in named.items() if value not in (".", "")}
    if forge == "gitlab":
        more = "".join(f", FAREBOX_{n.upper()}: {v}" for n, v in given.items())
        return text.replace(", FAREBOX_REF: COMMIT}", f", FAREBOX_REF: COMMIT{more}}}")
    estimate = "".join(f"          {n}: {v}\n" for n, v in given.items())
    comment = f"          folder: {folder}\n" if "folder" in given else ""
    text = re.sub(r"^ +stacks: .*\n", lambda at: at[0] + estimate, text, flags=re.M)
    return re.sub(r"^ +fail-over: .*\n", lambda at: at[0] + comment, text, flags=re.M)
