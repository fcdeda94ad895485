"""A stack's resources, read from a preview, a state export or the program itself."""

from farebox.graph.errors import (
    GraphError,
    IncompletePreview,
    ProgramError,
    UnreadableDocument,
)
from farebox.graph.resource import UNKNOWN_REGION, Operation, Resource, ResourceGraph
from farebox.graph.values import UNKNOWN, Unknown

__all__ = [
    "UNKNOWN",
    "UNKNOWN_REGION",
    "GraphError",
    "IncompletePreview",
    "Operation",
    "ProgramError",
    "Resource",
    "ResourceGraph",
    "Unknown",
    "UnreadableDocument",
]
