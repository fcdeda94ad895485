"""What `fare doctor` found, as a page and as JSON."""

from msgspec import Struct

from farebox.reports.page.page import Column, Page, Row, Sentence, Table


class Finding(Struct, frozen=True):
    """One thing: what it is, how it is, whether that is well, and what to do if not."""

    what: str
    how: str
    well: bool
    way: str = ""


class Findings(Struct, frozen=True):
    """The contract `farebox.doctor/1`."""

    findings: tuple[Finding, ...]
    schema: str = "farebox.doctor/1"


class DoctorReport(Struct, frozen=True):
    """All findings."""

    findings: tuple[Finding, ...]

    def page(self) -> Page:
        """A row for each, with what to do below those that are not well."""
        rows = tuple(
            Row(
                (f"{one.what}: {one.how}", "ok" if one.well else "-"),
                notes=() if one.well or not one.way else (_note(one.way),),
            )
            for one in self.findings
        )
        return Page((Table((Column("found here"), Column("", 4)), rows, whole=True),))

    def document(self) -> Findings:
        """The contract `farebox.doctor/1`."""
        return Findings(self.findings)


def _note(way: str) -> Sentence:
    return Sentence(way, mark="dim", indent=4, hanging=2)
