"""Messages that AWS charges in chunks: each chunk that one begins counts as a whole one."""

from decimal import ROUND_CEILING, Decimal

from farebox.bill.usage import Usage
from farebox.rules.charges import ONE
from farebox.rules.service import Key


def chunks_of(usage: Usage, size: Key, chunk: Decimal) -> Decimal:
    """How many chunks one message counts as; one where no size is given.

    `size` is the usage key of a message's size, in the unit of `chunk`.
    """
    given = size.given(usage)
    if given is None:
        return ONE
    return max((given.quantity / chunk).to_integral_value(ROUND_CEILING), ONE)
