"""What an expression can do wrong: refused when read, or stopped when run."""

from __future__ import annotations

from app.domain.errors import Invalid


class ExpressionError(Invalid):
    """The expression cannot be read or evaluated."""

    slug = "expression"

    def __init__(
        self,
        reason: str | None = None,
        *,
        code: str = "syntax",
        expression: str = "",
        position: int | None = None,
        variable: str | None = None,
    ) -> None:
        super().__init__(reason, code=code, expression=expression, position=position, variable=variable)
        #: stable key for translation: syntax, limit, unknown-variable, unknown-function, type, clock, null,
        #: literal (a bad @-literal), twice (an entry), empty, external (a function of another language)
        self.code = code
        #: the source text
        self.expression = expression
        #: column from 1, or None
        self.position = position
        #: the variable that is missing or does not fit, or None
        self.variable = variable

    def __str__(self) -> str:
        where = f" (column {self.position})" if self.position is not None else ""
        source = f" in: {shorten(self.expression)}" if self.expression else ""
        return f"{self.message}{where}{source}"


class UnknownVariable(ExpressionError):
    """The expression names a variable that the case does not have."""

    slug = "expression"


class Unfit(Exception):
    """An operand does not fit; becomes null, or ExpressionError where conditions are strict."""


def shorten(text: str, width: int = 120) -> str:
    """Return the text on one line, cut to a width that fits a message."""
    line = " ".join(text[: width * 4].split())
    return line if len(line) <= width else line[: width - 1] + "…"
