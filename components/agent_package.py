"""The machines' agent as one zip file that needs nothing but Python.

It holds `passepartout` and the parts of boto3 that it calls, as they are pinned and
installed here; the engine packs it while it deploys. So a machine that boots asks no
package index, and two machines of a deployment run the same code. A machine unpacks it: botocore
reads its descriptions of services from files.
"""

import hashlib
import os
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
SERVICES = ("autoscaling", "dynamodb", "ec2", "logs", "s3")
"""The services that the agent calls: botocore describes some 400."""
MAIN = """\
import sys
from passepartout.agent.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
OURS = Path(__file__).parent.parent / "passepartout"


def package_files() -> dict[str, Path]:
    """Every file of the zip but its `__main__.py`, by its name there."""
    files = _our_files()
    for library in LIBRARIES:
        spec = find_spec(library)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        if spec.submodule_search_locations:
            files |= _files_below(origin.parent, library)
        else:
            files[origin.name] = origin
    return files


def _our_files() -> dict[str, Path]:
    return _files_below(OURS, "passepartout")


def _files_below(root: Path, name: str) -> dict[str, Path]:
    """The files of a package in the order of their names; whole folders are left out.

    Botocore describes some 400 services in folders of their own: a walk that enters those
    alone that the agent calls is quicker than one that throws away what it found.
    """
    files: dict[str, Path] = {}
    for folder, below, names in os.walk(root):
        place = Path(folder).relative_to(root).as_posix()
        below[:] = sorted(one for one in below if _needed(place, one))
        start = name if place == "." else f"{name}/{place}"
        files |= {f"{start}/{one}": Path(folder, one) for one in sorted(names)}
    return dict(sorted(files.items()))


def _needed(place: str, folder: str) -> bool:
    """Leave out what was compiled, examples, and services that the agent does not call."""
    if place == "data":
        return folder in SERVICES
    return folder != "__pycache__" and (place, folder) != (".", "examples")


def package_version() -> str:
    """Twelve hex digits that change whenever what the machines run does."""
    digest = hashlib.sha256(MAIN.encode())
    for name, path in _our_files().items():
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
