"""The types that a DMN file declares, and how a case's plain values become values of them.

Source:
    DMN 1.3, 7.3.2 (item definitions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from lxml import etree

from app.engine.dmn import xml
from app.engine.dmn.reading import Place, Reading
from app.engine.feel import temporal
from app.engine.feel.compiled import CompiledTests
from app.engine.feel.conforming import conform, resolve
from app.engine.feel.errors import Unfit, shorten
from app.engine.feel.limits import MAX_DEPTH, Frame, Run
from app.engine.feel.nodes import TypeName
from app.engine.feel.temporal import Months
from app.engine.feel.values import adapt

_NOTHING: Mapping[str, Any] = {}


def type_of(element: etree._Element | None, attribute: str = "typeRef") -> TypeName | None:
    """Return the type that an element refers to, or None."""
    return named_type(xml.attribute(element, attribute)) if element is not None else None


def named_type(reference: str) -> TypeName | None:
    """Return the type of a reference such as `number`, `feel:number` or `tApplicant`; None of an empty one."""
    name = reference.rsplit(":", 1)[-1].strip()
    return TypeName(name) if name else None


def read_types(root: etree._Element, reading: Reading) -> Iterable[tuple[str, TypeName]]:
    """Yield the item definitions of a file by their names."""
    for element in xml.children(root, "itemDefinition"):
        name = xml.attribute(element, "name")
        yield name, _item(element, reading, Place(name, name, element.get("id")), 0)


def _item(element: etree._Element, reading: Reading, place: Place, depth: int) -> TypeName:
    if depth > MAX_DEPTH:
        reading.find("item definitions are nested too deep", place)
        return TypeName("any")
    parts = list(xml.children(element, "itemComponent"))
    function = xml.child(element, "functionItem")
    base = xml.child(element, "typeRef")
    allowed = _allowed(xml.child(element, "allowedValues"), reading, place)
    if parts:
        fields = tuple((xml.attribute(part, "name"), _item(part, reading, place, depth + 1)) for part in parts)
        made = TypeName("context", fields=fields, allowed=allowed)
    elif function is not None:
        taken = [type_of(item) or TypeName("any") for item in xml.children(function, "parameters")]
        made = TypeName("function", (*taken, type_of(function, "outputTypeRef") or TypeName("any")))
    else:
        found = named_type((base.text or "").strip()) if base is not None else None
        made = TypeName(found.name if found else "any", allowed=allowed)
    whole = _allowed(xml.child(element, "typeConstraint"), reading, place)
    if xml.attribute(element, "isCollection") == "true":
        return TypeName("list", (made,), allowed=whole)
    return TypeName(made.name, made.args, made.fields, whole) if whole is not None else made


def _allowed(element: etree._Element | None, reading: Reading, place: Place) -> Callable[[Any, Run], bool] | None:
    source = xml.text(element)
    if not source:
        return None
    tests: CompiledTests = reading.tests(source, place)
    return lambda value, run: tests.holds(value, Frame(run, _NOTHING, None))


def _days(text: str) -> Any:
    found = temporal.parse_duration(text)
    return found if isinstance(found, timedelta) else None


def _months(text: str) -> Any:
    found = temporal.parse_duration(text)
    return found if isinstance(found, Months) else None


#: types that a case stores as text
_FROM_TEXT: Mapping[str, Callable[[str], Any]] = {
    "date": temporal.parse_date, "time": temporal.parse_time, "date and time": temporal.parse_date_time,
    "days and time duration": _days, "years and months duration": _months,
}  # fmt: skip


def taken(value: Any, wanted: TypeName | None, run: Run) -> Any:
    """Return a plain value of a case as one of the declared type; texts become dates and durations.

    Raises:
        Unfit: it is not and cannot become one.
    """
    value = adapt(value, run)
    if wanted is None or value is None:
        return value
    return conform(_read(value, wanted, run, 0), wanted, run)


def _read(value: Any, wanted: TypeName, run: Run, depth: int) -> Any:
    found = resolve(wanted, run)
    if found is None or depth > MAX_DEPTH:
        return value
    if found.name == "list" and found.args and not isinstance(value, list):
        # one value alone becomes a list of one
        return _read(value, found.args[0], run, depth + 1)
    if isinstance(value, str):
        return _from_text(value, found)
    if isinstance(value, list):
        inner = found.args[0] if found.name == "list" and found.args else found
        run.spend(len(value))
        return [_read(item, inner, run, depth + 1) for item in value]
    if isinstance(value, Mapping) and found.fields:
        run.spend(len(value))
        known = dict(found.fields)
        made = {
            key: _read(adapt(item, run), known[key], run, depth + 1) if key in known else item
            for key, item in value.items()
        }
        # a case leaves out what is null
        return made if known.keys() <= made.keys() else {**dict.fromkeys(known), **made}
    return value


def _from_text(text: str, wanted: TypeName) -> Any:
    read = _FROM_TEXT.get(wanted.name)
    if read is None:
        return text
    if text == "":
        return None
    made = read(text)
    if made is None:
        raise Unfit(f"“{shorten(text, 40)}” is no {wanted.name}")
    return made
