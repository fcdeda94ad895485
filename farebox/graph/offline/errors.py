"""Says in a sentence why a program failed, and where in the program."""

from pathlib import Path
from traceback import extract_tb

from farebox.extras import installed_by
from farebox.graph.errors import WAY_OUT, ProgramError
from farebox.graph.offline.environment import why_unused
from farebox.graph.project import Project
from farebox.graph.values import UNKNOWN_TEXT

LONGEST = 300
"""How many characters of a foreign message are shown."""


def explained(error: BaseException, project: Project, stack: str) -> ProgramError:
    """The error of a program as one that a person can act on."""
    if isinstance(error, ProgramError):
        return error
    from pulumi import ConfigMissingError, ConfigTypeError, RunError

    place = _place(error, project.folder)
    if isinstance(error, ConfigMissingError):
        secret = "--secret " if error.secret else ""
        return ProgramError(
            f"{place}stack {stack} has no value for {error.key}: pulumi config set "
            f"{secret}{error.key} <value> --stack {stack}"
        )
    if isinstance(error, ConfigTypeError) and UNKNOWN_TEXT in str(error.value):
        return ProgramError(
            f"{place}the program needs the secret {error.key}, which cannot be "
            f"decrypted offline. {WAY_OUT}"
        )
    if isinstance(error, ModuleNotFoundError) and error.name:
        return ProgramError(_missing_module(error.name, project, place))
    if isinstance(error, SyntaxError):
        return ProgramError(f"{place}{error.msg}")
    if isinstance(error, RunError):
        # How a program says on purpose what is wrong: its sentence stands alone.
        return ProgramError(" ".join(str(error).split()))
    said = " ".join(str(error).split())[:LONGEST]
    kind = type(error).__name__
    return ProgramError(
        f"{place}the program failed: {kind}{': ' if said else ''}{said}"
    )


def _place(error: BaseException, folder: Path) -> str:
    """`__main__.py:7: `, the program's own line that is nearest to the error."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_shown(Path(error.filename), folder)}:{error.lineno}: "
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    for cause in causes:
        for frame in reversed(extract_tb(cause.__traceback__)):
            path = Path(frame.filename)
            if path.is_relative_to(folder) and not _is_installed(path):
                return f"{_shown(path, folder)}:{frame.lineno}: "
    return ""


def _is_installed(path: Path) -> bool:
    return bool({"site-packages", "dist-packages"} & set(path.parts))


def _shown(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def _missing_module(name: str, project: Project, place: str) -> str:
    """What to do about a package that is not there, by who owns which environment."""
    top = name.partition(".")[0]
    package = top.replace("_", "-")
    requirements = project.folder / "requirements.txt"
    command = f"pip install {package}"
    if requirements.exists():
        command = f"pip install -r {requirements.name}"
    if why := why_unused(project):
        return f"{place}there is no module {name}: {why}"
    if installed_by() == "pip":
        return (
            f"{place}there is no module {name}: install it where Farebox runs, with: "
            f"{command}"
        )
    return (
        f"{place}there is no module {name}: activate the program's environment, or "
        f"name it in {project.file.name} (runtime, options, virtualenv); it is there "
        f"after: {command}"
    )
