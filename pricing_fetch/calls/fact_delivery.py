"""A delivery of facts: those of a call, with their hash, or word that none changed."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256

from farebox.prices.deliveries import Delivery, Fact, LastDelivery
from farebox.prices.values import Source
from pricing_fetch.calls.spot_history import instant


def fact_delivery(
    name: str,
    url: str,
    region: str,
    found: Mapping[tuple[str, str], str],
    *,
    note: str = "",
    now: Callable[[], datetime],
    last: LastDelivery | None,
    left_out: Counter[str],
) -> Delivery:
    """The facts (kind, subject) to their JSON, true now; `unchanged` if `last` had them."""
    source = Source(url, instant(now()), note=note)
    facts = tuple(
        Fact(kind, region, subject, text, source)
        for (kind, subject), text in sorted(found.items())
    )
    text = "\n".join(f"{fact.kind} {fact.subject} {fact.json}" for fact in facts)
    content_hash = f"sha256:{sha256(text.encode()).hexdigest()}"
    unchanged = last is not None and last.content_hash == content_hash
    return Delivery(
        name=name,
        source=source,
        facts=() if unchanged else facts,
        unchanged=unchanged,
        content_hash=content_hash,
        byte_count=len(text),
        left_out=left_out,
    )
