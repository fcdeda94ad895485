"""Where a fleet's stacks are: a folder, a bucket, Pulumi's backend, or git."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from farebox.errors import FareboxError
from farebox.fleet.errors import FleetError
from farebox.fleet.stacks import Found, documents, stacks_in

PULUMI = "pulumi"
"""The source that is the backend `pulumi` is logged in to."""

KEPT = "sources"
PROGRAM = "Pulumi.yaml"


def found_in(source: str, out: Path, refs: Sequence[str] = ()) -> list[Found]:
    """The stacks of a source; what has to be fetched is kept below `out`.

    With `refs` the stacks are those of the folder as it was at each of them. A stack
    that cannot be had is in the list, with its reason. Raises FleetError where the
    source as a whole cannot be read.
    """
    from farebox.fleet.bucket import SCHEME, fetched
    from farebox.fleet.pulumi import exported

    kept = out / KEPT / sha256(source.encode()).hexdigest()[:12]
    if refs:
        folder = Path(source)
        if not folder.is_dir():
            raise FleetError(f"{source}: refs are those of a folder in git")
        return [one for ref in refs for one in _at(ref, folder, kept)]
    if source.startswith(SCHEME):
        return fetched(source, kept)
    if source == PULUMI and not Path(source).exists():
        return exported(kept)
    return stacks_in(Path(source))


def _at(ref: str, folder: Path, kept: Path) -> list[Found]:
    """The stacks of a folder at a ref: those of its program, else its documents."""
    from farebox.graph.project import read_project, stacks_of
    from farebox.quote.git_refs import commit_of, files_at

    try:
        commit = commit_of(folder, ref)
        place = kept / commit
        if not place.is_dir():
            files_at(commit, folder, place)
        program = (place / PROGRAM).is_file()
        stacks = stacks_of(read_project(place)) if program else []
    except FareboxError as error:
        return [Found(f"{ref}:", folder, error=str(error))]
    if program:
        return [Found(f"{ref}:{n}", folder, ref=commit, stack=n) for n in stacks]
    found = sorted(documents(place, f"{ref}:"), key=lambda one: one.name)
    if not found:
        said = f"{folder} holds no program and no preview or state there"
        return [Found(f"{ref}:", folder, error=said)]
    return found
