"""Records documents of the real engine: `python -m tests.engine.record`.

They lie in `tests/recorded/engine` for tests that run without an engine.
"""

import sys
import tempfile
from pathlib import Path

from tests.engine.build import find
from tests.engine.engine import ROOT, Engine
from tests.engine.scrub import scrub_document, scrub_stream

RECORDED = ROOT / "tests" / "recorded" / "engine"
SHOP = Path(__file__).parent / "programs" / "shop"


def documents(engine: Engine) -> dict[str, bytes]:
    """The life of one stack, document by document."""
    shop = engine.open(SHOP, "dev", secrets={"password": "not a secret"})
    found = {
        "first_preview.json": shop.preview().document,
        "first_preview_stream.jsonl": shop.preview(streaming=True).document,
    }
    shop.up()
    found["state.json"] = shop.export()
    found["unchanged_with_sames.json"] = shop.preview().document
    found["unchanged_without_sames.json"] = shop.preview(show_sames=False).document
    shop.configure(zone="us-east-1b", volume_gib="200", gateway="true")
    found["replacement.json"] = shop.preview().document
    found["replacement_without_sames.json"] = shop.preview(show_sames=False).document
    found["replacement_stream.jsonl"] = shop.preview(streaming=True).document
    shop.write("__main__.py", "import pulumi\n")
    found["deletion.json"] = shop.preview().document
    shop.destroy()
    found["empty_state.json"] = shop.export()
    found["empty_preview.json"] = shop.preview().document
    return found


def main() -> int:
    """Writes the documents, scrubbed of this machine."""
    RECORDED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(find(), Path(folder) / "engine")
        for name, document in documents(engine).items():
            scrub = scrub_stream if name.endswith(".jsonl") else scrub_document
            (RECORDED / name).write_bytes(scrub(document))
            print(f"recorded {name}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
