"""The tiers of a project on disk: each stack's config, users, region and usage file."""

from json import loads
from pathlib import Path

from msgspec import Struct

from farebox.bill.usage import NO_USAGE, UsageFile
from farebox.graph.project import (
    Project,
    read_project,
    read_stack_config,
    stack_file,
    stacks_of,
)
from farebox.hosting.errors import ConfigError
from farebox.hosting.plan.configs import tier_config
from farebox.hosting.plan_values import TierConfig

USERS_KEY = "farebox:users"
REGION_KEY = "aws:region"


class TierSource(Struct, frozen=True, kw_only=True):
    """A tier as its files describe it: what a plan and a statement are made from."""

    name: str
    config: TierConfig
    users: int
    region: str
    usage: UsageFile = NO_USAGE
    project: str = "passepartout"


def read_tier(folder: Path, name: str) -> TierSource:
    """The tier of this name in a project's folder.

    Raises ProgramError where there is none, ConfigError and UsageError where its files
    cannot be meant.
    """
    return _tier(read_project(folder), name)


def read_tiers(folder: Path, names: tuple[str, ...] = ()) -> tuple[TierSource, ...]:
    """The named tiers, or all stacks of the project that have a tier's config.

    They come by user count, those that host nobody first. Raises as `read_tier`.
    """
    project = read_project(folder)
    if names:
        return tuple(_tier(project, name) for name in dict.fromkeys(names))
    found = [
        _tier(project, name)
        for name in stacks_of(project)
        if _tier_key(project) in read_stack_config(project, name).values
    ]
    if not found:
        raise ConfigError(
            f"no stack of {project.file} has the key {_tier_key(project)}; run this in"
            " the folder of a project that hosts users by tiers"
        )
    return tuple(sorted(found, key=lambda tier: (tier.config.hosted, tier.users)))


def _tier_key(project: Project) -> str:
    return f"{project.name}:tier"


def _tier(project: Project, name: str) -> TierSource:
    values = read_stack_config(project, name).values
    name = name.rpartition("/")[2]  # of org/project/stack
    keys = (_tier_key(project), USERS_KEY, REGION_KEY)
    for key in keys:
        if key not in values:
            raise ConfigError(f"stack {name} has no {key}, so it is no tier")
    config = loads(values[keys[0]]) if values[keys[0]].startswith("{") else None
    if not isinstance(config, dict):
        raise ConfigError(f"stack {name}: {keys[0]} must be a block of keys")
    return TierSource(
        name=name,
        config=tier_config(config),
        users=_users(name, values[USERS_KEY]),
        region=values[REGION_KEY],
        usage=_usage(project, name),
        project=project.name,
    )


def _users(name: str, text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError(
            f"stack {name}: {USERS_KEY} is {text!r}; it must be a whole number of at"
            " least 1"
        )
    return int(text)


def _usage(project: Project, name: str) -> UsageFile:
    file = stack_file(project, name)
    beside = file.with_name(f"{name}.usage.yaml") if file else None
    if beside is None or not beside.is_file():
        return NO_USAGE
    from farebox.rules.usage_keys import read_known_usage

    return read_known_usage(beside)
