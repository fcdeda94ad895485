"""The questions of an agent, as values: their fields are the tools' input schemas."""

import datetime
from typing import Annotated

from msgspec import Meta, Struct

MOST_NAME = 1000
"""Characters of a path or a name."""

Name = Annotated[str, Meta(min_length=1, max_length=MOST_NAME)]

Document = Annotated[
    Name,
    Meta(
        description="Path below the server's folder: a preview's JSON (pulumi preview --json"
        " --show-sames) or a state export."
    ),
]
Most = Annotated[
    int, Meta(ge=1, le=500, description="Rows in the answer; the rest are counted.")
]


class Priced(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """How a document is priced. What is left out is the stack's own, or the default."""

    usage: Annotated[
        Name | None, Meta(description="Path of a usage file below the server's folder.")
    ] = None
    region: Annotated[
        Annotated[str, Meta(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$")] | None,
        Meta(description="Region of resources for which nothing else names one."),
    ] = None
    prices: Annotated[
        Annotated[str, Meta(pattern=r"^(auto|store|embedded|sha256:[0-9a-f]{8,64})$")]
        | None,
        Meta(description="auto, store, embedded or a book's id; never live."),
    ] = None
    users: Annotated[
        Annotated[int, Meta(ge=1, le=1_000_000_000_000)] | None,
        Meta(description="Users to divide the total by."),
    ] = None
    on: Annotated[
        datetime.date | None, Meta(description="The day, as 2026-11-23; else today.")
    ] = None


class Price(Priced, frozen=True):
    """Price a document for a month: the dearest lines, and all that has no figure."""

    document: Document
    most: Most = 50


class Explain(Priced, frozen=True):
    """Show each figure of a resource: arithmetic, AWS's key, the price's source and day."""

    document: Document
    resource: Annotated[
        Name, Meta(description="A urn or a logical name; * matches any part of it.")
    ]
    most: Most = 50


class Diff(Priced, frozen=True):
    """Say what a change does to the bill, by resource; the market's part stands apart."""

    base: Document
    head: Document
    most: Most = 50


class Advise(Priced, frozen=True):
    """Show what would cost less for the same work, each with its saving and its risk."""

    document: Document
    most: Most = 50


class UsageKeys(Priced, frozen=True):
    """List what a usage file could say of the document, with unit, meaning and rate."""

    document: Document
    most: Most = 100
