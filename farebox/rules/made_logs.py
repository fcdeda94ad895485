"""Log groups that AWS makes for a service by itself, where a stack declares none.

What is written there is charged by the GB, and no resource of the stack stands for it.
"""

from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.charges import Circumstances
from farebox.rules.shapes import text

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"

UNSEEN = (
    "Functions and builds write logs, which CloudWatch charges by the GB: those whose log "
    "group (/aws/lambda/NAME, /aws/codebuild/NAME) is not in the stack are not in the total"
)


def is_declared(resource: Resource, circumstances: Circumstances, group: str) -> bool:
    """Whether a log group of the name, or of one not known yet, is in the stack."""
    groups = circumstances.graph.by_type.get(LOG_GROUP, ())
    names = circumstances.once(
        "names of log groups",
        lambda: {(item.region, text(item.input("name"))) for item in groups},
    )
    region = resource.region
    return (region, group) in names or (region, UNKNOWN) in names


def tell_of_folder(
    resource: Resource, circumstances: Circumstances, who: str, folder: str
) -> None:
    """Note, once for each kind, that logs in groups that AWS makes are not in the total.

    `folder` is how the names of its groups begin: the rest AWS chooses.
    """
    groups = circumstances.graph.by_type.get(LOG_GROUP, ())
    own = circumstances.once(
        ("log groups in", resource.region, folder),
        lambda: any(
            item.region == resource.region
            and (name is UNKNOWN or str(name or "").startswith(folder))
            for item in groups
            for name in (text(item.input("name")),)
        ),
    )
    if not own:
        circumstances.note(
            f"{who} write logs into {folder}, which CloudWatch charges by the GB: no "
            "such log group is in the stack, so they are not in the total"
        )


def group_named(folder: str, resource: Resource) -> str:
    """The group that AWS makes for a resource, by the name that it has, or will have."""
    name = resource.input("name")
    return f"{folder}/{name if isinstance(name, str) else 'NAME'}"


def tell_of_logs(
    resource: Resource,
    circumstances: Circumstances,
    own: str | Unknown | None,
    folder: str,
) -> None:
    """Note, once for the stack, that logs of functions and builds are not in the total.

    `own` is the group that the program names, else AWS makes `folder/NAME`. One that is
    not known before deployment is taken for a group of the stack.
    """
    if isinstance(own, Unknown):
        return
    group = own or group_named(folder, resource)
    if not is_declared(resource, circumstances, group):
        circumstances.note(UNSEEN)
