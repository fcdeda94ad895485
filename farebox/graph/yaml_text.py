"""YAML as the `pulumi` command reads it: `yes` and dates are texts."""

from pathlib import Path
from typing import Any

from farebox.files.figures import looks_like_a_figure
from farebox.files.yaml_text import YamlError, load, read_text, whole
from farebox.graph.errors import ProgramError

TRUE_OR_FALSE = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


def load_mapping(file: Path) -> dict[str, Any]:
    """The file's top-level mapping, empty for an empty file. Raises ProgramError."""
    try:
        content = load(read_text(file), name=str(file), scalars=_scalar)
    except YamlError as error:
        raise ProgramError(str(error)) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ProgramError(f"{file}: expected lines of the form `key: value`.")
    return content


def _scalar(kind: str, text: str) -> Any:
    """A number, or true and false as YAML 1.2 spells them; else the text as it is."""
    if ":" in text:
        return text  # YAML 1.1 reads 12:30 as a number to the base of 60
    if kind == "int":
        return whole(text)
    if kind == "float" and looks_like_a_figure(text.replace("_", "")):
        return float(text.replace("_", ""))
    return TRUE_OR_FALSE.get(text, text) if kind == "bool" else text
