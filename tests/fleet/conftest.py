"""Fleets are kept by the extra that reads bills, and asked on the same engines."""

from tests.billed.conftest import _reads_bills, on, spark

__all__ = ["_reads_bills", "on", "spark"]
