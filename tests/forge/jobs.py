"""A pull request's repository and the machines of its jobs, for the recipes' scripts.

The scripts run for real with bash. Stand-ins are `python3`, which makes an environment
whose `fare` is this checkout's, and `git` where a job fetches Farebox itself.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
CI = ROOT / "docs" / "ci"

PYTHON3 = f"""\
#!/bin/sh
# Stands in for `python3 -I -m venv FOLDER`: fare and pip of the new environment.
[ "$1 $2 $3" = "-I -m venv" ] || exit 9
mkdir -p "$4/bin"
cat > "$4/bin/python" <<'END'
#!/bin/sh
echo "$@" >> "$(dirname "$0")/pip-calls"
END
cat > "$4/bin/fare" <<'END'
#!/bin/sh
exec {Path(sys.executable).parent}/fare "$@"
END
chmod +x "$4/bin/python" "$4/bin/fare"
"""

GIT = f"""\
#!/bin/sh
# Stands in for git where a job fetches Farebox; else it is git.
case "$*" in
  "init --quiet $FAREBOX") exit 0 ;;
  "-C $FAREBOX fetch "*) exec cp -r {ROOT}/docs {ROOT}/requirements.lock "$FAREBOX" ;;
  "-C $FAREBOX checkout "*) exit 0 ;;
esac
PATH=${{PATH#*/tools:}} exec git "$@"
"""


def load(path: Path) -> Any:
    """A YAML file."""
    return yaml.safe_load(path.read_text())


def git(folder: Path, *words: str) -> str:
    """What git prints, run in the folder."""
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.test"]
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *words],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def write_stack(project: Path, name: str, size: int) -> None:
    """The config file of a stack with a volume of that many GiB."""
    config = {"config": {"aws:region": "us-east-1", "shop:size": size}}
    (project / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump(config))


def make_origin(origin: Path, base: str, head: str) -> None:
    """A repository: main has the base program, the merge commit of a change the head's.

    The change doubles the volume of stack small and adds stack large.
    """
    project = origin / "infra"
    project.mkdir(parents=True)
    git(origin, "init", "--quiet", "--initial-branch=main")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (project / "__main__.py").write_text(base)
    write_stack(project, "small", 100)
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "-m", "base")
    git(origin, "checkout", "--quiet", "-b", "change")
    (project / "__main__.py").write_text(head)
    write_stack(project, "small", 200)
    write_stack(project, "large", 1000)
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "-m", "head")
    git(origin, "checkout", "--quiet", "-b", "merge", "main")
    git(origin, "merge", "--quiet", "--no-ff", "-m", "merge", "change")


def clone_of(origin: Path, work: Path, *, depth: int) -> Path:
    """A clone as a job without credentials has it: nothing can be fetched any more."""
    url = f"file://{origin}"
    git(
        origin,
        *("clone", "--quiet", f"--depth={depth}", "--branch=merge", url, str(work)),
    )
    git(work, "remote", "set-url", "origin", "file:///private/and/closed")
    return work


def tools(folder: Path) -> Path:
    """The stand-ins, to be the first of PATH."""
    made = folder / "tools"
    made.mkdir(exist_ok=True)
    for name, text in (("python3", PYTHON3), ("git", GIT)):
        (made / name).write_text(text)
        (made / name).chmod(0o755)
    return made


def bash(script: str, folder: Path, env: dict[str, str]) -> Any:
    """Run a step as a runner does, without this process's environment."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


class GitHubJob:
    """One job on a machine of its own: the steps of an action, with their expressions."""

    def __init__(
        self, machine: Path, workspace: Path, action: Path, **inputs: str
    ) -> None:
        self.workspace = workspace
        self.temp = machine / "temp"
        self.temp.mkdir(parents=True)
        self.summary = machine / "summary"
        self.env = {
            "PATH": f"{tools(machine)}:{os.environ['PATH']}",
            "HOME": str(machine),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_ACTION_PATH": str(action.parent),
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_ENV": str(machine / "env"),
            "GITHUB_PATH": str(machine / "path"),
        }
        self.steps = load(action)["runs"]["steps"]
        self.inputs = {
            name: str(item.get("default", ""))
            for name, item in load(action)["inputs"].items()
        }
        self.inputs |= inputs

    def run(self, env: dict[str, str] | None = None, **values: str) -> Any:
        """All steps, until one fails; the last one that ran.

        `env` is the job's; `values` stand for the variables of a step that an expression
        of GitHub gives.
        """
        done: Any = None
        for step in self.steps:
            if "inputs.requirements != ''" in step.get(
                "if", ""
            ) and not self.inputs.get("requirements"):
                continue
            own = {key: self._value(text) for key, text in step.get("env", {}).items()}
            own |= {key: text for key, text in values.items() if key in own}
            folder = self.workspace / self._value(step["working-directory"])
            done = bash(step["run"], folder, self.env | (env or {}) | own)
            if done.returncode:
                return done
        return done

    def _value(self, text: str) -> str:
        """The value of the plain expressions; others are given by the test."""
        text = text.replace("${{ runner.temp }}", str(self.temp))
        if match := re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text):
            return self.inputs[match[1]]
        return "" if "${{" in text else text


def gitlab_job(name: str, machine: Path, env: dict[str, str]) -> Any:
    """A job of the template, run in a folder of its own; `env` has CI_PROJECT_DIR.

    `env` has what the user's pipeline sets too: as on GitLab it goes before the
    template's pipeline, and a job's own variables go before it.
    """
    template = load(CI / "gitlab.yml")
    job = {**template[".farebox"], **template[name]}
    machine.mkdir(exist_ok=True)
    given = {
        "PATH": f"{tools(machine)}:{os.environ['PATH']}",
        "HOME": str(machine),
        **{key: str(value) for key, value in template["variables"].items()},
        **env,
        **{key: str(value) for key, value in job["variables"].items()},
    }
    script = "\n".join(job["before_script"] + job["script"])
    return bash(script, Path(env["CI_PROJECT_DIR"]), given)
