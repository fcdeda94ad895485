"""Engines of databases with their licences, and the operations of their hours.

On the bill an engine is the code of the operation `CreateDBInstance`, one for each
licence. Sources: the operations and engine codes of the price list of AmazonRDS
(2022-09-29); those of Db2 stand in a public report over bills of 2024.
"""

from msgspec import Struct

LICENCES = {
    "license-included": "included",
    "bring-your-own-license": "own",
    "marketplace-license": "marketplace",
}
"""What the input says of a licence; engines without one have a single code."""

MYSQL, POSTGRESQL, MARIADB = "0002", "0014", "0018"
AURORA_MYSQL, AURORA_POSTGRESQL = "0016", "0021"

_ORACLE_EE = {"own": "0005"}
_ORACLE_SE2 = {"included": "0020", "own": "0019"}

CODES: dict[str, dict[str, str]] = {
    "mysql": {"": MYSQL},
    "postgres": {"": POSTGRESQL},
    "mariadb": {"": MARIADB},
    "aurora": {"": AURORA_MYSQL},
    "aurora-mysql": {"": AURORA_MYSQL},
    "aurora-postgresql": {"": AURORA_POSTGRESQL},
    "oracle-ee": _ORACLE_EE,
    "oracle-ee-cdb": _ORACLE_EE,
    "oracle-se2": _ORACLE_SE2,
    "oracle-se2-cdb": _ORACLE_SE2,
    "oracle-se1": {"included": "0006", "own": "0003"},
    "oracle-se": {"own": "0004"},
    "sqlserver-ex": {"included": "0010"},
    "sqlserver-web": {"included": "0011"},
    "sqlserver-se": {"included": "0012", "own": "0008"},
    "sqlserver-ee": {"included": "0015", "own": "0009"},
    "db2-se": {"own": "0028", "marketplace": "0034"},
    "db2-ae": {"own": "0029", "marketplace": "0035"},
}
"""Engine to the code of each of its licences; the first is taken where none is given."""


class Engine(Struct, frozen=True):
    """An engine with its licence: its operation, and whether the licence is a guess."""

    name: str
    operation: str
    licence: str = ""
    guessed: bool = False

    @property
    def is_aurora(self) -> bool:
        """Whether its storage belongs to a cluster and is charged there."""
        return self.name.startswith("aurora")

    @property
    def is_sql_server(self) -> bool:
        """Whether it is SQL Server, which mirrors where others have a standby."""
        return self.name.startswith("sqlserver")


def engine_of(name: str, licence: str | None) -> Engine | None:
    """The engine of a name and a licence model; None for one that is not known."""
    codes = CODES.get(name.lower())
    if codes is None:
        return None
    wanted = LICENCES.get(licence or "")
    if wanted in codes:
        kind = wanted
    elif wanted is not None and "" not in codes:
        return None
    else:
        kind = next(iter(codes))
    guessed = len(codes) > 1 and wanted is None
    return Engine(name.lower(), f"CreateDBInstance:{codes[kind]}", kind, guessed)
