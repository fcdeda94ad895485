"""Stands in for Pulumi's engine while a program runs in this process.

It answers as the engine does in the first preview of a stack: every resource is new,
its id is not known, of its outputs only what was put in is. Requests and answers are
the SDK's own messages; nothing goes over a wire.
"""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from farebox.graph.errors import WAY_OUT, ProgramError
from farebox.graph.offline.answers import answer
from farebox.graph.regions import named_region
from farebox.graph.resource import PROVIDER_TYPE_PREFIX, STACK_TYPE
from farebox.graph.wire import plain_dict

STACK_REFERENCE = "pulumi:pulumi:StackReference"
FEATURES = (
    "SECRETS",
    "ALIAS_SPECS",
    "DELETED_WITH",
    "REPLACE_WITH",
    "REPLACEMENT_TRIGGER",
    "TRANSFORMS",
    "INVOKE_TRANSFORMS",
    "PARAMETERIZATION",
    "RESOURCE_HOOKS",
    "ERROR_HOOKS",
)
"""What this stand-in can do. The SDK itself holds back what a program asks of resources
that do not exist yet, as long as we do not offer to.

RESOURCE_REFERENCES is left out: the AWS provider does not take references either, and
gets the id of a resource that a program passes whole. Were we to take one, the SDK
would ask for that resource again to read its own answer."""


