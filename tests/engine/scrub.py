"""Takes this machine out of the engine's documents, so that they can be committed."""

import json
import re
from typing import Any

OUTSIDE = re.compile(r"^project:///(?:\.\./)+.*?(?:site-packages/|(?=[^/]*$))")
ABSOLUTE = re.compile(r"(?<![\w.:/])/(?:[\w.+-]+/)+[\w.+-]*")
ADDRESS = re.compile(r"127\.0\.0\.1:\d+")


def scrub_document(document: bytes) -> bytes:
    """A preview or a state export without paths, ciphertexts and salts."""
    return (json.dumps(_scrub(json.loads(document)), indent=4) + "\n").encode()


def scrub_stream(document: bytes) -> bytes:
    """A stream of preview events likewise; tracebacks of the host's end are left out."""
    events = [json.loads(line) for line in document.splitlines() if line.strip()]
    kept = [
        _scrub(event)
        for event in events
        if event.get("diagnosticEvent", {}).get("severity") != "debug"
    ]
    return "".join(json.dumps(event) + "\n" for event in kept).encode()


def _scrub(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _scrub(item, name) for name, item in value.items()}
    if isinstance(value, list):
        items = [_scrub(item) for item in value]
        return items[:1] if key == "stackTrace" else items
    if not isinstance(value, str):
        return value
    if key in ("ciphertext", "salt"):
        return "v1:scrubbed"
    if key == "sourcePosition":
        return OUTSIDE.sub("project:///../", value)
    if key == "message":
        return ADDRESS.sub("127.0.0.1:0", ABSOLUTE.sub("PATH", value))
    return value
