"""Users' data elsewhere: what a tier would cost with `storage: efs`, or backed up in S3.

The file system is planned and priced as the stack would build it. A backup of each
user's files in a bucket, instead of snapshots, is priced and not built. What a user's
data take there is one table (`data/storage.usage.yaml`), for one user.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files

from msgspec import Struct, structs

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Entry, UsageFile, Value
from farebox.bill.usage_file import parse_usage
from farebox.graph import Resource, ResourceGraph
from farebox.hosting.errors import PlanError
from farebox.hosting.plan.tier_files import TierSource
from farebox.hosting.ranges import Range, total
from farebox.hosting.tiers.tiers import TierTerms, tier_cost
from farebox.rating.estimate import estimate

BUCKET = "aws:s3/bucket:Bucket"
BACKUP = "user-backup"
DATA_LINES = ("storage", "snapshots")
"""Lines of a user's month that its data and their backups make."""

LOSES: Mapping[str, str] = {
    "gp3": "with a volume or a zone, what was written since the last snapshot;"
    " as many volumes as a machine attaches",
    "efs": "milliseconds a write instead of a fraction of one; no limit of a folder,"
    " homes are counted once a day instead; 1,024 users a machine. A lost zone loses"
    " nothing, and no volume is attached",
    "s3": "what was written since the last backup, and hours: a restore copies every file"
    " back. Priced, not built",
}
"""What each place loses against the others."""


class Place(Struct, frozen=True, kw_only=True):
    """A place for users' data, USD per user-month.

    `data` and `backups` are what it makes of these two; `infra` is all that AWS then
    charges. All are None where the tier cannot have it, and `refused` says why.
    `lower_bound`: some of it has no price.
    """

    name: str
    data: Range | None = None
    backups: Range | None = None
    infra: Range | None = None
    lower_bound: bool = False
    refused: str = ""

    @property
    def both(self) -> Range | None:
        """Data with their backups."""
        if self.data is None or self.backups is None:
            return None
        return total((self.data, self.backups))

    @property
    def loses(self) -> str:
        """What the place loses, in words."""
        return LOSES[self.name]


def places(source: TierSource, terms: TierTerms) -> tuple[Place, ...]:
    """gp3, EFS, and gp3 with backups in S3; none for a tier that hosts nobody.

    Raises as `tier_cost` does for the storage that the tier has itself.
    """
    if not source.config.hosted:
        return ()
    found = [_on(name, source, terms) for name in ("gp3", "efs")]
    on_gp3 = found[0]
    if on_gp3.data is None or on_gp3.backups is None or on_gp3.infra is None:
        return tuple(found)
    in_s3 = _in_s3(source, terms)
    less = on_gp3.backups
    infra = Range(
        *(
            getattr(on_gp3.infra, level) - getattr(less, level) + getattr(in_s3, level)
            for level in ("low", "likely", "high")
        )
    )
    found.append(Place(name="s3", data=on_gp3.data, backups=in_s3, infra=infra))
    return tuple(found)


def with_stored(source: TierSource) -> TierSource:
    """The tier with the usage of its users' data on EFS, unless its own file has that."""
    if source.config.storage == "gp3":
        return source
    known = {entry.pattern for entry in source.usage.resources}
    more = [one for one in _stored(source.users) if one.pattern not in known]
    usage = source.usage
    return structs.replace(
        source,
        usage=UsageFile(
            types=usage.types,
            resources=[*usage.resources, *more],
            account=usage.account,
            path=usage.path,
        ),
    )


def _on(name: str, source: TierSource, terms: TierTerms) -> Place:
    """The tier on one kind of storage."""
    if name != source.config.storage:
        config = structs.replace(source.config, storage=name)
        source = structs.replace(source, config=config)
    try:
        cost = tier_cost(with_stored(source), terms)
    except PlanError as error:
        return Place(name=name, refused=str(error))
    data, backups = (cost.lines[line] for line in DATA_LINES)
    return Place(
        name=name,
        data=data,
        backups=backups,
        infra=cost.infra,
        lower_bound=cost.lower_bound,
    )


def _in_s3(source: TierSource, terms: TierTerms) -> Range:
    """A bucket with a backup of each user, USD per user-month."""
    graph = ResourceGraph(
        [Resource(f"urn::{BUCKET}::{BACKUP}", BUCKET, BACKUP, {}, source.region)]
    )
    usage = UsageFile(resources=_stored(source.users))
    # What an account has free, the rest of the stack uses up.
    alone = structs.replace(terms, free_tier=False)
    found = estimate(graph, terms.book, usage, alone.of_statement(source.users))
    return Range(found.usd_low, found.usd_per_month, found.usd_high).over(
        Decimal(source.users)
    )


def _stored(users: int) -> list[Entry]:
    """The table's entries for so many users."""
    return [
        structs.replace(entry, values=_times(entry.values, Decimal(users)))
        for entry in _table().resources
    ]


@cache
def _table() -> UsageFile:
    name = "data/storage.usage.yaml"
    return parse_usage(files("farebox.hosting").joinpath(name).read_text(), path=name)


def _times(values: Mapping[str, Value], factor: Decimal) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            found[key] = _times(value, factor)
        elif isinstance(value, Assumption):
            levels = ("low", "likely", "high")
            found[key] = structs.replace(
                value, **{level: getattr(value, level) * factor for level in levels}
            )
        else:
            found[key] = value
    return found
