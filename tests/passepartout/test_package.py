"""What runs on a machine needs nothing that the machine does not have."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "passepartout").rglob("*.py"))
ALLOWED = {*sys.stdlib_module_names, "boto3", "botocore", "passepartout"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_machine_needs_the_standard_library_and_boto3_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in getattr(node, "names", ())]
        if isinstance(node, ast.ImportFrom):
            assert node.module is not None
            names = [node.module]
        elif not isinstance(node, ast.Import):
            continue
        assert {name.split(".")[0] for name in names} <= ALLOWED, path


def test_files_stay_readable() -> None:
    assert FILES
    for path in FILES:
        assert len(path.read_text().splitlines()) < 300, path
