"""Makes a Pulumi project of a program that is one file, in the language of its ending."""

import json
import shutil
from pathlib import Path

STACKS = Path(__file__).parent / "stacks"
REGION = "us-east-1"


def programs(*endings: str) -> list[Path]:
    """The programs of these endings, each a file as people write them; else all."""
    wanted = endings or (".py", ".ts", ".yaml")
    return sorted(path for path in STACKS.iterdir() if path.suffix in wanted)


def project_of(program: Path, folder: Path) -> Path:
    """A project in `folder` whose program is the file, with a stack `prod`."""
    folder.mkdir(parents=True, exist_ok=True)
    name = program.stem.replace("_", "-")
    if program.suffix == ".yaml":
        shutil.copy(program, folder / "Pulumi.yaml")
    elif program.suffix == ".ts":
        shutil.copy(program, folder / "index.ts")
        (folder / "package.json").write_text(json.dumps({"name": name}))
        options = {"strict": True, "target": "es2020", "module": "commonjs"}
        (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options}))
        (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: nodejs\n")
    else:
        shutil.copy(program, folder / "__main__.py")
        (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
    (folder / "Pulumi.prod.yaml").write_text(f"config:\n  aws:region: {REGION}\n")
    return folder
