"""Resource types that AWS does not charge by themselves, each with its reason."""

from farebox.rules.charges import NoCharge

FREE: dict[str, NoCharge] = {}
