"""AWS DataSync: the GB that a task moves.

Source: https://aws.amazon.com/datasync/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Type, Use, free
from farebox.rules.shapes import or_default

SOURCE = "https://aws.amazon.com/datasync/pricing/"

MOVED = Use(
    key="monthly_data_transferred_gb",
    service="AWSDataSync",
    usage_type="Transferred-Bytes",
    unit="GB",
    says="data that the task moves",
)


def task(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The GB moved in the basic mode; the enhanced mode has rates of its own."""
    mode = or_default(resource.input("taskMode"), "BASIC")
    if mode is UNKNOWN:
        yield Gap("unknown-input", "taskMode is not known before deployment")
    elif mode == "BASIC":
        yield MOVED.charge(resource, usage)
    else:
        yield Gap(
            "no-price",
            f"the mode {mode} is charged by the GB and by the run, and Farebox knows no "
            "price for it",
        )


TYPES = {
    "aws:datasync/task:Task": Type(
        billed="A task is billed by the GB that it moves.",
        source=SOURCE,
        uses=(MOVED,),
        rule=task,
        terraform="aws_datasync_task",
        not_modelled="requests to S3 and traffic, which are charged besides",
    )
}

FREE = free(
    "datasync",
    {
        "a place that tasks read or write; what they move is charged": (
            "Agent EfsLocation FsxOpenZfsFileSystem LocationAzureBlob LocationFsxLustre "
            "LocationFsxOntapFileSystem LocationFsxWindows LocationHdfs "
            "LocationObjectStorage LocationSmb NfsLocation S3Location"
        )
    },
)
