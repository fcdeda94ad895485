"""What an input that carries a charge, and that no rule reads, is declared by."""

from msgspec import Struct

from farebox.bill.statement import GapCode


class Unread(Struct, frozen=True):
    """An input that carries a charge.

    `path` leads to it through blocks and lists (`policyDetails.schedules.archiveRule`);
    an empty one means that the type costs something whatever its inputs are. With
    `values`, only those cost; with `part`, only texts that hold it. With `asked`, it
    costs where the program asks for it: what AWS answers otherwise is a free default.
    `says` is what is charged, as the statement has it.
    """

    path: str
    says: str
    code: GapCode = "no-price"
    values: tuple[str, ...] = ()
    part: str = ""
    asked: bool = False

    def when(self) -> str:
        """When it costs something, for the docs."""
        if self.values:
            return f"`{self.path}` is {' or '.join(f'`{v}`' for v in self.values)}"
        if self.part:
            return f"`{self.path}` holds `{self.part}`"
        return f"`{self.path}`" if self.path else "always"
