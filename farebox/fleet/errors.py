"""Errors of fleets."""

from farebox.errors import FareboxError


class FleetError(FareboxError):
    """A fleet cannot be found, priced or asked as it was."""
