"""What the terminal can show: its width, and whether colour is wanted."""

import os
import shutil
from typing import TextIO

LOOKALIKES = str.maketrans("▁▂▃▄▅▆▇█·─│├└–—…×→✓✗", "_.-~=+*#.-|+`--~x>vx")
"""ASCII that stands for a character of a report: bars grow from _ to #."""

DEFAULT_WIDTH = 80
MAX_WIDTH = 120


def terminal_width() -> int:
    """Columns of the terminal, 80 where there is none, never more than 120."""
    return min(shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns, MAX_WIDTH)


def stand_in(error: UnicodeError) -> tuple[str, int]:
    """What is written for what an encoding lacks: a lookalike in ASCII, else `?`.

    It is an error handler of `codecs`, by which each keeps the width of one column.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end].translate(LOOKALIKES)
    return "".join(sign if sign.isascii() else "?" for sign in lacking), error.end


def uses_color(stream: TextIO) -> bool:
    """Whether the stream is a terminal and NO_COLOR is not set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR")
