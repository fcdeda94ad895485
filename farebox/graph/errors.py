"""What can go wrong when a resource graph is read.

* GraphError
  - UnreadableDocument   not JSON, cut off, or no Pulumi document that we know
  - IncompletePreview    the preview failed, or left unchanged resources out
  - ProgramError         the program could not be run without an engine
"""

from farebox.errors import FareboxError


class GraphError(FareboxError):
    """Base of everything that this package raises."""


class UnreadableDocument(GraphError):
    """The text is not a preview, a state export or a stream of preview events."""


class IncompletePreview(GraphError):
    """The preview failed, or counts resources that its steps do not hold."""


class ProgramError(GraphError):
    """The Pulumi program could not be run in this process without an engine."""


REAL_PREVIEW = (
    "pulumi preview --json --show-sames > preview.json; fare price preview.json"
)
"""How to price what only Pulumi's own engine can run."""

WAY_OUT = f"Price a real preview instead: {REAL_PREVIEW}"
