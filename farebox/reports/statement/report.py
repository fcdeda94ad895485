"""A statement, with what the same users would cost elsewhere.

`fare price` and a preview that prices itself both show `statement_report`, so what they
say of a stack is the same.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from farebox.bill.contract import StatementOf
from farebox.bill.statement import Statement
from farebox.reports.page.page import Page, Sentence

if TYPE_CHECKING:
    from farebox.hosting.colo.alongside import Alongside


class StatementReport(Struct, frozen=True):
    """A statement, and for a tier of hosted users the options beside the cloud."""

    statement: Statement
    alongside: "Alongside | None" = None

    def page(self) -> Page:
        """The statement's page, with a sentence on the options at its end."""
        from farebox.reports.statement.page import statement_page

        page = statement_page(self.statement)
        if self.alongside is None:
            return page
        from farebox.reports.statement.alongside import sentence

        return Page((*page.blocks, Sentence(sentence(self.alongside))))

    def document(self) -> StatementOf[str]:
        """The contract `farebox.statement/1`."""
        from farebox.reports.statement.json import statement_document

        if self.alongside is None:
            return statement_document(self.statement)
        from farebox.reports.statement.alongside import document

        return statement_document(self.statement, document(self.alongside))


def statement_report(
    statement: Statement, config: Mapping[str, str]
) -> StatementReport:
    """The report on a stack's statement; of a tier of users, with colo beside it.

    `config` is the stack's. The models are imported for a tier alone.
    """
    if f"{statement.project}:tier" not in config:
        return StatementReport(statement)
    from farebox.hosting.colo.alongside import alongside

    return StatementReport(statement, alongside(statement, config))
