"""Functions on texts.

Source:
    DMN 1.3, table 74; `string join` of DMN 1.4, `trim` of Camunda 8.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.engine.feel.builtins.registry import builtin
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import MAX_TEXT, Run
from app.engine.feel.numbers import truncated
from app.engine.feel.patterns import find_all, pattern
from app.engine.feel.values import text_of


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
def string_join(
    run: Run, list_: list[Any], delimiter: str | None = None, prefix: str | None = None,
    suffix: str | None = None,
) -> str:  # fmt: skip
    """Return the texts of a list in one, nulls left out."""
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
    literal = "q" in (flags or "")
    made: list[str] = []
    at = 0
    for match in find_all(compiled, input_, run):
        start, end = match[0], match[1]
        piece = replacement if literal else _filled(replacement, input_, match)
        made += [input_[at:start], piece]
        run.spend(1 + (len(piece) >> 3))
        at = end
    return run.text("".join([*made, input_[at:]]))


def _filled(replacement: str, text: str, match: tuple[int, ...]) -> str:
    """Put the groups of a match in place of `$1`, `$2`; `\\$` is a dollar."""
    made, at = [], 0
    while at < len(replacement):
        sign = replacement[at]
        following = replacement[at + 1 : at + 2]
        if sign == "\\" and following in ("$", "\\"):
            made.append(following)
            at += 2
        elif sign == "$" and following.isdecimal() and following.isascii():
            group, at = _group(replacement, at + 1, len(match) // 2 - 1)
            made.append(text[match[2 * group] : match[2 * group + 1]] if _has(match, group) else "")
        elif sign in "\\$":
            raise Unfit("replace: write \\$ for a dollar and \\\\ for a backslash")
        else:
            made.append(sign)
            at += 1
    return "".join(made)


def _group(replacement: str, at: int, groups: int) -> tuple[int, int]:
    """Read the number of a group, of as many digits as there are groups, and say where it ends."""
    number = int(replacement[at])
    at += 1
    while replacement[at : at + 1].isascii() and replacement[at : at + 1].isdecimal():
        longer = 10 * number + int(replacement[at])
        if longer > groups:
            break
        number, at = longer, at + 1
    return number, at


def _has(match: tuple[int, ...], group: int) -> bool:
    return 2 * group + 1 < len(match) and match[2 * group] >= 0 and match[2 * group + 1] >= 0


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
