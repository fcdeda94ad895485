"""A project at a git ref runs with the packages that are installed today."""

import subprocess
from pathlib import Path

import pytest

from farebox.quote.git_refs import project_at


@pytest.mark.parametrize("installed_in", ["shop", "."])
def test_a_typescript_project_finds_its_packages_where_they_are_installed(
    tmp_path: Path, installed_in: str
) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    (shop / "index.ts").write_text("export {};\n")
    (tmp_path / ".gitignore").write_text("node_modules\n")
    for words in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "first"),
    ):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    packages = tmp_path / installed_in / "node_modules"
    packages.mkdir()
    (packages / "here").touch()
    with project_at("HEAD", shop) as project:
        assert project.folder != shop
        tree = project.folder.parent if installed_in == "." else project.folder
        assert (tree / "node_modules" / "here").exists()
    assert (packages / "here").exists()
