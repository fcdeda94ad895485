"""The built wheel, in an environment that has nothing else, prices a preview elsewhere.

Without extras there is no Pulumi, no SDK of AWS and no database in it.
"""

import json
import os
import re
import subprocess
from pathlib import Path
from sysconfig import get_python_version

import pytest

from tests.cli.documents import preview, volume
from tests.packaging.pythons import lowest_and_highest, version_of
from tests.packaging.test_dist import RELEASE, ROOT, built
from tests.site.walk import START, sections, walk

EMBEDDED = ("--prices", "embedded", "--on", "2026-11-23")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not RELEASE.exists():
        reason = "needs what builds a release: make .venv/.release"
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    out = tmp_path_factory.mktemp("dist")
    built(ROOT, out, 0o022)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module", params=lowest_and_highest(), ids=version_of)
def installed(
    wheel: Path,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """An environment of one Python with the wheel, its packages as they are pinned."""
    folder = tmp_path_factory.mktemp("environment")
    pins = re.findall(r"^\S+==\S+", (ROOT / "requirements.lock").read_text(), re.M)
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(pins))
    subprocess.run([str(request.param), "-m", "venv", str(folder / "env")], check=True)
    bin_ = folder / "env/bin"
    pip = (bin_ / "python", "-m", "pip", "install", "--quiet", "-c", constraints)
    subprocess.run([*pip, wheel], check=True, capture_output=True)
    return bin_


def fare(installed: Path, folder: Path, *words: str) -> tuple[int, str, str]:
    """Exit code and output of a command, run in another folder."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "AWS_", "VIRTUAL_ENV"))
    }
    done = subprocess.run(
        [installed / "fare", *words],
        cwd=folder,
        env=environment | {"FAREBOX_DATA_DIR": str(folder / "data")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_document_is_read_without_any_extra(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "preview.json").write_bytes(preview(volume()))
    (tmp_path / "larger.json").write_bytes(preview(volume(size=200)))
    # By hand: 100 GiB x 0.08 = 8; the diff is as much again.
    code, out, _ = fare(
        installed, tmp_path, "price", "preview.json", *EMBEDDED, "--format", "json"
    )
    assert (code, json.loads(out)["total"]["usd_per_month"]) == (0, "8")
    for words, said in (
        (("explain", "*", "preview.json", *EMBEDDED), "8.00"),
        (("diff", "preview.json", "larger.json", *EMBEDDED), "+8.00"),
        (("advise", "preview.json", *EMBEDDED), ""),
        (("usage", "init", "preview.json"), ""),
        (("prices", "show", "t3.micro", "--prices", "embedded"), "t3.micro"),
        (("prices", "age", "--prices", "embedded"), "embedded"),
        (("policy-pack", "pack"), "pulumi preview --policy-pack pack"),
        (("doctor", "--format", "json"), "pip install '.[live]' in Farebox's clone"),
    ):
        code, out, err = fare(installed, tmp_path, *words)
        assert code == 0, f"{words}: {err}"
        assert said in out
    parts = fare_packages(installed)
    assert not parts & {"pulumi", "pulumi_aws", "boto3", "sqlalchemy", "numpy"}


def fare_packages(installed: Path) -> set[str]:
    """What is importable there, of the standard folder of packages."""
    [site] = installed.parent.glob("lib/python3*/site-packages")
    return {path.name.lower() for path in site.iterdir()}


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        (("refresh",), "live"),
        (("price", "preview.json", "--prices", "live"), "live"),
        (("host", "pack", "r6a.8xlarge"), "hosting"),
        (("report", "preview.json"), "report"),
        (("bill", "list"), "bills"),
        (("price", "dev"), "programs"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_needs_an_extra_says_so_with_the_line_that_installs_it(
    installed: Path, tmp_path: Path, words: tuple[str, ...], extra: str
) -> None:
    (tmp_path / "preview.json").write_bytes(preview(volume()))
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aws:region: us-east-1\n")
    (tmp_path / "__main__.py").write_text("import pulumi\n")
    code, _, err = fare(installed, tmp_path, *words)
    assert code == 2
    assert err.count("\n") == 1
    assert err.endswith(f"not installed: pip install '.[{extra}]' in Farebox's clone\n")


@pytest.mark.parametrize(
    ("mark", "line"),
    [
        ("uv-receipt.toml", "uv tool install '.[lsp]'"),
        ("pipx_metadata.json", "pipx install --force '.[lsp]'"),
    ],
)
def test_what_installed_it_apart_is_what_installs_the_extra(
    installed: Path, tmp_path: Path, mark: str, line: str
) -> None:
    said = installed.parent / mark
    said.touch()
    try:
        _, _, err = fare(installed, tmp_path, "lsp")
    finally:
        said.unlink()
    assert err.endswith(f"not installed: {line} in Farebox's clone\n")


def test_a_program_runs_with_the_packages_of_its_own_environment(
    installed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    own = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    fare_apart = (str(installed / "fare"),)
    [lib] = installed.parent.glob("lib/python3*")
    if lib.name == f"python{get_python_version()}":
        walk(sections(START)["Python"], folder, fare_apart, own)
        return
    # The packages here are of this Python, which is not the one that Farebox runs on.
    said = f"of Python {get_python_version()}, and Farebox runs on {lib.name[6:]}"
    with pytest.raises(AssertionError, match=re.escape(said)):
        walk(sections(START)["Python"], folder, fare_apart, own)


def test_credentials_without_the_packages_that_use_them_are_told_of(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "preview.json").write_bytes(preview(volume()))
    home = tmp_path / ".aws"
    home.mkdir()
    (home / "credentials").write_text("[default]\naws_access_key_id = x\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    words = ("price", "preview.json", "--format", "json", "--on", "2026-11-23")
    code, out, _ = fare(installed, tmp_path, *words)
    assert code == 0
    statement = json.loads(out)
    assert statement["total"]["usd_per_month"] == "8"
    [note] = [one for one in statement["notes"] if "not live" in one]
    assert note.endswith("pip install '.[live]' in Farebox's clone")
