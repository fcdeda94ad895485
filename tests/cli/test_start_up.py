"""What `fare price` leaves alone when it prices a document."""

import subprocess
import sys
from pathlib import Path

DOCUMENT = Path(__file__).parents[1] / "recorded" / "engine" / "first_preview.json"
APART = (
    *("boto3", "duckdb", "ibis", "mcp", "numpy", "pulumi", "pulumi_aws", "pygls"),
    *("pyspark", "sqlalchemy", "vl_convert"),
    *("farebox.agents", "farebox.billed", "farebox.editor", "farebox.fleet"),
    *("farebox.hosting", "farebox.reports.graphic"),
)
"""Heavy packages, and the parts that are not about one document's price."""


def test_a_document_is_priced_without_the_other_parts(tmp_path: Path) -> None:
    program = (
        "import sys; from farebox.cli.main import run; "
        f"run(['price', {str(DOCUMENT)!r}, '--prices', 'embedded']); "
        f"print([name for name in {APART!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"FAREBOX_DATA_DIR": str(tmp_path), "PATH": ""},
    )
    assert "Total a month" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"
