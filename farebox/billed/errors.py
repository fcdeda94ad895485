"""Errors of bills: what cannot be read, or not be held against an estimate."""

from farebox.errors import FareboxError


class BillError(FareboxError):
    """A bill cannot be read as it is, or there is none for what was asked."""
