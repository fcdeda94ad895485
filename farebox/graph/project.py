"""A Pulumi project on disk: `Pulumi.yaml` and the config files of its stacks.

The rules are the `pulumi` command's own: keys without a namespace belong to the
project, numbers and booleans are texts, objects are JSON text.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from json import dumps
from pathlib import Path
from typing import Any

from msgspec import Struct

from farebox.graph.errors import ProgramError
from farebox.graph.values import UNKNOWN_TEXT
from farebox.graph.yaml_text import load_mapping

ENDINGS = (".yaml", ".yml", ".json")


class Project(Struct, frozen=True):
    """What `Pulumi.yaml` says; `main` is the program's folder or file."""

    folder: Path
    file: Path
    name: str
    runtime: str
    main: Path
    stack_config_folder: Path
    virtualenv: str
    config: Mapping[str, Any]


class StackConfig(Struct, frozen=True):
    """A stack's config, by full key; the values of `secret_keys` are not known."""

    values: Mapping[str, str]
    secret_keys: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_project_folder(start: str | None = None) -> Path | None:
    """The nearest folder, from `start` or the current one upwards, with a project."""
    first = Path(start or ".").absolute()
    for folder in (first, *first.parents):
        if _named(folder, "Pulumi") is not None:
            return folder
    return None


def read_project(folder: Path) -> Project:
    """The project whose `Pulumi.yaml` lies in `folder`. Raises ProgramError."""
    folder = folder.absolute()
    file = _named(folder, "Pulumi")
    if file is None:
        raise ProgramError(
            f"No Pulumi.yaml in {folder}: run this in the folder of a Pulumi project, "
            "or give a preview's or a state export's file."
        )
    content = load_mapping(file)
    runtime = content.get("runtime")
    options: Any = {}
    if isinstance(runtime, dict):
        options = runtime.get("options")
        runtime = runtime.get("name")
    name = content.get("name")
    if not isinstance(name, str) or not name:
        raise ProgramError(f"{file} has no name: add a line `name: <project>`.")
    return Project(
        folder=folder,
        file=file,
        name=name,
        runtime=str(runtime or ""),
        main=folder / str(content.get("main") or "."),
        stack_config_folder=folder / str(content.get("stackConfigDir") or "."),
        virtualenv=_virtualenv(options),
        config=_mapping(content.get("config"), file, "config"),
    )


def _virtualenv(options: Any) -> str:
    """The environment of a program in Python; Pulumi's default for uv is `.venv`."""
    if not isinstance(options, dict):
        return ""
    default = ".venv" if options.get("toolchain") == "uv" else ""
    return str(options.get("virtualenv") or default)


def stack_file(project: Project, stack: str) -> Path | None:
    """The config file of a stack, or None; `org/project/stack` names are cut."""
    return _named(project.stack_config_folder, f"Pulumi.{stack.rpartition('/')[2]}")


def stacks_of(project: Project) -> list[str]:
    """The stacks that have a config file, in alphabetical order.

    `Pulumi.dev.usage.yaml` is a usage file that somebody named so, and no stack.
    """
    found = {
        path.name.removeprefix("Pulumi.").removesuffix(path.suffix)
        for path in project.stack_config_folder.glob("Pulumi.*")
        if path.suffix in ENDINGS and not path.stem.endswith(".usage")
    }
    return sorted(found - {"Pulumi", "yaml", "yml", "json"})


def read_stack_config(project: Project, stack: str) -> StackConfig:
    """The config of a stack with the project's defaults. Raises ProgramError.

    A stack without a file is an error that lists those that have one.
    """
    file = stack_file(project, stack)
    if file is None:
        raise ProgramError(_no_such_stack(project, stack))
    content = load_mapping(file)
    values: dict[str, str] = {}
    secret_keys = []
    for key, given in _mapping(content.get("config"), file, "config").items():
        full = _full_key(str(key), project.name)
        plain, secret = _without_secrets(given)
        values[full] = _as_text(plain)
        if secret:
            secret_keys.append(full)
    environments = content.get("environment")
    notes = []
    if secret_keys:
        notes.append(
            "offline: secret config cannot be decrypted and counts as not known: "
            + ", ".join(secret_keys)
        )
    if environments:
        notes.append(
            f"offline: {file.name} takes values from a Pulumi Cloud environment, "
            "which are not known"
        )
    _add_defaults(project, stack, values)
    return StackConfig(values, tuple(secret_keys), tuple(notes))


def _add_defaults(project: Project, stack: str, values: dict[str, str]) -> None:
    for key, declared in project.config.items():
        full = _full_key(str(key), project.name)
        if full in values:
            continue
        if not isinstance(declared, dict):
            values[full] = _as_text(declared)
        elif "default" in declared or "value" in declared:
            values[full] = _as_text(declared.get("default", declared.get("value")))
        else:
            raise ProgramError(
                f"Stack {stack} has no value for {full}, which {project.file.name} "
                f"asks for: pulumi config set {full} <value> --stack {stack}"
            )


def _no_such_stack(project: Project, stack: str) -> str:
    known = stacks_of(project)
    where = project.stack_config_folder
    if not known:
        return (
            f"No stack {stack}: {where} holds no stack's config file. Make one with: "
            f"pulumi stack init {stack}, then: pulumi config set aws:region <region>"
        )
    near = get_close_matches(stack, known, n=len(known), cutoff=0.4)
    ordered = [*near, *(name for name in known if name not in near)]
    return f"No stack {stack}: {where} holds {', '.join(ordered)}."


def _named(folder: Path, stem: str) -> Path | None:
    for ending in ENDINGS:
        file = folder / f"{stem}{ending}"
        if file.is_file():
            return file
    return None


def _mapping(value: Any, file: Path, what: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ProgramError(f"{file}: `{what}` must be a block of `key: value` lines.")
    return value


def _full_key(key: str, project: str) -> str:
    """`namespace:name`; the old form `namespace:config:name` means the same."""
    parts = key.split(":")
    if len(parts) == 3 and parts[1] == "config":
        return f"{parts[0]}:{parts[2]}"
    return key if len(parts) > 1 else f"{project}:{key}"


def _without_secrets(value: Any) -> tuple[Any, bool]:
    """The value with a placeholder for each secret, and whether it held one."""
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            return UNKNOWN_TEXT, True
        items = {key: _without_secrets(item) for key, item in value.items()}
        plain = {str(key): item for key, (item, _) in items.items()}
        return plain, any(secret for _, secret in items.values())
    if isinstance(value, list):
        found = [_without_secrets(item) for item in value]
        return [item for item, _ in found], any(secret for _, secret in found)
    return value, False


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
