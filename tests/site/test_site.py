"""The docs are a site without a link or an anchor that leads nowhere, and call nobody."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MKDOCS = ROOT / ".venv/site/bin/mkdocs"
CONFIG = ROOT / "packaging/mkdocs.yml"


def test_the_site_builds_strictly_and_asks_no_other_server(tmp_path: Path) -> None:
    if not MKDOCS.exists():
        reason = "needs what builds the site: make .venv/.site"
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    done = subprocess.run(
        [MKDOCS, "build", "--strict", "-f", CONFIG, "-d", tmp_path],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for page in ("index", "start/index", "contributing/index", "rules/ec2/index"):
        html = (tmp_path / f"{page}.html").read_text()
        loaded = re.findall(r"<(?:script|img|iframe)[^>]*\ssrc=\"([^\"]+)", html)
        loaded += re.findall(r"<link[^>]*stylesheet[^>]*href=\"([^\"]+)", html)
        assert loaded
        assert not [one for one in loaded if "//" in one]
