"""A usage file filled in from CloudWatch, for the resources that are deployed.

Each usage key that has a metric is asked for by the resource's own dimensions, which its
state holds. All regions answer, or nothing is written.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from farebox.bill.assumptions import Assumption, LevelInForce
from farebox.bill.usage import UsageFile
from farebox.bill.usage_days import month_of
from farebox.bill.usage_edit import Edited, Figure, with_figures
from farebox.bill.usage_file import parse_usage
from farebox.bill.wanted import Wanted
from farebox.graph import Resource
from farebox.quote.usage_files import WantedFile
from farebox.reports.usage_text import key_text, measured_text, patterns
from farebox.rules.packages import declared
from farebox.rules.service import Key, Metric, Use
from farebox.rules.usage_keys import in_pulumi_names
from pricing_fetch.calls.aws import Aws
from pricing_fetch.calls.metrics import Days, MetricAsked, daily_metrics

SOURCE = "CloudWatch"


class Synced(Struct, frozen=True):
    """The text with what was measured in it; `notes` say what was not put in, and why.

    `asked` is how many metrics AWS was asked for.
    """

    text: str
    put_in: int
    asked: int
    notes: tuple[str, ...]


class _Measured(Struct, frozen=True):
    """A key of a resource that CloudWatch can tell, and by which metrics."""

    name: str
    pattern: str
    use: Use | Key
    metric: Metric
    region: str
    asked: tuple[MetricAsked, ...]


def synced(
    file: WantedFile, text: str, *, until: date, days: int, aws: Aws, path: str
) -> Synced:
    """The text with a month of each key that CloudWatch can tell.

    `text` is the file at `path`, `until` the day before which `days` end. Raises
    FetchError and UsageError; then nothing is known.
    """
    notes: list[str] = []
    written = in_pulumi_names(parse_usage(text, path=path))
    given = UsageFile(resources=written.resources, path=path)
    measured = list(_measured(file, given, notes))
    answers = _answers(measured, until=until, days=days, aws=aws)
    figures: list[Figure] = []
    given = UsageFile(resources=in_pulumi_names(parse_usage(text, path=path)).resources)
    for one, found in zip(measured, answers, strict=True):
        count = len(one.metric.names)
        month = month_of(
            found[:count],
            per=found[count:],
            counts=one.metric.counts,
            unit=one.metric.unit,
            until=until,
            source=SOURCE,
        )
        if month is None:
            notes.append(
                f"{one.name}: CloudWatch has nothing of {one.metric.namespace} "
                f"{one.metric.names[0]}, so {one.use.key} stays as it is"
            )
            continue
        said = measured_text(month)
        figures.append(Figure(one.pattern, one.use.key, said, key_text(one.pattern)))
    edited: Edited = with_figures(text, figures, path=path)
    asked = sum(len(one.asked) for one in measured)
    return Synced(edited.text, edited.put_in, asked, (*notes, *edited.kept))


def _by_hand(given: UsageFile, each: Wanted, key: str) -> bool:
    """Whether a person gave the key for the resource, by a pattern of many too."""
    usage = given.of_resource(each.urn, each.type, each.name, LevelInForce())
    value = usage.value(*key.split("."))
    if isinstance(value, Assumption):
        return not value.source.startswith(SOURCE)
    return value is not None


def _measured(
    file: WantedFile, given: UsageFile, notes: list[str]
) -> Iterator[_Measured]:
    """The keys with a metric that nobody gave, where the dimensions are known."""
    wanted = [each for each in file.wanted if each.urn]
    for each, pattern in zip(wanted, patterns(wanted), strict=True):
        resource = file.graph.by_urn[each.urn]
        for use, metric in _metrics(each, resource):
            if _by_hand(given, each, use.key):
                notes.append(f"{given.path}: {use.key} of {each.name} is kept as given")
                continue
            dimensions = _dimensions(resource, metric)
            if dimensions is None and resource.id:
                continue  # a key that types share, and this one has not the dimension
            if dimensions is None:
                notes.append(
                    f"{each.name}: its {use.key} is not asked for, since nothing tells "
                    "its id; give a state: pulumi stack export | fare usage sync -"
                )
                continue
            asked = tuple(
                MetricAsked(metric.namespace, name, dimensions, metric.stat or "Sum")
                for name in (*metric.names, *metric.per)
            )
            region = metric.region or each.region
            yield _Measured(each.name, pattern, use, metric, region, asked)


def _metrics(each: Wanted, resource: Resource) -> Iterator[tuple[Use | Key, Metric]]:
    """The keys of a resource, each once, with the first metric that holds for it."""
    said = declared(each.type)
    keys = {key.key for key in each.keys}
    for use in () if said is None else said.uses:
        metric = next((one for one in use.metrics if _holds(one, resource)), None)
        if use.key in keys and metric is not None:
            keys.discard(use.key)
            yield use, metric


def _holds(metric: Metric, resource: Resource) -> bool:
    """Whether the resource's inputs are as the metric needs them."""
    return all(
        (_value(resource, name) or "") in values for name, values in metric.when.items()
    )


def _dimensions(
    resource: Resource, metric: Metric
) -> tuple[tuple[str, str], ...] | None:
    """The metric's dimensions with the resource's values; None where one is not known."""
    found: list[tuple[str, str]] = []
    for name, where in metric.dimensions.items():
        value = where[1:] if where.startswith("=") else _value(resource, where)
        if not isinstance(value, str) or not value:
            return None
        found.append((name, value))
    return tuple(found)


def _value(resource: Resource, where: str) -> object:
    if where == "id":
        return resource.id
    told = resource.output(where)
    return resource.input(where) if told is None else told


def _answers(
    measured: Sequence[_Measured], *, until: date, days: int, aws: Aws
) -> list[list[Days]]:
    """The days of each key's metrics, in order; each region is asked once."""
    found: dict[int, list[Days]] = {}
    for region in dict.fromkeys(one.region for one in measured):
        places = [n for n, one in enumerate(measured) if one.region == region]
        asked = [metric for n in places for metric in measured[n].asked]
        client = aws.client("cloudwatch", region)
        answers = iter(
            daily_metrics(client, asked, region=region, until=until, days=days)
        )
        for n in places:
            found[n] = [next(answers) for _ in measured[n].asked]
    return [found[n] for n in range(len(measured))]
