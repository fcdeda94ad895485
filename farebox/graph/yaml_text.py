"""YAML as the `pulumi` command reads it: `yes` and dates are texts."""

from pathlib import Path
from typing import Any

from farebox.graph.errors import ProgramError

TRUE_OR_FALSE = ("true", "True", "TRUE", "false", "False", "FALSE")
UNRESOLVED = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")


def load_mapping(file: Path) -> dict[str, Any]:
    """The file's top-level mapping, empty for an empty file. Raises ProgramError."""
    from yaml import MarkedYAMLError, YAMLError, load

    try:
        content = load(file.read_text(encoding="utf-8"), Loader=_loader())
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{file}:{mark.line + 1}" if mark else str(file)
        raise ProgramError(
            f"{place}: this is not YAML: {error.problem or 'unreadable'}"
        ) from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise ProgramError(f"{file}: this is not YAML text") from error
    except RecursionError as error:
        raise ProgramError(f"{file}: it nests its values too deep") from error
    except OSError as error:
        raise ProgramError(f"{file}: {error.strerror or error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ProgramError(f"{file}: expected lines of the form `key: value`.")
    return content


def _loader() -> Any:
    """A safe loader that knows booleans as YAML 1.2 spells them, and no dates."""
    from re import compile

    from yaml import SafeLoader

    class Loader(SafeLoader):
        """Made once a file: a project has two."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in UNRESOLVED]
        for first, resolvers in SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:bool",
        compile("^(?:" + "|".join(TRUE_OR_FALSE) + ")$"),
        list("tTfF"),
    )
    return Loader
