"""Serves the provider protocol to the Pulumi engine in place of the Kubernetes plugin.

It takes every object as it is: what of them a cluster would refuse is asked of a real API
server (`tests/kube`). Identifiers are `namespace/name`, as the real plugin makes them.
"""

from typing import Any

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from components.kubernetes_object import PLUGIN_VERSION
from tests.engine.plugin.pulumi_resource_aws import serve
from tests.engine.plugin.wire import plain, read, write


class Objects(provider_pb2_grpc.ResourceProviderServicer):
    """The Kubernetes plugin without a cluster: objects come back as they were given."""

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=PLUGIN_VERSION)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.GetSchemaResponse(schema='{"name": "kubernetes"}')

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.DiffResponse()

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=False
        )

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        before = plain(read(request.old_inputs) or read(request.olds))
        after = plain(read(request.news))
        changed = [
            key
            for key in sorted({*before, *after})
            if before.get(key) != after.get(key)
        ]
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if changed else response.DIFF_NONE,
            diffs=changed,
        )

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        inputs = read(request.properties)
        metadata = plain(inputs).get("metadata") or {}
        parts = (metadata.get("namespace"), metadata.get("name"))
        own_id = "" if request.preview else "/".join(filter(None, parts))
        return provider_pb2.CreateResponse(id=own_id, properties=write(inputs))

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.UpdateResponse(properties=request.news)

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.ReadResponse(
            id=request.id, properties=request.properties, inputs=request.inputs
        )

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        return Empty()

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return Empty()


def main() -> None:
    """Serves the stand-in."""
    serve(Objects())


if __name__ == "__main__":
    main()
