"""Serves the provider protocol to the Pulumi engine in place of the AWS plugin."""

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from tests.engine.plugin import limits, schema
from tests.engine.plugin.account import Account, check_zone
from tests.engine.plugin.answers import NoAnswer, answer
from tests.engine.plugin.outputs import (
    LONGEST_GENERATED_NAME,
    NAMING_INPUTS,
    computed,
    generated_name,
    identifier,
)
from tests.engine.plugin.replacements import replaces
from tests.engine.plugin.wire import plain, read, write


class StandIn(provider_pb2_grpc.ResourceProviderServicer):
    """The AWS plugin without AWS: it checks, compares and makes up what comes back."""

    def __init__(self) -> None:
        self.region = "us-east-1"
        self.account = Account()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=version("pulumi_aws"))

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        from tests.engine.plugin.package_schema import package_schema

        return provider_pb2.GetSchemaResponse(schema=package_schema())

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._diff(read(request.olds), read(request.news), frozenset({"region"}))

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        region = plain(read(request.args)).get("region") if request.args else None
        self.region = region or request.variables.get("aws:config:region", self.region)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=False
        )

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        token = _token(request.urn)
        inputs = schema.with_texts(token, read(request.news))
        bare = plain(inputs)
        failures = list(schema.check(token, bare))
        if not failures:
            failures = list(limits.check(token, bare))
            failures += check_zone(bare, self._region(bare))
        marked = schema.with_defaults(token, inputs)
        naming = self._naming_input(token, bare)
        if naming:
            logical = request.urn.rsplit("::", 1)[1]
            before = plain(read(request.olds))
            name = before.get(naming) or generated_name(
                logical, request.randomSeed or request.urn.encode()
            )
            longest = LONGEST_GENERATED_NAME.get(token, 255)
            if len(name) > longest:
                reason = f"{logical!r} and 8 more are longer than {longest} characters"
                failures.append(schema.Failure(naming, reason))
            marked[naming] = name
            marked[schema.DEFAULTS_KEY] = [naming]
        return provider_pb2.CheckResponse(
            inputs=write(marked),
            failures=[
                provider_pb2.CheckFailure(property=item.property, reason=item.reason)
                for item in failures
            ],
        )

    def _naming_input(self, token: str, inputs: dict[str, Any]) -> str | None:
        """The optional input that the bridge would fill with a generated name."""
        kinds = schema.inputs_of(token) or {}
        for name in NAMING_INPUTS:
            kind = kinds.get(name)
            if kind is not None and kind.optional and kind.name == "str":
                given = inputs.get(name) or inputs.get(f"{name}Prefix")
                return None if given else name
        return None

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        olds = read(request.old_inputs) or read(request.olds)
        return self._diff(olds, read(request.news), replaces(_token(request.urn)))

    def _diff(
        self, olds: dict[str, Any], news: dict[str, Any], forcing: frozenset[str]
    ) -> Any:
        before, after = plain(olds), plain(news)
        keys = sorted({*before, *after} - {schema.DEFAULTS_KEY})
        changed = [key for key in keys if before.get(key) != after.get(key)]
        replacing = [key for key in changed if key in forcing]
        kinds = {
            key: provider_pb2.PropertyDiff(kind=_kind(key, before, after, forcing))
            for key in changed
        }
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if changed else response.DIFF_NONE,
            diffs=changed,
            replaces=replacing,
            detailedDiff=kinds,
            hasDetailedDiff=True,
        )

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        inputs = read(request.properties)
        if request.preview:
            shown = {k: v for k, v in inputs.items() if k != schema.DEFAULTS_KEY}
            return provider_pb2.CreateResponse(id="", properties=write(shown))
        token, bare = _token(request.urn), plain(inputs)
        reason = self.account.refuses(token, bare)
        if reason is not None:
            context.abort(grpc.StatusCode.UNKNOWN, f"creating {token}: {reason}")
        given = (token, request.urn, inputs, self._region(inputs))
        own_id = identifier(*given)
        self.account.add(token, own_id, bare)
        return provider_pb2.CreateResponse(
            id=own_id, properties=write(computed(*given))
        )

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        news, olds = read(request.news), read(request.olds)
        token = _token(request.urn)
        made = computed(token, request.urn, news, self._region(news))
        kept = {k: v for k, v in olds.items() if k in made and k not in news}
        return provider_pb2.UpdateResponse(properties=write(made | kept))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        properties = read(request.properties) or computed(
            _token(request.urn), request.urn, {}, self.region
        )
        return provider_pb2.ReadResponse(
            id=request.id, properties=write(properties), inputs=request.inputs
        )

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.account.remove(request.id)
        return Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        try:
            found = answer(request.tok, plain(read(request.args)), self.region)
        except NoAnswer as reason:
            failure = provider_pb2.CheckFailure(reason=str(reason))
            return provider_pb2.InvokeResponse(failures=[failure])
        return provider_pb2.InvokeResponse(**{"return": write(found)})

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return Empty()

    def _region(self, inputs: dict[str, Any]) -> str:
        return str(plain(inputs.get("region")) or self.region)


def _token(urn: str) -> str:
    """The type in a urn, without its parents' types."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def _kind(
    key: str, before: dict[str, Any], after: dict[str, Any], forcing: frozenset[str]
) -> Any:
    """How an input changed, and whether that replaces the resource."""
    kinds = provider_pb2.PropertyDiff
    if key not in before:
        return kinds.ADD_REPLACE if key in forcing else kinds.ADD
    if key not in after:
        return kinds.DELETE_REPLACE if key in forcing else kinds.DELETE
    return kinds.UPDATE_REPLACE if key in forcing else kinds.UPDATE


def serve(servicer: Any) -> None:
    """Serves on a free port, which the engine reads from standard output."""
    # The engine interrupts a plugin that it no longer needs and waits for its end.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    server = grpc.server(
        ThreadPoolExecutor(max_workers=8),
        options=[
            ("grpc.max_receive_message_length", 400 * 1024 * 1024),
            ("grpc.max_send_message_length", 400 * 1024 * 1024),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


def main() -> None:
    """Serves the stand-in."""
    serve(StandIn())


if __name__ == "__main__":
    main()
