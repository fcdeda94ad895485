"""A program of 1,000 resources, with and without in-program pricing."""

from pathlib import Path

PROJECT = """\
name: bench
runtime: python
"""
CONFIG = "config:\n  aws:region: us-east-1\n"
PROGRAM = """\
import pulumi_aws as aws
{pricing}
for number in range(998):
    aws.ebs.Volume(
        f"volume-{{number:03}}",
        availability_zone="us-east-1a",
        size=100,
        type="gp3",
        encrypted=True,
        tags={{"Name": f"volume-{{number:03}}"}},
    )
"""
PRICING = "import farebox\n\nfarebox.price_program()\n"


def thousand_resources(folder: Path, *, priced: bool) -> None:
    """Write the project: a stack, a default provider and 998 volumes."""
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text(PROJECT)
    (folder / "Pulumi.bench.yaml").write_text(CONFIG)
    program = PROGRAM.format(pricing=PRICING if priced else "")
    (folder / "__main__.py").write_text(program)
