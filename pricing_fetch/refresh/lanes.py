"""Calls side by side until a moment comes: what is not back by then is left behind.

A lane is a source with calls that wait. Its workers are daemon threads, so that one that
hangs in a silent network holds up neither the caller nor the end of the process.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Event, Thread

from msgspec import Struct

from farebox.prices.deliveries import Delivery
from farebox.prices.values import PriceKey
from pricing_fetch.errors import Damaged, FetchError, NotListed


class Call(Struct, frozen=True):
    """One call to a source, and the keys that it is asked for."""

    keys: tuple[PriceKey, ...]
    make: Callable[[], Delivery]


class Lane(Struct, frozen=True):
    """A source's calls, the most important first, and how many go at a time.

    A refusal or a silence that one call meets is what the others would meet: it ends
    the lane. An answer that is damaged, or a key that is not listed, ends that call.
    """

    name: str
    calls: Sequence[Call]
    workers: int = 1


class Answered(Struct, frozen=True):
    """What became of a call: a delivery, or why there is none."""

    lane: str
    call: Call
    delivery: Delivery | None = None
    failure: str = ""


def run_lanes(
    lanes: Sequence[Lane],
    *,
    until: float,
    clock: Callable[[], float] = time.monotonic,
    too_late: str,
) -> list[Answered]:
    """What became of every call by the moment `until` of the clock.

    `too_late` is the failure of a call that had no answer by then.
    """
    answers: SimpleQueue[Answered] = SimpleQueue()
    stop = Event()
    waiting = 0
    for lane in lanes:
        left = deque(lane.calls)
        ended: list[str] = []
        waiting += len(left)
        for _ in range(min(lane.workers, len(left))):
            Thread(
                target=_work, args=(lane.name, left, ended, answers, stop), daemon=True
            ).start()
    found: list[Answered] = []
    while len(found) < waiting:
        try:
            found.append(answers.get(timeout=max(0.0, until - clock())))
        except Empty:
            break
    stop.set()
    back = {id(answer.call) for answer in found}
    return found + [
        Answered(lane.name, call, failure=too_late)
        for lane in lanes
        for call in lane.calls
        if id(call) not in back
    ]


def _work(
    name: str,
    left: deque[Call],
    ended: list[str],
    answers: "SimpleQueue[Answered]",
    stop: Event,
) -> None:
    while not stop.is_set():
        try:
            call = left.popleft()
        except IndexError:
            return
        if ended:
            answers.put(Answered(name, call, failure=ended[0]))
            continue
        try:
            answers.put(Answered(name, call, delivery=call.make()))
        except FetchError as error:
            if not isinstance(error, (Damaged, NotListed)):
                ended.append(str(error))
            answers.put(Answered(name, call, failure=str(error)))
        except Exception as error:
            # A preview never fails for its prices; the kind of defect is told.
            failure = f"{name}: Farebox failed on the answer ({type(error).__name__})"
            answers.put(Answered(name, call, failure=failure))
