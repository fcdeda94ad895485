"""Project and stack files are read as the `pulumi` command reads them."""

from pathlib import Path

import pytest

from farebox.graph import ProgramError
from farebox.graph.offline.program import read_program
from farebox.graph.project import read_project, read_stack_config, stacks_of
from farebox.graph.values import UNKNOWN_TEXT

PROJECT = "name: demo\nruntime: python\n"


def config_of(folder: Path, stack: str, *, project: str = PROJECT) -> dict[str, str]:
    (folder / "Pulumi.yaml").write_text(project)
    (folder / "Pulumi.dev.yaml").write_text(stack)
    return dict(read_stack_config(read_project(folder), "dev").values)


def test_values_become_the_texts_that_a_program_gets(tmp_path: Path) -> None:
    assert config_of(
        tmp_path,
        """
config:
  aws:region: us-east-1
  demo:on: true
  demo:count: 3
  demo:share: 0.5
  demo:answer: yes
  demo:day: 2026-11-23
  demo:zones: [a, b]
  demo:pool: {size: 2, kind: spot}
  short: without a namespace
  old:config:key: three parts
""",
    ) == {
        "aws:region": "us-east-1",
        "demo:on": "true",
        "demo:count": "3",
        "demo:share": "0.5",
        "demo:answer": "yes",
        "demo:day": "2026-11-23",
        "demo:zones": '["a","b"]',
        "demo:pool": '{"kind":"spot","size":2}',
        "demo:short": "without a namespace",
        "old:key": "three parts",
    }


def test_secrets_are_replaced_also_inside_objects(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "Pulumi.dev.yaml").write_text(
        "config:\n  token: {secure: AAAA}\n  db: {user: me, password: {secure: BBBB}}\n"
    )
    config = read_stack_config(read_project(tmp_path), "dev")
    assert config.secret_keys == ("demo:token", "demo:db")
    assert config.values["demo:token"] == UNKNOWN_TEXT
    assert config.values["demo:db"] == f'{{"password":"{UNKNOWN_TEXT}","user":"me"}}'


def test_the_projects_defaults_hold_where_the_stack_says_nothing(
    tmp_path: Path,
) -> None:
    project = PROJECT + (
        "config:\n"
        "  size: {type: integer, default: 3}\n"
        "  kind: gp3\n"
        "  aws:region: {value: us-west-2}\n"
        "  zones: {type: array, items: {type: string}, default: [a]}\n"
    )
    assert config_of(tmp_path, "config: {kind: io2}", project=project) == {
        "demo:kind": "io2",
        "demo:size": "3",
        "aws:region": "us-west-2",
        "demo:zones": '["a"]',
    }


def test_a_value_that_the_project_asks_for_must_be_there(tmp_path: Path) -> None:
    project = PROJECT + "config:\n  size: {type: integer}\n"
    with pytest.raises(ProgramError) as caught:
        config_of(tmp_path, "", project=project)
    assert str(caught.value) == (
        "Stack dev has no value for demo:size, which Pulumi.yaml asks for: pulumi "
        "config set demo:size <value> --stack dev"
    )


def test_stack_files_may_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text(PROJECT + "stackConfigDir: stacks\n")
    for name in ("small", "large"):
        (tmp_path / "stacks" / f"Pulumi.{name}.yaml").write_text("config: {a: 1}")
    for name in ("small.usage.yaml", "Pulumi.small.usage.yaml"):
        (tmp_path / "stacks" / name).write_text("version: 1")
    project = read_project(tmp_path)
    assert stacks_of(project) == ["large", "small"]
    assert read_stack_config(project, "org/demo/small").values == {"demo:a": "1"}


def test_an_unknown_stack_is_answered_with_those_that_exist_nearest_first(
    tmp_path: Path,
) -> None:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    for name in ("dev", "production", "staging"):
        (tmp_path / f"Pulumi.{name}.yaml").write_text("")
    with pytest.raises(ProgramError) as caught:
        read_program(tmp_path, "stagin")
    assert str(caught.value).startswith("No stack stagin: ")
    assert str(caught.value).endswith(" holds staging, dev, production.")


@pytest.mark.parametrize(
    ("project", "sentence"),
    [
        (
            "name: demo\nruntime: nodejs\n",
            "names the runtime nodejs: Farebox runs Python",
        ),
        ("name: demo\n", "names the runtime nothing"),
        ("runtime: python\n", "has no name: add a line `name: <project>`"),
        ("name: [demo\nruntime: python\n", "Pulumi.yaml:2: this is not YAML"),
        ("- a\n- b\n", "expected lines of the form `key: value`"),
        (PROJECT + "main: nowhere\n", "which does not exist"),
        (PROJECT, "No __main__.py in"),
    ],
)
def test_a_project_that_cannot_be_run_is_named_with_its_fault(
    tmp_path: Path, project: str, sentence: str
) -> None:
    (tmp_path / "Pulumi.yaml").write_text(project)
    (tmp_path / "Pulumi.dev.yaml").write_text("")
    with pytest.raises(ProgramError) as caught:
        read_program(tmp_path, "dev")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_project_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match=r"No Pulumi\.yaml in"):
        read_program(tmp_path, "dev")


def test_a_stack_file_that_is_no_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match=r"Pulumi\.dev\.yaml:3: this is not YAML"):
        config_of(tmp_path, "config:\n  a: [1\nb: 2\n")
