"""A statement, with who pays by a tag and what the same users would cost elsewhere.

`fare price` and a preview that prices itself both show `statement_report`, so what they
say of a stack is the same.
"""

from typing import TYPE_CHECKING

from msgspec import Struct

from farebox.bill.contract import StatementOf
from farebox.bill.statement import Statement
from farebox.bill.tag_spending import TagSpending, spending_by_tag
from farebox.graph import ResourceGraph
from farebox.reports.page.page import Page, Sentence

if TYPE_CHECKING:
    from farebox.hosting.colo.alongside import Alongside


class StatementReport(Struct, frozen=True):
    """A statement, its spending by a tag, and a tier's options beside the cloud."""

    statement: Statement
    alongside: "Alongside | None" = None
    by_tag: TagSpending | None = None

    def page(self) -> Page:
        """The statement's page, with a sentence on the options at its end."""
        from farebox.reports.statement.page import statement_page

        page = statement_page(self.statement, self.by_tag)
        if self.alongside is None:
            return page
        from farebox.reports.statement.alongside import sentence

        return Page((*page.blocks, Sentence(sentence(self.alongside))))

    def document(self) -> StatementOf[str]:
        """The contract `farebox.statement/1`."""
        from farebox.reports.statement import alongside, by_tag
        from farebox.reports.statement.json import statement_document

        return statement_document(
            self.statement,
            alongside.document(self.alongside) if self.alongside else None,
            by_tag.document(self.by_tag) if self.by_tag else None,
        )


def statement_report(
    statement: Statement, graph: ResourceGraph, tag: str | None = None
) -> StatementReport:
    """The report on a stack's statement; of a tier of users, with colo beside it.

    Its spending is by `tag`, else by the one that says who pays, where the stack uses
    one. The models are imported for a tier alone.
    """
    by_tag = spending_by_tag(statement, graph, tag)
    if f"{statement.project}:tier" not in graph.config:
        return StatementReport(statement, by_tag=by_tag)
    from farebox.hosting.colo.alongside import alongside

    return StatementReport(statement, alongside(statement, graph.config), by_tag)
