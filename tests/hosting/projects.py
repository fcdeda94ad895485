"""A copy of this project that a test may change, and how its tiers are priced."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

from farebox.hosting.tiers.overhead import PAPER, Overhead
from farebox.hosting.tiers.tiers import TierTerms
from farebox.prices.embedded import embedded_book

ROOT = Path(__file__).parents[2]
ON = date(2026, 11, 23)


def copied(folder: Path) -> Path:
    """The project's program, tiers and usage files in `folder`."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, folder)
    for name in ("stacks", "components"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def edit(project: Path, tier: str, old: str, new: str) -> None:
    """Change one place of a tier's config, which must be there."""
    path = project / f"stacks/Pulumi.{tier}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def terms(price: str = "10", overhead: Overhead = PAPER) -> TierTerms:
    """TierTerms on the embedded book and a fixed day."""
    return TierTerms(
        book=embedded_book(), on=ON, overhead=overhead, price=Decimal(price)
    )
