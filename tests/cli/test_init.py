"""`fare init` writes what is missing, and never over what is there."""

import shutil
from pathlib import Path

import pytest
import yaml

from farebox.cli.init import with_lines
from farebox.cli.main import run
from farebox.forge.beginning import PLACES, ci_file, forge_at

ROOT = Path(__file__).parents[2]
PROGRAM = "import pulumi_aws as aws\naws.sqs.Queue('jobs')\n"


def project(folder: Path) -> Path:
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "__main__.py").write_text(PROGRAM)
    (folder / "Pulumi.dev.yaml").write_text(
        "# ours\nconfig:\n    aws:region: us-east-1\n"
    )
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text(
        '[remote "origin"]\n  url = git@github.com:acme/shop.git\n'
    )
    return folder


def test_a_project_gets_three_files_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project(tmp_path)
    monkeypatch.chdir(folder)
    assert run(["init", "--prices", "embedded"]) == 0
    capsys.readouterr()
    config = (folder / "Pulumi.dev.yaml").read_text()
    assert config == (
        "# ours\nconfig:\n    farebox:prices: auto\n    # farebox:users: 1000\n"
        "    aws:region: us-east-1\n"
    )
    usage = (folder / "dev.usage.yaml").read_text()
    assert "# monthly_requests" in usage or "monthly_requests" in usage
    workflow = (folder / PLACES["github"]).read_text()
    assert "stacks: dev" in workflow
    for path in ("Pulumi.dev.yaml", "dev.usage.yaml", PLACES["github"]):
        (folder / path).write_text("farebox: mine\n")
    (folder / "Pulumi.dev.yaml").write_text(
        "config:\n  farebox:prices: store\n  aws:region: us-east-1\n"
    )
    assert run(["init", "dev", "--prices", "embedded"]) == 0
    assert capsys.readouterr().out.count("left as it is") == 3
    assert (folder / "dev.usage.yaml").read_text() == "farebox: mine\n"
    assert "store" in (folder / "Pulumi.dev.yaml").read_text()


def test_without_a_project_it_says_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init"]) == 2
    assert "needs a Pulumi project in this folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("config:\n  a:b: 1\n", True),
        ("", True),
        ("secretsprovider: x", True),
        ("config: {}\n", False),
    ],
)
def test_a_config_that_is_no_block_is_left(text: str, added: bool) -> None:
    found = with_lines(text)
    assert (found is not None) == added
    if found:
        config = yaml.safe_load(found)["config"]
        assert config["farebox:prices"] == "auto"


def test_the_ci_files_are_those_of_the_docs() -> None:
    written = ci_file("github", ["1k", "100k"])
    assert written == (ROOT / "docs/ci/github.yml").read_text()
    said = [line for line in ci_file("gitlab", ["dev"]).splitlines() if ": " in line]
    documented = (ROOT / "docs/ci/gitlab.yml").read_text()
    assert said[0] in documented
    assert said[1].replace("dev", "1k 100k") in documented


@pytest.mark.parametrize(
    ("url", "forge"),
    [
        ("https://gitlab.example.com/a/b.git", "gitlab"),
        ("git@github.com:a/b.git", "github"),
        ("ssh://git@code.example.com/a.git", None),
    ],
)
def test_the_forge_is_the_one_that_is_pushed_to(
    url: str, forge: str | None, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {url}\n')
    assert forge_at(tmp_path) == forge


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_a_project_below_the_root_is_priced_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forge: str
) -> None:
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "deploy" / "aws"
    folder.mkdir(parents=True)
    (project(folder) / "requirements.txt").write_text("pulumi-aws\n")
    shutil.rmtree(folder / ".git")
    monkeypatch.chdir(folder)
    assert run(["init", "--forge", forge, "--prices", "embedded"]) == 0
    [place] = [place for name, place in PLACES.items() if name == forge]
    written = yaml.safe_load((tmp_path / place).read_text())
    if forge == "gitlab":
        given = written["variables"]
        assert given["FAREBOX_FOLDER"] == "deploy/aws"
        assert given["FAREBOX_REQUIREMENTS"] == "requirements.txt"
        return
    steps = [step for job in written["jobs"].values() for step in job["steps"]]
    [estimate, comment] = [one["with"] for one in steps if "OWNER" in one["uses"]]
    assert estimate == {
        "stacks": "dev",
        "folder": "deploy/aws",
        "requirements": "requirements.txt",
    }
    assert comment == {"fail-over": "5%", "folder": "deploy/aws"}


def test_a_stack_that_there_is_not_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project(tmp_path))
    assert run(["init", "dve"]) == 2
    assert "dve is no stack here; there are dev" in capsys.readouterr().err
    assert not (tmp_path / ".github").exists()


def test_config_that_only_pulumi_can_write_is_told_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project(tmp_path) / "Pulumi.dev.yaml").unlink()
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    assert run(["init", "dev"]) == 0
    said = capsys.readouterr().out
    assert "pulumi config set farebox:prices auto --stack dev\n" in said
