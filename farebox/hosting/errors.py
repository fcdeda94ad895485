"""What can go wrong when a tier is read and sized.

* HostingError
  - ConfigError   the tier's config cannot be read, or asks for what cannot be
  - DataError     the package's own table of instance types is broken
  - PlanError     the plan breaks a limit; says which, its source and what holds
"""

from farebox.errors import FareboxError


class HostingError(FareboxError):
    """Base of everything that the hosting models raise."""


class ConfigError(HostingError):
    """The config has an unknown key, a wrong type or a number that cannot be."""


class DataError(HostingError):
    """The table of instance types that Farebox ships is not in order."""


class PlanError(HostingError):
    """A plan breaks a limit.

    `problem` is what the plan asks for, `limit` what is allowed, `source` who says
    so, and `nearest` the nearest plan that holds.
    """

    def __init__(self, problem: str, *, limit: str, source: str, nearest: str) -> None:
        super().__init__(f"{problem}, but {limit} ({source}): {nearest}")
        self.problem = problem
        self.limit = limit
        self.source = source
        self.nearest = nearest
