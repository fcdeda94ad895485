"""Which version of a launch template is launched, and what that version asks for.

A template keeps every version that it ever had, and whoever launches from it names
one: by number, as `$Latest` or as `$Default`, which is also what no version means. A
document holds the inputs of the latest version alone, and in a preview that changes
them those of the version before.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-launch-template-versions.html
"""

from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag, number
from farebox.rules.charges import Gap

LATEST = "$Latest"
DEFAULT = "$Default"

FIRST = Decimal(1)

BESIDE_THE_VERSIONS = frozenset(
    (
        "__defaults",
        "defaultVersion",
        "name",
        "namePrefix",
        "region",
        "tags",
        "tagsAll",
        "updateDefaultVersion",
    )
)
"""Inputs of a template as a whole: a change of these alone makes no version.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/launch_template
"""


class Versions(Struct, frozen=True):
    """A template's versions after the deployment; None where a number is not known.

    `before` is the latest version before the deployment where that makes a new one,
    else the same as `latest`.
    """

    latest: Decimal | None
    before: Decimal | None
    default: Decimal | Unknown | None


def versions_of(template: Resource) -> Versions:
    """The versions that a template has once the deployment is done."""
    latest = _count(template.output("latestVersion"))
    default: Decimal | Unknown | None = _count(template.output("defaultVersion"))
    if template.operation in ("create", "replace"):
        latest = default = FIRST
    before = latest
    if _makes_a_version(template):
        latest = None if latest is None else latest + 1
    if flag(template.input("updateDefaultVersion")) is True:
        return Versions(latest, before, latest)
    named = number(template.input("defaultVersion"))
    return Versions(latest, before, default if named is None else named)


def launched_version(template: Resource, version: Any) -> Resource | Gap:
    """The template with the inputs of the version that is named, or why they are gone.

    `version` is what the launching block says, None where it says none. An unknown
    one is the template's own latest: its default is known before deployment wherever
    it differs.
    """
    if version is UNKNOWN or version == LATEST:
        return template
    versions = versions_of(template)
    latest, before = versions.latest, versions.before
    wanted: Decimal | Unknown | None
    if version in (None, "", DEFAULT):
        wanted = versions.default
        if wanted is None:
            # Nothing says that the default is another version than the one in sight.
            return template
    else:
        wanted = number(version)
    if wanted is not None and wanted is not UNKNOWN:
        if wanted == latest:
            return template
        if wanted == before and template.former_inputs is not None:
            return replace(template, raw_inputs=template.former_inputs)
    return Gap("unknown-input", _gone(template, version, wanted, latest))


def _makes_a_version(template: Resource) -> bool:
    """Whether this deployment changes what the template launches."""
    former = template.former_inputs
    if former is None:
        return False
    now = template.raw_inputs
    return any(
        former.get(name) != now.get(name)
        for name in (former.keys() | now.keys()) - BESIDE_THE_VERSIONS
    )


def _count(value: Any) -> Decimal | None:
    found = number(value)
    return found if isinstance(found, Decimal) and found >= FIRST else None


def _gone(
    template: Resource,
    version: Any,
    wanted: Decimal | Unknown | None,
    latest: Decimal | None,
) -> str:
    """Why the version that is asked for cannot be read, in a sentence."""
    named = str(version or DEFAULT)
    if isinstance(wanted, Decimal) and named != f"{wanted:f}":
        named = f"{named}, which is {wanted:f}"
    newest = "" if latest is None else f"; its latest is {latest:f}"
    return (
        f"it launches version {named} of {template.name}{newest}: what that version "
        "asks for is not in the document"
    )
