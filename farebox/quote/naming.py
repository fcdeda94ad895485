"""Which resources of a statement a person means by a name."""

from fnmatch import fnmatchcase

from farebox.bill.statement import Statement, Subject
from farebox.quote.errors import RequestError
from farebox.reports.statement.explanation import subjects


def resources_named(name: str, statement: Statement) -> list[Subject]:
    """The subjects with that urn or logical name; `*` matches any part of a name.

    Raises RequestError, which names what is spelt alike, where there is none.
    """
    known = subjects(statement)
    found = [
        subject
        for subject in known
        if name in (subject.urn, subject.name)
        or ("*" in name and fnmatchcase(subject.name, name))
    ]
    if found:
        return found
    from difflib import get_close_matches

    near = get_close_matches(name, [subject.name for subject in known], 3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise RequestError(f"the stack has no resource {name!r}{hint}")
