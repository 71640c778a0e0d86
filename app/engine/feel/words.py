"""Words of several parts: which of the language's own they are, and where each is one; texts in quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.engine.feel.errors import ExpressionError

#: words of several parts that are names only where they are called
SPACED_FUNCTIONS = (
    "date and time", "years and months duration", "string length", "upper case", "lower case",
    "substring before", "substring after", "starts with", "ends with", "string join", "list contains",
    "insert before", "index of", "distinct values", "duplicate values", "list replace", "round up",
    "round down", "round half up", "round half down", "day of year", "day of week", "month of year",
    "week of year", "last day of month", "get value", "get entries", "context put", "context merge",
    "met by", "overlaps before", "overlaps after", "finished by", "started by",
    "is defined", "get or else", "is empty",
)  # fmt: skip
_SPACED_TYPES = ("date and time", "days and time duration", "years and months duration")
_SPACED_PROPERTIES = ("time offset", "start included", "end included")


def words_of(names: Iterable[str], after: str = r"(?!\w)") -> re.Pattern[str]:
    """Return a pattern that finds the longest of the names, whatever white space is between the parts."""
    parts = [r"\s+".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True)]
    return re.compile(f"(?:{'|'.join(parts)}){after}" if parts else r"(?!)")


#: where it is called, and where it stands alone as a value
FUNCTION = words_of(SPACED_FUNCTIONS, r"(?=\s*(?:[(,)\]}]|$))")
TYPE = words_of(_SPACED_TYPES)
PARAM_TYPE = words_of(_SPACED_TYPES, r"(?=\s*[,)])")
FUNCTION_TYPE = re.compile(r"function\s*<")
PROPERTY = words_of(_SPACED_PROPERTIES)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|[nrt\"'\\])")


def unescape(text: str, source: str, position: int) -> str:
    """Return a quoted text without its quotes and escapes; unknown escapes stay, for patterns."""

    def one(match: re.Match[str]) -> str:
        mark = match.group(1)
        if mark[0] in "uU":
            code = int(mark[1:], 16)
            return chr(code) if code <= 0x10FFFF else "\ufffd"
        return {"n": "\n", "r": "\r", "t": "\t"}.get(mark, mark)

    plain = _ESCAPE.sub(one, text[1:-1])
    try:
        return plain.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as cause:
        raise ExpressionError("half a surrogate pair in a text", expression=source, position=position) from cause
