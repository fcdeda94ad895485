"""Stands in for journalctl: prints lines of a file as they are, from a cursor on.

    python journalctl.py FILE [options of journalctl]

A file's lines are what journalctl 252 printed for such entries. `garbage` is no cursor;
a cursor that is not there begins at the first line, as journalctl goes to the nearest.
"""

import re
import sys
from pathlib import Path


def main(path: str, options: list[str]) -> int:
    lines = Path(path).read_bytes().splitlines(keepends=True)
    if "--after-cursor" in options:
        cursor = options[options.index("--after-cursor") + 1]
        if cursor.startswith("garbage"):
            print("Failed to seek to cursor: Invalid argument", file=sys.stderr)
            return 1
        named = re.compile(rb'"__CURSOR":"' + re.escape(cursor.encode()) + rb'"')
        after = [place for place, line in enumerate(lines) if named.search(line)]
        lines = lines[after[0] + 1 :] if after else lines
    try:
        for line in lines:
            sys.stdout.buffer.write(line)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
