"""What can go wrong when a graph is estimated.

* EstimateError
  - MissingRegion   nothing names the region of a resource that is charged by region
  - InvalidInput    a resource asks for what cannot exist (a negative size)
  - Unaccounted     a resource is neither charged nor free, or both: a defect of ours
  - UnknownBlock    an entry of a list of blocks is known only after deployment
"""

from farebox.errors import FareboxError


class EstimateError(FareboxError):
    """Base of everything that an estimate raises."""


class MissingRegion(EstimateError):
    """A resource is charged by region, and nothing names its region."""


class InvalidInput(EstimateError):
    """A resource's input cannot be true."""


class UnknownBlock(EstimateError):
    """An entry of a list that a rule reads is known only after deployment.

    A rule that does not look for it is stopped here, and its resource is a gap: left
    out, the entry would be a charge that is missing without a word.
    """


class Unaccounted(EstimateError):
    """A statement does not account for each resource once."""
