"""The library as docs/library.md shows it: its examples are run as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import farebox
from tests.cli.documents import preview, step, volume

PAGE = Path(__file__).parent.parent / "docs" / "library.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
(PRINTED,) = re.findall(r"```text\n(.*?)```", PAGE.read_text(), re.DOTALL)

NAT = step(
    "aws:ec2/natGateway:NatGateway",
    "nat",
    {"subnetId": "subnet-1", "connectivityType": "private"},
)


def python(folder: Path, program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_example_prints_what_the_page_says(tmp_path: Path) -> None:
    # By hand: 100 GiB x 0.08 = 8.00; 730 h x 0.045 = 32.85
    (tmp_path / "preview.json").write_bytes(preview(volume(), NAT))
    assert python(tmp_path, EXAMPLES[0]) == PRINTED


def test_the_first_example_is_ten_lines() -> None:
    assert len([line for line in EXAMPLES[0].splitlines() if line]) == 10


def test_the_readme_shows_the_same_example() -> None:
    assert EXAMPLES[0] in (PAGE.parent.parent / "README.md").read_text()


def test_the_second_example_tells_what_a_change_does(tmp_path: Path) -> None:
    # By hand: 100 to 200 GiB at 0.08 is +8.00
    old = volume()["newState"]
    grown = {**volume(size=200), "op": "update", "oldState": old}
    (tmp_path / "preview.json").write_bytes(preview(grown, summary={"update": 1}))
    printed = python(tmp_path, EXAMPLES[1]).splitlines()
    assert "changed: data: +8.00" in printed
    assert printed[-1] == "the code +8.00, the market +0.00"


def test_importing_the_package_imports_nothing_else() -> None:
    program = (
        "import sys, farebox\n"
        "print([name for name in sys.modules if name.startswith('farebox.')])"
    )
    assert python(Path.cwd(), program).strip() == "[]"


def test_no_module_stands_where_the_package_has_a_function() -> None:
    # Python sets a module as an attribute of its package, which would hide the function.
    folder = Path(farebox.__file__).parent
    assert not {path.stem for path in folder.iterdir()} & {*farebox.__all__}


def test_estimate_is_the_function_whatever_was_imported_before() -> None:
    program = (
        "import farebox.rating.estimate\n"
        "from farebox.bill.terms import HOURS_PER_MONTH\n"
        "from farebox import estimate\n"
        "assert estimate is farebox.estimate\n"
        "print(callable(estimate), HOURS_PER_MONTH)"
    )
    assert python(Path.cwd(), program).strip() == "True 730"


@pytest.mark.parametrize("name", farebox.__all__)
def test_each_name_is_there_and_explained(name: str) -> None:
    assert callable(getattr(farebox, name))
    assert getattr(farebox, name).__doc__
    assert f"`{name}" in PAGE.read_text()
    assert name in dir(farebox)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'gone'"):
        getattr(farebox, "gone")  # noqa: B009 - a plain access would not type-check
