"""Regular expressions that designers write: only those that a hostile text cannot make slow.

Python's `re` backtracks. A pattern is safe here when no repetition contains another repetition or a choice,
when it has few repetitions of open length side by side, and when the text is short.
"""

import re
from re import _constants as names  # type: ignore[attr-defined, unused-ignore]
from re import _parser as parser  # type: ignore[attr-defined, unused-ignore]
from typing import Any

#: longest pattern, longest text that is ever matched, most repetitions of open length
PATTERN_LENGTH, TEXT_LENGTH, OPEN_REPEATS = 200, 200, 3
_SINGLE = (names.LITERAL, names.NOT_LITERAL, names.ANY, names.IN, names.CATEGORY)
_REPEATS = (names.MAX_REPEAT, names.MIN_REPEAT, names.POSSESSIVE_REPEAT)
_REFUSED = (names.GROUPREF, names.GROUPREF_EXISTS, names.ASSERT, names.ASSERT_NOT)


def pattern_fault(pattern: str) -> str | None:
    """Say why a pattern may not be used, or None when it may."""
    if len(pattern) > PATTERN_LENGTH:
        return f"the pattern is longer than {PATTERN_LENGTH} characters"
    try:
        tree = parser.parse(pattern)
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as cause:
        return f"the pattern cannot be read: {cause}"
    opened: list[int] = []
    fault = _walk(tree, inside=False, opened=opened)
    if fault is None and len(opened) > OPEN_REPEATS:
        return f"the pattern has more than {OPEN_REPEATS} repetitions of open length"
    return fault


def _walk(tree: Any, *, inside: bool, opened: list[int]) -> str | None:
    for operation, argument in tree:
        if operation in _REFUSED:
            return "the pattern looks around or refers back"
        fault = None
        if operation in _REPEATS:
            least, most, body = argument
            if inside:
                return "a repetition contains a repetition"
            if most != least and most > 1:
                opened.append(1)
            fault = _walk(body, inside=most > 1, opened=opened)
        elif operation is names.SUBPATTERN:
            fault = _walk(argument[-1], inside=inside, opened=opened)
        elif operation is names.ATOMIC_GROUP:
            fault = _walk(argument, inside=inside, opened=opened)
        elif operation is names.BRANCH:
            if inside:
                return "a repetition contains a choice"
            fault = next(filter(None, (_walk(way, inside=False, opened=opened) for way in argument[1])), None)
        elif operation not in (*_SINGLE, names.AT):
            return "the pattern uses something that is not allowed here"
        if fault:
            return fault
    return None


def matches(pattern: str, text: str) -> bool:
    """Match a safe pattern anywhere in a text, as a browser does; a text that is too long does not match."""
    return len(text) <= TEXT_LENGTH and re.search(pattern, text) is not None
