"""Reads advice that `fare advise --format json` wrote: the contract `farebox.advice/1`."""

import msgspec

from farebox.errors import FareboxError
from farebox.files.figures import bounded
from farebox.reports.advice.report import AdviceDocument

SCHEMA = "farebox.advice/1"


class AdviceFileError(FareboxError):
    """The file is no advice of the version that is read here."""


def read_advice(data: bytes, name: str = "the advice") -> AdviceDocument:
    """The advice of a JSON document; `name` is what messages call it.

    Raises AdviceFileError.
    """
    way = "`fare advise STACK --format json` writes one"
    try:
        found = msgspec.json.decode(data, type=AdviceDocument)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise AdviceFileError(f"{name} is no advice: {error}; {way}") from error
    if found.schema != SCHEMA:
        raise AdviceFileError(f"{name} is {found.schema!r}, not {SCHEMA}; {way}")
    figures = (found.usd_per_month, found.usd_with_all, found.usd_saved)
    if not all(map(bounded, (*figures, *(row.usd_saved for row in found.advice)))):
        raise AdviceFileError(f"{name} has a figure that no bill has")
    return found
