"""What a Parquet file claims to hold, asked before it is read.

A few kilobytes can claim gigabytes: one text that packs to nothing, or rows that take no
bytes at all. The footer says so, and reading it costs nothing. What it hides (one text in
a dictionary, a million times) ends at the engine's bound of memory.
"""

from pathlib import Path

from farebox.billed.errors import BillError

MOST_TIMES = 250
"""How many times its packed size a file may unpack to; bills come to twenty."""

MOST_ROWS_A_BYTE = 100
"""Rows for each byte of a file; a bill has a row in 15 bytes, or more."""


def refuse_too_much(path: Path) -> None:
    """Read a Parquet file's footer. Raises BillError where it claims what no bill holds."""
    from pyarrow import ArrowException
    from pyarrow.parquet import read_metadata

    try:
        said = read_metadata(path)
        rows = said.num_rows
        groups = (said.row_group(n) for n in range(said.num_row_groups))
        unpacked = sum(group.total_byte_size for group in groups)
    except (ArrowException, OSError) as error:
        words = " ".join(str(error).split())[:200]
        raise BillError(f"{path} cannot be read as a bill: {words}") from error
    size = path.stat().st_size
    if unpacked > MOST_TIMES * size:
        raise BillError(
            f"{path} unpacks to more than {MOST_TIMES} times its size: it is no bill"
        )
    if rows > MOST_ROWS_A_BYTE * size:
        raise BillError(f"{path} claims {rows:,} rows in {size:,} bytes: it is no bill")
