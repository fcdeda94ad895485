"""`make fuzz SECONDS=60 SEED=1`: damages documents and runs the commands on them.

Each input that breaks a promise is written to `.fuzz/`, with the command that shows it;
the exit code is then 1. The same seed tries the same inputs in the same order.
"""

import argparse
import gc
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from random import Random
from types import FrameType

from farebox.cli.main import run
from tests.fuzz.mutations import damaged
from tests.fuzz.oracles import broken
from tests.fuzz.seeds import DOCUMENT, SETTINGS, Seed, diff_seed, seeds, statement_seed

LONGEST_SECONDS = 10
"""No input of a few hundred kilobytes may take longer."""

KEPT = Path(".fuzz")


class TooSlow(BaseException):
    """An input took longer than any may."""


def main() -> int:
    """Fuzz for a while; return how many kinds of broken promises were found."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--inputs", type=int, default=10**9, help="stop after so many")
    options = parser.parse_args()
    random = Random(options.seed)
    found: Counter[str] = Counter()
    tried = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["FAREBOX_DATA_DIR"] = str(folder / "store")
        tempfile.tempdir = str(folder)
        (folder / "seeds").mkdir()
        known = _all_seeds(folder / "seeds")
        end = time.monotonic() + options.seconds
        gc.disable()
        while time.monotonic() < end and tried < options.inputs:
            tried += 1
            if not tried % 200:
                gc.collect()
            seed = random.choice(known)
            command = random.choice(seed.commands)
            data = damaged(seed.data, random)
            path = folder / f"input{seed.ending}"
            path.write_bytes(data)
            arguments = [str(path) if word == DOCUMENT else word for word in command]
            for word in _tried(arguments, data):
                found[f"{seed.name}: {word}"] += 1
                if found[f"{seed.name}: {word}"] == 1:
                    _keep(data, seed, command, word, len(found))
    print(f"fuzz: {tried:,} inputs, seed {options.seed}, {len(known)} documents")
    for what, times in found.most_common():
        print(f"  {times:5}  {what}")
    print(f"fuzz: {len(found)} kinds of broken promises")
    return min(len(found), 1)


def _all_seeds(folder: Path) -> list[Seed]:
    known = seeds(folder)
    first, second = sorted(folder.glob("case_*.json"))[:2]
    known.append(diff_seed(_said("diff", str(first), str(second), *SETTINGS)))
    known.append(statement_seed(_said("price", str(first), *SETTINGS)))
    return known


def _said(*words: str) -> str:
    code, out, err = _run([*words, "--format", "json"])
    assert code == 0, err
    return out


def _tried(arguments: list[str], data: bytes) -> list[str]:
    try:
        code, out, err = _run(arguments)
    except TooSlow:
        where = traceback.extract_tb(sys.exc_info()[2])[-1]
        return [f"slower than {LONGEST_SECONDS} s at {where.name}"]
    return list(broken(arguments, data, code, out, err))


def _run(arguments: list[str]) -> tuple[int, str, str]:
    """The command in this process: its exit code and what it printed."""
    out, err = TextIOWrapper(BytesIO(), encoding="utf-8"), StringIO()
    signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(LONGEST_SECONDS)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run(arguments)
            out.flush()
    finally:
        signal.alarm(0)
    return code, out.buffer.getvalue().decode(), err.getvalue()


def _alarm(number: int, frame: FrameType | None) -> None:
    raise TooSlow


def _keep(data: bytes, seed: Seed, command: tuple[str, ...], word: str, n: int) -> None:
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"{n:02}-{seed.name}{seed.ending}"
    path.write_bytes(data)
    shown = " ".join(str(path) if part == DOCUMENT else part for part in command)
    print(f"fuzz: {word}: fare {shown}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
