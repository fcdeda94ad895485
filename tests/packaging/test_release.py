"""A release says what it is in one voice: version, notes, formula, policy pack, plugin."""

import importlib.util
import json
import tomllib
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def release() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "release", ROOT / "packaging/release.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_file_that_names_the_version_has_the_projects(
    release: ModuleType,
) -> None:
    pack = (ROOT / "policy_pack/PulumiPolicy.yaml").read_text()
    extension = json.loads((ROOT / "editors/vscode/package.json").read_text())
    assert f"version: {release.version()}\n" in pack
    assert extension["version"] == release.version()


def test_the_notes_are_the_changelogs_section_of_the_tag(release: ModuleType) -> None:
    changelog = "# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2027-01-04\n\n- New.\n\n## 1.1.0\n\n- Old.\n"
    assert release.notes("v1.2.0", changelog, "1.2.0") == "- New.\n"
    assert release.notes("v1.1.0", changelog, "1.1.0") == "- Old.\n"
    with pytest.raises(release.NotReady, match=r"tag v1\.2\.0"):
        release.notes("v1.2.1", changelog, "1.2.0")
    with pytest.raises(release.NotReady, match="no section"):
        release.notes("v2.0.0", changelog, "2.0.0")


def test_the_formula_names_the_sources_of_what_a_document_needs(
    release: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "SOURCES", tmp_path.as_uri())
    files = {
        "msgspec": "msgspec-0.23.0.tar.gz",
        "ruamel-yaml": "ruamel_yaml-1.0.tar.gz",
    }
    for name, file in files.items():
        (tmp_path / name[0] / name).mkdir(parents=True)
        (tmp_path / name[0] / name / file).write_bytes(file.encode())
    own = tmp_path / "farebox-1.2.0.tar.gz"
    own.write_bytes(b"own")
    lock = "".join(
        f"{name}=={version} ; python_version < '4' \\\n    --hash=sha256:{'0' * 64} \\\n"
        f"    --hash=sha256:{sha256(files[name].encode()).hexdigest()}\n"
        for name, version in (("msgspec", "0.23.0"), ("ruamel-yaml", "1.0"))
    )
    pinned = release.pins(lock, ["ruamel-yaml>=1", "msgspec>=0.22"])
    found = [release.source(name, *one) for name, one in pinned.items()]
    template = (ROOT / "packaging/farebox.rb.in").read_text()
    text = release.formula(template, own, "https://example/v1.2.0", found)
    assert 'url "https://example/v1.2.0/farebox-1.2.0.tar.gz"' in text
    assert sha256(b"own").hexdigest() in text
    assert text.index('resource "msgspec" do') < text.index('resource "ruamel-yaml" do')
    assert f"{release.SOURCES}/r/ruamel-yaml/ruamel_yaml-1.0.tar.gz" in text
    assert "@" not in text.replace("python@3.13", "")


def test_a_source_that_the_lock_does_not_name_ends_the_release(
    release: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "SOURCES", tmp_path.as_uri())
    with pytest.raises(release.NotReady, match=r"click-8\.0\.tar\.gz: .*No such file"):
        release.source("click", "8.0", ["0" * 64])
    (tmp_path / "c/click").mkdir(parents=True)
    (tmp_path / "c/click/click-8.0.tar.gz").write_bytes(b"another")
    with pytest.raises(release.NotReady, match=r"is not what requirements\.lock names"):
        release.source("click", "8.0", ["0" * 64])


def test_the_pins_are_those_of_the_lock_for_each_dependency(
    release: ModuleType,
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements.lock").read_text()
    pinned = release.pins(lock, project["dependencies"])
    assert list(pinned) == [one.partition(">=")[0] for one in project["dependencies"]]
    assert all(version[0].isdigit() and hashes for version, hashes in pinned.values())
    with pytest.raises(release.NotReady, match="does not pin nothing"):
        release.pins("click==1\n", ["nothing>=1"])


def test_the_extras_of_the_messages_are_those_of_the_project() -> None:
    from farebox.extras import EXTRAS

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = set(project["optional-dependencies"]) - {"all", "build", "dev"}
    assert set(EXTRAS) == extras
    page = (ROOT / "docs/install.md").read_text()
    assert [name for name in extras if f"| `{name}` |" not in page] == []
