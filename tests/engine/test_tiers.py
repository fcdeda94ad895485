"""The Passepartout program deployed onto the stand-in: AWS's limits hold for it."""

from pathlib import Path

import pytest

from farebox.graph.document import read_document
from tests.engine.engine import ROOT, Engine


@pytest.mark.parametrize("tier", ["self-hosted", "1k"])
def test_a_deployed_tier_has_nothing_left_to_change(engine: Engine, tier: str) -> None:
    stack = engine.open(ROOT, tier)
    before = read_document(stack.preview().document, name=tier)
    stack.up()
    again = read_document(stack.preview().document, name=tier)
    assert {item.operation for item in again.resources} == {"same"}
    assert again.by_urn.keys() == before.by_urn.keys()


def test_the_copy_leaves_the_checkout_alone(engine: Engine) -> None:
    files = [ROOT / "Pulumi.yaml", *Path(ROOT / "stacks").iterdir()]
    before = {file: file.read_bytes() for file in files}
    engine.open(ROOT, "self-hosted", config={"aws:region": "eu-west-1"})
    assert {file: file.read_bytes() for file in files} == before
