"""Runs a Pulumi program in this process, without an engine, and shows what it made.

Each resource answers with its inputs and with computed outputs that name where they
came from (`network-vpc.id`, `relay-role.arn`), so that a test can read references.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pulumi.runtime import mocks, rpc
from pulumi.runtime.config import set_all_config
from pulumi.runtime.settings import SETTINGS
from pulumi.runtime.stack import run_pulumi_func
from pulumi.runtime.sync_await import _sync_await

REGION = "us-east-1"
ZONES = ("use1-az1", "use1-az2", "use1-az4")
TAGS = {"Project": "passepartout", "Stack": "test"}

COMPUTED = (
    "arn",
    "name",
    "dnsName",
    "zoneId",
    "availabilityZone",
    "endpoint",
    "arnSuffix",
)


@dataclass(frozen=True)
class Made:
    """One resource that a program registered, its inputs as the provider gets them.

    `protect`: the engine refuses to delete or replace it; `kept`: it stays in AWS when
    the engine lets go of it.
    """

    type: str
    name: str
    parent: str
    inputs: dict[str, Any]
    protect: bool = False
    kept: bool = False


class Program:
    """Everything that a program made, by type and name; `outputs` by component."""

    def __init__(self, made: list[Made], outputs: dict[str, dict[str, Any]]) -> None:
        self.made = made
        self.outputs = outputs

    def of_type(self, type_: str) -> list[Made]:
        """Resources of a type, in order."""
        return [one for one in self.made if one.type == type_]

    def one(self, type_: str, name: str | None = None) -> Made:
        """The only resource of the type, or of the type and name."""
        found = [one for one in self.of_type(type_) if name in (None, one.name)]
        assert len(found) == 1, (type_, name, [one.name for one in found])
        return found[0]

    def count(self) -> Counter[str]:
        """How many resources of each type there are."""
        return Counter(one.type for one in self.made)


class _Monitor(mocks.MockMonitor):
    def __init__(self) -> None:
        super().__init__(_Answers())
        self.made: list[Made] = []
        self.outputs: dict[str, dict[str, Any]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        if request.type != "pulumi:pulumi:Stack":
            inputs = rpc.deserialize_properties(request.object, keep_unknowns=True)
            parent = request.parent.split("::")[-1]
            self.made.append(
                Made(
                    request.type,
                    request.name,
                    parent,
                    inputs,
                    protect=request.protect,
                    kept=request.retainOnDelete,
                )
            )
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        outputs = rpc.deserialize_properties(request.outputs, keep_unknowns=True)
        self.outputs[request.urn.split("::")[-1]] = outputs
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


class _Answers(mocks.Mocks):
    """What AWS would compute, as text that names the resource; nothing in a preview."""

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(f"the program asks AWS for {args.token}")

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if SETTINGS.dry_run:
            return "", dict(args.inputs)
        computed: dict[str, Any] = {key: f"{args.name}.{key}" for key in COMPUTED}
        if args.typ == "aws:ec2/launchTemplate:LaunchTemplate":
            computed["latestVersion"] = 1
        if args.typ == "aws:route53/record:Record":
            computed = {"fqdn": f"{args.name}.fqdn"}
        if args.typ == "aws:acm/certificate:Certificate":
            computed["domainValidationOptions"] = [
                {
                    "resourceRecordName": f"_proof.{args.inputs['domainName']}",
                    "resourceRecordType": "CNAME",
                    "resourceRecordValue": "_value.acm-validations.aws",
                }
            ]
        if args.typ == "aws:eks/cluster:Cluster":
            group = {"clusterSecurityGroupId": f"{args.name}.securityGroup"}
            args.inputs["vpcConfig"] = {**args.inputs["vpcConfig"], **group}
            computed["certificateAuthority"] = {"data": f"{args.name}.certificate"}
        if args.typ == "aws:eks/nodeGroup:NodeGroup":
            group_name = f"{args.name}.autoScalingGroup"
            computed["resources"] = [{"autoscalingGroups": [{"name": group_name}]}]
        return f"{args.name}.id", {**computed, **args.inputs}


def run(
    build: Callable[[], object],
    *,
    preview: bool = False,
    project: str = "passepartout",
    stack: str = "test",
    config: dict[str, str] | None = None,
) -> Program:
    """What a program registers; in a preview computed outputs are not known."""
    # Whatever ran before may have left this thread without a loop of its own.
    asyncio.set_event_loop(asyncio.new_event_loop())
    SETTINGS.rpc_manager.clear()
    SETTINGS.outputs.clear()
    monitor = _Monitor()
    mocks.set_mocks(_Answers(), project, stack, preview, monitor=monitor)
    set_all_config(config or {"aws:region": REGION})

    async def program() -> None:
        build()

    _sync_await(run_pulumi_func(lambda: _sync_await(program())))
    return Program(monitor.made, monitor.outputs)
