"""Budgets that block a preview: `pulumi preview --policy-pack policy_pack`.

What each policy does and how it is set is in docs/budget.md. This is the glue: the
prices and the judgement are Farebox's.
"""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from farebox.guard.checks import CHECKS, SETTINGS, Check
from farebox.guard.pack import READER, Policies
from farebox.guard.whereabouts import engine_folder


def reader(policies: Policies) -> ResourceValidationPolicy:
    """The policy that sees what each resource is asked for. It reports nothing."""

    def keep(args: ResourceValidationArgs, _: ReportViolation) -> None:
        policies.keep(args)

    return ResourceValidationPolicy(
        name=READER,
        description="What is priced, and how; it reports nothing.",
        validate=keep,
        config_schema=schema_of(SETTINGS),
        enforcement_level=EnforcementLevel.ADVISORY,
    )


def policy(policies: Policies, check: Check) -> StackValidationPolicy:
    """A policy that judges the whole stack at the end of its preview."""

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        options = args.get_config()
        if not options and check.options:
            args.not_applicable(f"{check.name} is not configured")
        for finding in policies.findings(check, args.resources, options):
            report(finding.message, finding.urn)

    return StackValidationPolicy(
        name=check.name,
        description=check.description,
        validate=validate,
        config_schema=schema_of(check.options),
        enforcement_level=EnforcementLevel.MANDATORY
        if check.mandatory
        else EnforcementLevel.ADVISORY,
    )


def schema_of(options: Mapping[str, Mapping[str, Any]]) -> PolicyConfigSchema:
    """The options of a policy, as Pulumi validates them."""
    return PolicyConfigSchema({name: dict(found) for name, found in options.items()})


def main() -> None:
    """Serve the pack until Pulumi ends it."""
    pack = Path(__file__).resolve().parent
    # Pulumi starts a pack in the pack's folder; every path is meant from the program's.
    os.chdir(engine_folder() or Path.cwd())
    policies = Policies(
        today=date.today(),
        folders=(Path.cwd(), pack),
        config=pulumi.runtime.get_config_env(),
    )
    checks = [policy(policies, check) for check in CHECKS]
    PolicyPack("farebox", [reader(policies), *checks])


main()
