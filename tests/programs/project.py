"""Makes a Pulumi project of a program that is one file."""

import shutil
from pathlib import Path

STACKS = Path(__file__).parent / "stacks"
REGION = "us-east-1"


def programs() -> list[Path]:
    """The programs, each a file as people write them."""
    return sorted(STACKS.glob("*.py"))


def project_of(program: Path, folder: Path) -> Path:
    """A project in `folder` whose program is the file, with a stack `prod`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(program, folder / "__main__.py")
    name = program.stem.replace("_", "-")
    (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
    (folder / "Pulumi.prod.yaml").write_text(f"config:\n  aws:region: {REGION}\n")
    return folder
