"""Amazon QLDB: ledgers by requests and storage, until AWS ended it on 2025-07-31.

Source: https://docs.aws.amazon.com/qldb/latest/developerguide/what-is.html
"""

from farebox.rules.service import unpriced

UNPRICED = unpriced(
    "qldb",
    {
        "AWS ended QLDB on 2025-07-31; a ledger can no longer be made": "Ledger Stream",
    },
)
