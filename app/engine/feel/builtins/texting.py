"""Functions on texts.

Source:
    DMN 1.3, table 74; `string join` of DMN 1.4, `trim` of Camunda 8.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from app.engine.feel.builtins.registry import builtin
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import MAX_TEXT, Run
from app.engine.feel.numbers import truncated
from app.engine.feel.patterns import find_all, groups_of, pattern
from app.engine.feel.values import text_of

#: `$12`, an escaped sign, or one of the two where it must not stand
_MARK = re.compile(r"\$([0-9]{1,4})|\\([$\\])|[$\\]")


@builtin("string")
def string(run: Run, from_: Any) -> str | None:
    """Return the text of any value."""
    return None if from_ is None else run.text(text_of(from_, run.spend))


@builtin("string length")
def string_length(string: str) -> Decimal:
    """Return the number of characters."""
    return Decimal(len(string))


@builtin("substring")
def substring(string: str, start_position: Decimal, length: Decimal | None = None) -> str:
    """Return a part, from a position that counts from 1, or from -1 backwards."""
    start = truncated(start_position)
    if start == 0:
        raise Unfit("substring: positions start at 1")
    begin = start - 1 if start > 0 else max(len(string) + start, 0)
    if length is None:
        return string[begin:]
    size = truncated(length)
    if size < 1:
        raise Unfit("substring: the length is below 1")
    return string[begin : begin + size]


@builtin("upper case")
def upper_case(run: Run, string: str) -> str:
    """Return the text in capitals."""
    return run.text(string.upper())


@builtin("lower case")
def lower_case(run: Run, string: str) -> str:
    """Return the text in small letters."""
    return run.text(string.lower())


@builtin("trim")
def trim(string: str) -> str:
    """Return the text without white space at its ends."""
    return string.strip()


@builtin("substring before")
def substring_before(string: str, match: str) -> str:
    """Return what stands before the first occurrence."""
    head, found, _ = string.partition(match) if match else ("", "", "")
    return head if found else ""


@builtin("substring after")
def substring_after(string: str, match: str) -> str:
    """Return what stands after the first occurrence."""
    if not match:
        return string
    return string.partition(match)[2]


@builtin("contains")
def contains(string: str, match: str) -> bool:
    """Tell whether the text has a part."""
    return match in string


@builtin("starts with")
def starts_with(string: str, match: str) -> bool:
    """Tell whether the text begins so."""
    return string.startswith(match)


@builtin("ends with")
def ends_with(string: str, match: str) -> bool:
    """Tell whether the text ends so."""
    return string.endswith(match)


@builtin("string join")
def string_join(run: Run, list_: list[Any], delimiter: str | None = None) -> str:
    """Return the texts of a list in one, nulls left out."""
    return string_join_between(run, list_, delimiter, None, None)


@builtin("string join")
def string_join_between(
    run: Run, list_: list[Any], delimiter: str | None, prefix: str | None, suffix: str | None
) -> str:
    """Return the texts of a list in one, between two others."""
    texts = [item for item in list_ if item is not None]
    if not all(isinstance(item, str) for item in texts):
        raise Unfit("string join: not every item is a text")
    between = delimiter or ""
    size = sum(map(len, texts)) + len(between) * len(texts)
    if size > MAX_TEXT:
        raise run.limit(f"a text longer than {MAX_TEXT} characters")
    return run.text((prefix or "") + between.join(texts) + (suffix or ""))


@builtin("matches")
def matches(run: Run, input_: str, pattern_: str, flags: str | None = None) -> bool:
    """Tell whether a pattern occurs in the text."""
    return next(find_all(pattern(pattern_, flags or ""), input_, run), None) is not None


@builtin("replace")
def replace(run: Run, input_: str, pattern_: str, replacement: str, flags: str | None = None) -> str:
    """Return the text with each occurrence of a pattern replaced; `$1` stands for a group."""
    compiled = pattern(pattern_, flags or "")
    if next(find_all(compiled, "", run), None) is not None:
        raise Unfit("replace: the pattern matches an empty text")
    parts: list[str | int] = [replacement] if "q" in (flags or "") else _parts(run, replacement, groups_of(compiled))
    made: list[str] = []
    at = size = 0
    for match in find_all(compiled, input_, run):
        piece = "".join([part if isinstance(part, str) else _group(input_, match, part) for part in parts])
        made += [input_[at : match[0]], piece]
        size += match[0] - at + len(piece)
        if size > MAX_TEXT:
            raise run.limit(f"a text longer than {MAX_TEXT} characters")
        run.spend(1 + len(parts) + (len(piece) >> 3))
        at = match[1]
    return run.text("".join([*made, input_[at:]]))


def _group(text: str, match: tuple[int, ...], number: int) -> str:
    """Return what a group has matched; nothing where it has not, or is not there."""
    if 2 * number + 1 >= len(match) or match[2 * number] < 0 or match[2 * number + 1] < 0:
        return ""
    return text[match[2 * number] : match[2 * number + 1]]


def _parts(run: Run, replacement: str, groups: int) -> list[str | int]:
    """Read a replacement: texts as they are, numbers for groups; `\\$` is a dollar."""
    made: list[str | int] = []
    at = 0
    for mark in _MARK.finditer(replacement):
        run.spend(1)
        made.append(replacement[at : mark.start()])
        digits, escaped = mark.groups()
        if digits:
            # as many digits as there are groups; the others are text
            length = next((n for n in range(len(digits), 1, -1) if int(digits[:n]) <= groups), 1)
            made += [int(digits[:length]), digits[length:]]
        elif escaped:
            made.append(escaped)
        else:
            raise Unfit("replace: write \\$ for a dollar and \\\\ for a backslash")
        at = mark.end()
    return [*made, replacement[at:]]


@builtin("split")
def split(run: Run, string: str, delimiter: str) -> list[Any]:
    """Return the parts between the occurrences of a pattern."""
    made: list[str] = []
    at = 0
    for match in find_all(pattern(delimiter, ""), string, run):
        if match[1] == match[0]:
            continue
        made.append(string[at : match[0]])
        at = match[1]
    return run.items([*made, string[at:]])
