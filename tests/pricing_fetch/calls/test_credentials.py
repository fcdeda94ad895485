"""Whether boto3 is worth its import is told by variables and files alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from pricing_fetch.calls.credentials import credentials_are_likely

NOWHERE = {
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
    "AWS_CONFIG_FILE": "/nowhere/config",
    "BOTO_CONFIG": "/nowhere/boto",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def test_nothing_anywhere_means_no_credentials() -> None:
    assert not credentials_are_likely(NOWHERE)


@pytest.mark.parametrize(
    "name",
    ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
)
def test_a_variable_is_worth_a_look(name: str) -> None:
    assert credentials_are_likely({**NOWHERE, name: "something"})


@pytest.mark.parametrize("name", ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"])
def test_a_file_is_worth_a_look(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("[default]\n")
    assert credentials_are_likely({**NOWHERE, name: str(tmp_path / "file")})


def test_an_estimate_without_account_and_store_imports_neither_boto3_nor_sqlalchemy() -> (
    None
):
    code = (
        "import sys\n"
        "from datetime import date\n"
        "from farebox.quote.book import book_request, choose_book\n"
        "choice = choose_book(book_request(), on=date(2026, 11, 23))\n"
        "assert choice.book.kind == 'embedded'\n"
        "print({'boto3', 'botocore', 'sqlalchemy', 'urllib3'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
