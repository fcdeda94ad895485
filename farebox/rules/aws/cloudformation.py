"""AWS CloudFormation: a stack costs nothing; what its template makes is charged.

The graph holds the template's resources as children of the stack. Here is said what of
a template could not be read.
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.graph.templates.expand import read_template
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Key, Type, free, unpriced

SOURCE = "https://aws.amazon.com/cloudformation/pricing/"


def stack(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What of its template is not seen; the rest is priced by itself."""
    template = read_template(resource)
    for problem in template.problems:
        yield Gap("unknown-input", problem)
    count = len(template.resources)
    yield NoCharge(f"priced with the {count} resources of its template", "priced-with")


TYPES = {
    "aws:cloudformation/stack:Stack": Type(
        billed=(
            "A stack costs nothing; each resource of its template is charged by the "
            "rule of its own type."
        ),
        source=SOURCE,
        rule=stack,
        uses=(
            Key(
                key="monthly_handler_operations",
                says="operations of types that others publish",
                unused="Farebox knows no price for them",
            ),
            Key(
                key="monthly_duration_secs",
                says="seconds that these take",
                unused="Farebox knows no price for them",
            ),
        ),
        terraform="aws_cloudformation_stack",
        notes=(
            "Parameters, mappings, conditions and the functions that work on them are "
            "worked out; attributes of resources are known after deployment. A template "
            "by URL, a macro and a condition that is not known are `unknown-input`."
        ),
    )
}

FREE = free(
    "cloudformation",
    {
        "puts a stack set into accounts; the set says what": "StackInstances StackSetInstance"
    },
)

UNPRICED = unpriced(
    "cloudformation",
    {
        "what a stack set makes in each account is not seen": "StackSet",
        "operations of an extension of one's own are charged by the call": (
            "CloudFormationType"
        ),
    },
) | unpriced(
    "cloudcontrol",
    {
        "the type or the state that it asks for is not known before deployment": "Resource"
    },
)
