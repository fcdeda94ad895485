"""What the terminal can show: its width, and whether colour is wanted."""

import os
import shutil
from typing import TextIO

DEFAULT_WIDTH = 80
MAX_WIDTH = 120


def terminal_width() -> int:
    """Columns of the terminal, 80 where there is none, never more than 120."""
    return min(shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns, MAX_WIDTH)


def uses_color(stream: TextIO) -> bool:
    """Whether the stream is a terminal and NO_COLOR is not set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR")
