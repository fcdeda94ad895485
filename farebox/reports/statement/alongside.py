"""What a tier's users would cost elsewhere: one line below the tier's statement."""

from decimal import ROUND_HALF_EVEN, Decimal

from farebox.bill.contract import AlongsideOf, OptionOf
from farebox.hosting.colo.alongside import Alongside
from farebox.reports.figures import dollars, plain

MILLIONTH = Decimal("1E-6")
LABELS = {"colo": "on colo", "rented": "on rented servers"}


def sentence(found: Alongside) -> str:
    """The options in one line, USD per user-month."""
    each = ", ".join(
        f"{dollars(one.usd_per_month / found.users)} {LABELS[one.option]}"
        for one in found.options
    )
    return f"Same users, USD each: {each} (fare host colo)."


def document(found: Alongside) -> AlongsideOf[str]:
    """The options for JSON, under `alongside` (docs/json.md)."""
    return AlongsideOf(
        users=found.users,
        options=[
            OptionOf(
                option=one.option,
                servers=one.servers,
                usd_per_month=_plain(one.usd_per_month),
                usd_per_user_month=_plain(one.usd_per_month / found.users),
            )
            for one in found.options
        ],
    )


def _plain(usd: Decimal) -> str:
    return plain(usd.quantize(MILLIONTH, ROUND_HALF_EVEN))
