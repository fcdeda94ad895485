"""A pack that writes the statement of the stack it sees to the file $STATEMENT."""

import os
from datetime import date
from pathlib import Path

from pulumi_policy import (
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from farebox.guard.pack import Policies
from farebox.reports.statement.json import statement_json

policies = Policies(today=date(2026, 11, 23), folders=())


def keep(args: ResourceValidationArgs, _: ReportViolation) -> None:
    policies.keep(args)


def write(args: StackValidationArgs, _report: ReportViolation) -> None:
    statement = policies.priced(args.resources).statement
    Path(os.environ["STATEMENT"]).write_bytes(statement_json(statement))


PolicyPack(
    "statement",
    [
        ResourceValidationPolicy("keep", "Keeps inputs.", keep),
        StackValidationPolicy("write", "Writes the statement.", write),
    ],
)
