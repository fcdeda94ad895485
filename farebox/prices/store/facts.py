"""Facts beside the prices: kept when they change, confirmed when they do not."""

from typing import Any

from sqlalchemy import Connection, Select, and_, func, select, update

from farebox.prices.deliveries import Delivery, Fact
from farebox.prices.store.schema import FACT
from farebox.prices.store.sources import SourceNumbers


def newest_facts(kind: str, region: str | None, subject: str | None) -> Select[Any]:
    """The facts of a kind as they are now, sorted; of one region or subject if given."""
    later = FACT.alias("later")
    newest = select(func.max(later.c.seq)).where(
        later.c.kind == FACT.c.kind,
        later.c.region == FACT.c.region,
        later.c.subject == FACT.c.subject,
    )
    wanted = [FACT.c.kind == kind, FACT.c.seq == newest.scalar_subquery()]
    if region is not None:
        wanted.append(FACT.c.region == region)
    if subject is not None:
        wanted.append(FACT.c.subject == subject)
    return select(FACT).where(and_(*wanted)).order_by(FACT.c.region, FACT.c.subject)


def keep_facts(
    connection: Connection, sources: SourceNumbers, seq: int, delivery: Delivery
) -> None:
    """Write the facts that changed, and confirm those that did not.

    Only values are history: when one was last confirmed is kept on its row.
    """
    if delivery.unchanged:
        connection.execute(
            update(FACT)
            .where(FACT.c.delivery == delivery.name)
            .values(source_id=sources.number(delivery.source))
        )
        return
    known: dict[tuple[str, str], dict[str, Any]] = {}
    written: list[dict[str, Any]] = []
    for fact in _last_of_each(delivery.facts):
        place = (fact.kind, fact.region)
        if place not in known:
            rows = connection.execute(newest_facts(*place, None))
            known[place] = {row.subject: row for row in rows}
        row = known[place].get(fact.subject)
        number = sources.number(fact.source)
        if row is not None and (row.json == fact.json or row.seq == seq):
            if row.source_id != number or row.json != fact.json:
                connection.execute(
                    update(FACT)
                    .where(
                        FACT.c.kind == fact.kind,
                        FACT.c.region == fact.region,
                        FACT.c.subject == fact.subject,
                        FACT.c.seq == row.seq,
                    )
                    .values(source_id=number, json=fact.json)
                )
            continue
        written.append(
            {
                "kind": fact.kind,
                "region": fact.region,
                "subject": fact.subject,
                "seq": seq,
                "delivery": delivery.name,
                "json": fact.json,
                "source_id": number,
            }
        )
    if written:
        connection.execute(FACT.insert(), written)


def _last_of_each(facts: tuple[Fact, ...]) -> list[Fact]:
    return list({(one.kind, one.region, one.subject): one for one in facts}.values())
