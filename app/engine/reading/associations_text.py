"""One data association as assignments.

Source:
    BPMN 2.0.2, 10.4.2: a copy, a transformation, or assignments.
"""

import re
from collections.abc import Mapping

from app.engine.reading.descent import NoEquivalent
from app.engine.reading.expressions import feel_of, reads
from app.engine.reading.xml import Element, child, children, text_of

_TEXT, _WORD = re.compile(r'("(?:[^"\\]|\\.)*")'), re.compile(r"[^\W\d]\w*")
#: ids that tools make: `_rLAK8PYmEeGfSMXWr9vEGA`, a UUID, `DataObject_0yvs5a9`
GENERATED = re.compile(
    r"(?:\w*[_-])?(?:[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}|[0-9A-Fa-f]{32})|Data\w*_(?=[a-z]*\d)[0-9a-z]{7}"
    r"|\w*_(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{22}")
#: {id of something that holds data: how an expression reads it, or the variable that it is written to}
Names = Mapping[str, str]


def said(association: Element, sources: Names, targets: Names) -> list[str]:
    """Say an association as assignments; none where it copies a variable onto itself or only draws.

    Raises:
        NoEquivalent: part of it is in another language, or writes to what is no variable.
    """
    target = targets.get(text_of(child(association, "targetRef")), "")
    assignments = children(association, "assignment")
    if assignments:
        return [_assigned(one, sources, targets) for one in assignments]
    transformation = child(association, "transformation")
    if transformation is not None:
        return [_put(target, _named(feel_of(text_of(transformation), transformation.get("language", "")), sources))]
    source = sources.get(text_of(child(association, "sourceRef")), "")
    return [f"{target} = {source}"] if source and target and source != target else []


def _assigned(assignment: Element, sources: Names, targets: Names) -> str:
    to, given = child(assignment, "to"), child(assignment, "from")
    name = text_of(to)
    if name not in targets and to is not None:
        name = feel_of(name, to.get("language", ""))
    value = text_of(given)
    return _put(targets.get(name, name), sources[value] if value in sources else
                _named(feel_of(value, "" if given is None else given.get("language", "")), sources))


def _named(expression: str, sources: Names) -> str:
    """Let an expression call data by its name instead of the id that a tool gave it.

    Raises:
        NoEquivalent: the data has no name.
    """
    def name(found: re.Match[str]) -> str:
        if not GENERATED.fullmatch(found[0]):
            return found[0]
        if found[0] not in sources:
            raise NoEquivalent(found[0])
        return sources[found[0]]

    pieces = _TEXT.split(expression)
    pieces[::2] = [_WORD.sub(name, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _put(target: str, value: str) -> str:
    if not target.isidentifier() or GENERATED.fullmatch(target) or not value or not reads(value):
        raise NoEquivalent(value or target)
    return f"{target} = {value}"