class OfflineMonitor:
    """Takes the registrations of a program and answers what it asks."""

    def __init__(
        self,
        project: str,
        stack: str,
        region: str | None,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        from google.protobuf.empty_pb2 import Empty
        from google.protobuf.struct_pb2 import Struct
        from pulumi.runtime.proto import resource_pb2

        self.notes: dict[str, None] = {}
        self.failure: ProgramError | None = None
        self.callbacks: Any = None
        self._messages = resource_pb2
        self._empty = Empty()
        self._no_properties = Struct()
        self._prefix = f"urn:pulumi:{stack}::{project}::"
        self._region = region
        self._on_progress = on_progress
        self._urns: set[str] = set()
        self._provider_regions: dict[str, str | None] = {}
        self._stack_transforms: list[Any] = []
        self._transforms_of: dict[str, list[Any]] = {}
        self._parent_of: dict[str, str] = {}

    # The engine's remote calls, by the names that the protocol gives them.

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        """Give the resource its urn; its outputs are its inputs, as far as known."""
        urn = self._new_urn(request.parent, request.type, request.name)
        properties = request.object
        own = [callback.token for callback in request.transforms]
        if own or self._transforms_of or self._stack_transforms:
            properties = self._transformed(request, urn, own)
        if request.type.startswith(PROVIDER_TYPE_PREFIX):
            self._provider_regions[urn] = named_region(plain_dict(properties))
        if self._on_progress is not None:
            self._on_progress(len(self._urns))
        return SimpleNamespace(
            urn=urn,
            id="",
            object=properties,
            propertyDependencies=None,
            result=self._messages.Result.SUCCESS,
            unknown=False,
        )

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        """A resource of somebody else's: its id is known, and nothing more."""
        urn = self._new_urn(request.parent, request.type, request.name)
        what = (
            f"the outputs of stack {request.id}"
            if request.type == STACK_REFERENCE
            else f"{request.name} ({request.type}), which exists already,"
        )
        self.notes[f"offline: {what} cannot be read and count as not known"] = None
        return SimpleNamespace(
            urn=urn,
            id=request.id,
            properties=self._no_properties,
            result=self._messages.Result.SUCCESS,
            unknown=False,
        )

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        """Answer a provider's function from the table, or refuse the program."""
        from pulumi.runtime.rpc import serialize_properties
        from pulumi.runtime.sync_await import _sync_await

        arguments = plain_dict(request.args)
        region = (
            named_region(arguments)
            or self._provider_regions.get(request.provider.rpartition("::")[0])
            or self._region
        )
        try:
            found = answer(request.tok, arguments, region)
        except ProgramError as error:
            self.failure = self.failure or error
            raise
        self.notes[found.note] = None
        values = _sync_await(serialize_properties(found.values, {}))
        return self._messages.ResourceInvokeResponse(**{"return": values})

    def Call(self, request: Any) -> Any:  # noqa: N802
        """A method of a remote component, which runs in another process."""
        self._refuse(f"The program calls {request.tok} of a remote component")

    def ExistsResource(self, request: Any) -> Any:  # noqa: N802
        """Whether something exists in the account, which only the account knows."""
        self._refuse(f"The program asks whether {request.type} {request.id} exists")

    def RegisterResourceOutputs(self, _request: Any) -> Any:  # noqa: N802
        """A component's outputs are for other programs."""
        return self._empty

    def RegisterStackTransform(self, request: Any) -> Any:  # noqa: N802
        """Run this transform on every resource from now on."""
        self._stack_transforms.append(request.token)
        return self._empty

    def RegisterStackInvokeTransform(self, _request: Any) -> Any:  # noqa: N802
        """Transforms of what is asked do not change what is built."""
        return self._empty

    def RegisterResourceHook(self, _request: Any) -> Any:  # noqa: N802
        """Hooks run in deployments."""
        return self._empty

    def RegisterErrorHook(self, _request: Any) -> Any:  # noqa: N802
        """Hooks run in deployments."""
        return self._empty

    def RegisterPackage(self, request: Any) -> Any:  # noqa: N802
        """A package's reference only has to be the same each time."""
        return self._messages.RegisterPackageResponse(ref=f"{request.name}-package")

    def GetDeploymentInfo(self, _request: Any) -> Any:  # noqa: N802
        """What this stand-in can do, as the SDK asks since 3.260."""
        prefix = "RESOURCE_MONITOR_FEATURE_"
        return self._messages.DeploymentInfo(
            supportedFeatures=[
                getattr(self._messages, prefix + name) for name in FEATURES
            ]
        )

    def SupportsFeature(self, request: Any) -> Any:  # noqa: N802
        """What this stand-in can do, as the SDK asked before: by `aliasSpecs`."""
        known = {name.replace("_", "").lower() for name in FEATURES}
        return self._messages.SupportsFeatureResponse(
            hasSupport=request.id.lower() in known
        )

    def SignalAndWaitForShutdown(self, _request: Any) -> Any:  # noqa: N802
        """The program is done."""
        return self._empty

    def _new_urn(self, parent: str, type_: str, name: str) -> str:
        chain = type_
        if parent:
            if parent not in self._urns:
                self._refuse(f"{name} ({type_}) has a parent that does not exist")
            types = parent.split("::", 3)[2]
            if types != STACK_TYPE:
                chain = f"{types}${type_}"
        urn = f"{self._prefix}{chain}::{name}"
        if urn in self._urns:
            self._refuse(
                f"Two resources have the urn {urn}: give one of them another name", ""
            )
        self._urns.add(urn)
        self._parent_of[urn] = parent
        return urn

    def _refuse(self, what: str, way_out: str = WAY_OUT) -> None:
        error = ProgramError(f"{what}. {way_out}" if way_out else what)
        self.failure = self.failure or error
        raise error

    def _transformed(self, request: Any, urn: str, own: list[Any]) -> Any:
        """Run the transforms of the resource, of its parents, then of the stack."""
        from pulumi.runtime.sync_await import _sync_await

        tokens = list(own)
        if own:
            self._transforms_of[urn] = own
        parent = request.parent
        while parent:
            tokens += self._transforms_of.get(parent, ())
            parent = self._parent_of.get(parent, "")
        properties = request.object
        options = self._messages.TransformResourceOptions(
            depends_on=list(request.dependencies), provider=request.provider
        )
        for token in (*tokens, *self._stack_transforms):
            message = self._messages.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=properties,
                options=options,
            )
            transform = self.callbacks._callbacks[token]
            response = _sync_await(transform(message.SerializeToString()))
            properties, options = response.properties, response.options or options
        return properties


class OfflineEngine:
    """Takes the program's messages: they go to stderr, errors fail the run."""

    def __init__(self) -> None:
        self.root = ""
        self.errors: list[str] = []

    def Log(self, request: Any) -> None:  # noqa: N802
        """Show what the program says; debug messages are dropped."""
        from pulumi.runtime.proto import engine_pb2

        if request.severity == engine_pb2.ERROR:
            self.errors.append(request.message)
        elif request.severity != engine_pb2.DEBUG:
            word = "info" if request.severity == engine_pb2.INFO else "warning"
            print(f"{word}: {request.message}", file=sys.stderr)

    def GetRootResource(self, _request: Any) -> Any:  # noqa: N802
        """The urn of the stack."""
        return SimpleNamespace(urn=self.root)

    def SetRootResource(self, request: Any) -> Any:  # noqa: N802
        """Remember the urn of the stack."""
        self.root = request.urn
        return SimpleNamespace()

    def RequirePulumiVersion(self, _request: Any) -> Any:  # noqa: N802
        """There is no `pulumi` command here whose version could be wrong."""
        return SimpleNamespace()
