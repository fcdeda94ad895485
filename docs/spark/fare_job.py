"""A Spark job that runs commands of `fare`, one after another, on the cluster it is given.

    spark-submit fare_job.py --commands "
        bill reduce s3://bills/exports/all --to s3://bills/small --month 2026-10;
        bill import s3://bills/small;
        fleet compare s3://states --month 2026-10 --format json > s3://bills/compared.json"

One session serves all of them. What a command prints goes into the file or the object
behind its `>`, else to the driver's output. The job ends with the exit code of the first
command that fails. Glue adds arguments of its own, which are left alone.
"""

import os
import shlex
import sys
import tempfile
from argparse import ArgumentParser
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper

from pyspark.sql import SparkSession

from farebox.billed.s3 import write
from farebox.cli.main import run


def ran(command: str) -> int:
    """Run one command and keep what it prints; its exit code."""
    words = shlex.split(command)
    if ">" not in words[-2:]:
        return run(words)
    *words, _, place = words
    printed = BytesIO()
    with redirect_stdout(TextIOWrapper(printed, "utf-8", write_through=True)) as text:
        code = run(words)
        write(place, printed.getvalue())
        text.detach()
    return code


def main() -> int:
    """Run the commands; the exit code of the first that fails."""
    parser = ArgumentParser()
    parser.add_argument("--commands", required=True)
    commands = parser.parse_known_args()[0].commands
    session = SparkSession.builder.appName("farebox").getOrCreate()
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ.setdefault("FAREBOX_DATA_DIR", folder)
            for command in filter(None, map(str.strip, commands.split(";"))):
                if code := ran(command):
                    return code
    finally:
        session.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
