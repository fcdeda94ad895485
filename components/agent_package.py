"""The machines' agent as one zip file that needs nothing but Python.

It holds `passepartout` and the parts of boto3 that it calls, as they are pinned and
installed here; the engine packs it while it deploys. So a machine that boots asks no
package index, and two machines of a deployment run the same code. A machine unpacks it: botocore
reads its descriptions of services from files.
"""

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pulumi

LIBRARIES = (
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "urllib3",
    "dateutil",
    "six",
)
"""What boto3 imports. All are pure Python, for any processor."""
DISTRIBUTIONS = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "six")
SERVICES = ("autoscaling", "dynamodb", "ec2", "s3")
"""The services that the agent calls: botocore describes some 400."""
MAIN = """\
import sys
from passepartout.agent.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
OURS = Path(__file__).parent.parent / "passepartout"


def package_files() -> dict[str, Path]:
    """Every file of the zip but its `__main__.py`, by its name there."""
    files = {
        f"passepartout/{path.relative_to(OURS).as_posix()}": path
        for path in sorted(OURS.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    for library in LIBRARIES:
        files |= dict(_files_of(library))
    return files


def _files_of(library: str) -> Iterator[tuple[str, Path]]:
    spec = find_spec(library)
    assert spec is not None
    assert spec.origin is not None
    origin = Path(spec.origin)
    if not spec.submodule_search_locations:
        yield origin.name, origin
        return
    root = origin.parent
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root)
        if path.is_file() and "__pycache__" not in place.parts and _needed(place):
            yield f"{library}/{place.as_posix()}", path


def _needed(place: Path) -> bool:
    """Leave out descriptions of services that the agent does not call, and examples."""
    if place.parts[0] == "examples":
        return False
    in_a_service = place.parts[0] == "data" and len(place.parts) > 2
    return not in_a_service or place.parts[1] in SERVICES


def package_version() -> str:
    """Twelve hex digits that change whenever what the machines run does."""
    digest = hashlib.sha256(MAIN.encode())
    for name, path in package_files().items():
        if name.startswith("passepartout/"):
            digest.update(f"{name}\0".encode())
            digest.update(path.read_bytes())
    for name in DISTRIBUTIONS:
        digest.update(f"{name} {version(name)}\0".encode())
    return digest.hexdigest()[:12]


def package() -> pulumi.AssetArchive:
    """The zip, for the engine to pack."""
    assets: dict[str, pulumi.Asset | pulumi.Archive] = {
        name: pulumi.FileAsset(str(path)) for name, path in package_files().items()
    }
    return pulumi.AssetArchive({**assets, "__main__.py": pulumi.StringAsset(MAIN)})
