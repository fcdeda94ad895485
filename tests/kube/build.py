"""Builds a real Kubernetes API server and its etcd with Go, for the tests.

Run as `python -m tests.kube.build`; `make test` does. Like the engine's own build it
needs the standard library only, leaves what it built in `.engine/bin` with a stamp of
what it was built from, and takes no time the second time. The server is of the version
of Kubernetes that the tiers run.
"""

import sys

from tests.engine import build

SERVER, STORE = "kube-apiserver", "etcd"
PARTS = (SERVER, STORE)


def main() -> int:
    """Exit code 0; 1 when there is no API server and `CI=true` demands one."""
    return build.ensure(PARTS, "Kubernetes API server", "objects are not applied")


def found() -> build.Found:
    """The folder of the two programs; NoEngine with the reason where they are not."""
    return build.find_built(PARTS, "python -m tests.kube.build")


if __name__ == "__main__":
    sys.exit(main())
