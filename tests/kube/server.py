"""A Kubernetes API server on this machine: etcd and kube-apiserver, no nodes.

Pods are never started, but every object is validated, defaulted, admitted and stored by
the real code.
"""

import json
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.engine.build import Found

TOKEN = "only-for-tests"
START_SECONDS = 60
PLURALS = {"NetworkPolicy": "networkpolicies"}
CLUSTER_WIDE = frozenset({"ClusterRole", "ClusterRoleBinding", "Namespace"})


class Refused(Exception):
    """The server does not take an object; the message is its own."""


class ApiServer:
    """A running server and the few calls that the tests make."""

    def __init__(self, port: int) -> None:
        self._base = f"https://127.0.0.1:{port}"
        self._tls = ssl.create_default_context()
        # Its certificate was made a second ago by the server itself.
        self._tls.check_hostname = False
        self._tls.verify_mode = ssl.CERT_NONE

    def call(self, method: str, path: str, body: Any = None, kind: str = "") -> Any:
        """One call; Refused with the server's own message where it says no."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = kind or "application/json"
        request = urllib.request.Request(
            self._base + path, data=data, headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(request, context=self._tls, timeout=20) as said:
                text = said.read()
        except urllib.error.HTTPError as error:
            raise Refused(json.loads(error.read())["message"]) from None
        return json.loads(text) if text[:1] == b"{" else text.decode()

    def apply(self, document: Mapping[str, Any], *, dry_run: bool = False) -> Any:
        """Server-side apply, strict about fields, as Pulumi's plugin does it."""
        query = "fieldManager=pulumi&force=true&fieldValidation=Strict"
        query += "&dryRun=All" if dry_run else ""
        path = f"{path_of(document)}?{query}"
        return self.call("PATCH", path, document, "application/apply-patch+yaml")

    def admit_pod(self, pod: Mapping[str, Any], namespace: str) -> Any:
        """Ask whether a pod would be admitted; none is made."""
        path = f"/api/v1/namespaces/{namespace}/pods?dryRun=All&fieldValidation=Strict"
        return self.call("POST", path, pod)


def path_of(document: Mapping[str, Any]) -> str:
    """Where the API keeps an object."""
    version, kind = document["apiVersion"], document["kind"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    if kind not in CLUSTER_WIDE:
        root += f"/namespaces/{document['metadata']['namespace']}"
    plural = PLURALS.get(kind, f"{kind.lower()}s")
    return f"{root}/{plural}/{document['metadata']['name']}"


@contextmanager
def api_server(found: Found, folder: Path) -> Iterator[ApiServer]:
    """A server of its own on free ports, gone with the block."""
    store, peers, port = (_free_port() for _ in range(3))
    key, tokens = folder / "accounts.key", folder / "tokens.csv"
    subprocess.run(
        ["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True
    )
    tokens.write_text(f"{TOKEN},admin,1,system:masters\n")
    local = "http://127.0.0.1"
    etcd = [
        str(found.folder / "etcd"),
        *("--data-dir", str(folder / "etcd")),
        *("--listen-client-urls", f"{local}:{store}"),
        *("--advertise-client-urls", f"{local}:{store}"),
        *("--listen-peer-urls", f"{local}:{peers}"),
        *("--initial-advertise-peer-urls", f"{local}:{peers}"),
        *("--initial-cluster", f"default={local}:{peers}"),
    ]
    server = [
        str(found.folder / "kube-apiserver"),
        f"--etcd-servers={local}:{store}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        f"--cert-dir={folder / 'certificates'}",
        "--service-account-issuer=https://127.0.0.1",
        f"--service-account-signing-key-file={key}",
        f"--service-account-key-file={key}",
        f"--token-auth-file={tokens}",
        "--service-cluster-ip-range=10.0.0.0/16",
        "--authorization-mode=RBAC",
        # Its controller, which makes the accounts' tokens, does not run here.
        "--disable-admission-plugins=ServiceAccount",
    ]
    with _running(etcd, folder / "etcd.log"), _running(server, folder / "server.log"):
        yield _ready(ApiServer(port), folder / "server.log")


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[None]:
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _ready(server: ApiServer, log: Path) -> ApiServer:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            if server.call("GET", "/readyz") == "ok":
                return server
        except (OSError, Refused, ValueError):
            pass
        time.sleep(0.2)
    raise AssertionError(f"the API server does not start: {log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
