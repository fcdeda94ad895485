"""Secrets that a database keeps in Secrets Manager by itself, one for its password.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
"""

from collections.abc import Iterator

from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.secretsmanager import SECRET
from farebox.rules.charges import Charge, Circumstances

BECAUSE = "the password that AWS manages is a secret of its own"


def managed_secret(
    resource: Resource, circumstances: Circumstances, input_name: str
) -> Iterator[Charge]:
    """The secret that AWS makes where the input asks it to manage the password."""
    managed = flag(resource.input(input_name))
    if managed is UNKNOWN:
        yield SECRET.gap(resource, f"{input_name} is not known before deployment")
    elif managed:
        yield SECRET.all_month(resource, circumstances, because=BECAUSE)


__all__ = ["SECRET", "managed_secret"]
