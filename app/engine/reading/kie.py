"""The functions that jBPM's editor of conditions writes, as FEEL: `KieFunctions.greaterThan(amount, "1000")`."""

import re

from app.engine.reading.descent import NoEquivalent

OWNER = "KieFunctions"
#: {0} the variable, {1} the text that it is compared with; what has no value is never like a text
_FORMS = {
    ("isNull", 1): "{0} = null", ("isEmpty", 1): '{0} = null or {0} = ""', ("isTrue", 1): "{0} = true",
    ("isFalse", 1): "{0} = false", ("equalsTo", 2): "{0} = {1}",
    ("contains", 2): "{0} != null and contains({0}, {1})",
    ("startsWith", 2): "{0} != null and starts with({0}, {1})",
    ("endsWith", 2): "{0} != null and ends with({0}, {1})",
}  # fmt: skip
#: {1} and {2} numbers, which the editor writes as texts
_NUMBERS = {
    ("greaterThan", 2): "{0} != null and {0} > {1}", ("greaterOrEqualThan", 2): "{0} != null and {0} >= {1}",
    ("lessThan", 2): "{0} != null and {0} < {1}", ("lessOrEqualThan", 2): "{0} != null and {0} <= {1}",
    ("between", 3): "{0} != null and {0} between {1} and {2}",
    ("equalsTo", 2): 'if {0} instance of number then {0} = {1} else {0} = "{1}"',
}  # fmt: skip
_NUMBER = re.compile(r'"(-?[0-9]+(?:\.[0-9]+)?)"')


def call(method: str, given: list[str]) -> str:
    """Return what a function says in FEEL.

    Args:
        given: its arguments in FEEL.

    Raises:
        NoEquivalent: there is no such function, or it compares with something that is no number.
    """
    numbers = [found[1] for one in given[1:] if (found := _NUMBER.fullmatch(one))]
    key = (method, len(given))
    form = _NUMBERS.get(key) if given[1:] and len(numbers) == len(given) - 1 else None
    if form is not None:
        return f"({form.format(given[0], *numbers)})"
    form = _FORMS.get(key)
    if form is None:
        raise NoEquivalent(f"{OWNER}.{method}()")
    return f"({form.format(*given)})"
