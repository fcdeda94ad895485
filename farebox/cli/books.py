"""The name under which the chooser of books was known before; see farebox.book_choice."""

from farebox.book_choice import choose_book

__all__ = ["choose_book"]
