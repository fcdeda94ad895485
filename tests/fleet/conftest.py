"""Fleets are kept by the extra that reads bills."""

from tests.billed.conftest import _reads_bills

__all__ = ["_reads_bills"]
