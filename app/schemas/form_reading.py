"""One set of answers on its way through one form: what is hidden, what is missing, what is not an option."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.schemas.form_fields import CHOICES, HOLDERS, MANY, ROWS, Component, name_of, property_number
from app.schemas.form_visible import Evaluate, Level, state_of
from app.schemas.texts import say
from app.schemas.values import read_moment

#: values that a dynamic `valuesKey` allows: the values, {value, label} pairs, or a question
Options = Mapping[str, Collection[Any] | Callable[[Any], bool]]
#: what a `valuesKey` begins with, before the name of a message: open events of the street that wait for it
EVENTS = "events:"
_BLANK: tuple[Any, ...] = (None, "", [], {})
#: how many wrong numbers of events a message names, and how much of each
_NAMED, _SAID = 5, 40


class Reading:
    """One set of answers on its way through one form."""

    def __init__(self, evaluate: Evaluate, options: dict[str, Any], locale: str):
        self.evaluate, self.options, self.locale = evaluate, options, locale
        self.errors: dict[str, list[str]] = {}
        #: (component, path, scope) of every field that may be filled in
        self.shown: list[tuple[Component, tuple[str | int, ...], Level]] = []
        self.unseen: list[tuple[Component, tuple[str | int, ...]]] = []

    def refuse(self, path: str, key: str, **values: object) -> None:
        """Note what is wrong with a field."""
        self.errors.setdefault(path, []).append(say(key, self.locale, **values))

    def sort(
        self,
        components: Sequence[Component],
        sent: Mapping[str, Any],
        level: Level,
        path: str,
        at: tuple[str | int, ...] = (),
    ) -> dict[str, Any]:
        """Take out what is hidden or read-only, and refuse it where it was sent all the same."""
        kept = dict(sent)
        for component, state in state_of(components, level, self.evaluate):
            name = name_of(component)
            here = f"{path}.{name}" if path else name
            value = sent.get(name)
            if state != "shown":
                kept.pop(name, None)
                # what the form itself proposed comes back with the rest from whoever read it; nobody wrote it
                told = value in (level.before.get(name), level.first(component, self.evaluate))
                if value not in _BLANK and not told:
                    self.refuse(here, state)
                if state == "hidden" and name not in level.before:
                    self.unseen.append((component, (*at, name)))
                continue
            self.shown.append((component, (*at, name), level))
            if component["type"] in HOLDERS:
                self._inside(component, value, level, here, (*at, name), kept)
            elif value in _BLANK:
                kept.pop(name, None)
        return kept

    def _inside(
        self,
        component: Component,
        value: Any,
        level: Level,
        here: str,
        at: tuple[str | int, ...],
        kept: dict[str, Any],
    ) -> None:
        name, inner = name_of(component), component.get("components") or ()
        if component["type"] == "group":
            if value is None or isinstance(value, Mapping):
                below = level.below(inner, name, value or {})
                kept[name] = self.sort(inner, value or {}, below, here, at)
        elif value in _BLANK:
            kept[name] = []
        elif isinstance(value, list):
            most = property_number(component, "maxRows", ROWS)
            if len(value) > most:
                self.refuse(here, "too_many", n=most)
                kept[name] = []
                return
            kept[name] = [
                self.sort(inner, row, level.row(inner, name, row, index), f"{here}.{index}", (*at, index))
                if isinstance(row, Mapping)
                else row
                for index, row in enumerate(value)
            ]

    def require_top(self, read: Mapping[str, Any]) -> None:
        """Look at the first level only, when some answers could not be read; those have their message already."""
        wrong = {path.partition(".")[0] for path in self.errors}
        self.shown = [one for one in self.shown if len(one[1]) == 1 and one[1][0] not in wrong]
        self.unseen = []
        self.require(dict(read))

    def require(self, clean: dict[str, Any]) -> None:
        """Look at what depends on other fields: required, options, limits that are expressions."""
        for component, at, level in self.shown:
            holder = _reach(clean, at[:-1])
            value = holder.get(at[-1])
            path = ".".join(map(str, at))
            if value in _BLANK or value is False:
                if self._required(component, level):
                    self.refuse(path, "agree" if component["type"] == "checkbox" else "required")
                holder.setdefault(at[-1], _blank(component))
            else:
                self._check(component, value, level, path)
            if component["type"] == "dynamiclist" and value:
                least = property_number(component, "minRows", 0)
                if len(value) < least:
                    self.refuse(path, "too_few", n=least)
        for component, at in self.unseen:
            _reach(clean, at[:-1]).setdefault(at[-1], _blank(component))

    def _required(self, component: Component, level: Level) -> bool:
        wanted = (component.get("validate") or {}).get("required")
        if component["type"] == "dynamiclist" and property_number(component, "minRows", 0) > 0:
            return True
        return level.is_true(wanted, self.evaluate)

    def _check(self, component: Component, value: Any, level: Level, path: str) -> None:
        kind = component["type"]
        if kind in CHOICES:
            allowed = self._allowed(component, level)
            wrong = [one for one in (value if kind in MANY else [value]) if not allowed(one)]
            if wrong and str(component.get("valuesKey", "")).startswith(EVENTS):
                # of several numbers one wants to know which
                self.refuse(path, "event", which=", ".join(str(one)[:_SAID] for one in wrong[:_NAMED]))
            elif wrong:
                self.refuse(path, "option")
        elif kind == "number":
            for name, key, sign in (("min", "minimum", 1), ("max", "maximum", -1)):
                bound = level.number((component.get("validate") or {}).get(name), self.evaluate)
                if bound is not None and (value - bound) * sign < 0:
                    self.refuse(path, key, n=f"{bound:g}")
        elif kind == "datetime":
            now = read_moment(str(level.scope.get("now", "")))
            if component.get("disallowPassedDates") and now and _is_past(value, now):
                self.refuse(path, "passed")
        elif kind == "filepicker" and "attachments" in self.options:
            self._check_files(component, value, path)

    def _allowed(self, component: Component, level: Level) -> Callable[[Any], bool]:
        if component.get("valuesKey"):
            source: Any = self.options.get(str(component["valuesKey"]), ())
        elif component.get("valuesExpression"):
            source = level.work_out(component["valuesExpression"], self.evaluate) or ()
        else:
            source = component.get("values") or ()
        if callable(source):
            question: Callable[[Any], bool] = source
            return question
        values = [one.get("value") if isinstance(one, Mapping) else one for one in source]
        return lambda value: any(value == one and type(value) is type(one) for one in values)

    def _check_files(self, component: Component, value: list[str], path: str) -> None:
        known = self.options["attachments"]
        megabytes = property_number(component, "maxSizeMb", 20)
        for one in value:
            file = known.get(one)
            if file is None:
                self.refuse(path, "attachment")
            elif int(file.get("size", 0)) > megabytes * 1024 * 1024:
                self.refuse(path, "file_size", n=megabytes)
            elif not accepts(component, str(file.get("media_type", "")), str(file.get("name", ""))):
                self.refuse(path, "file_type")


def accepts(component: Component, media_type: str, name: str) -> bool:
    """Say whether a file field takes a file of that type, by the field's `accept` list."""
    wanted = str(component.get("accept") or "")
    if not wanted and (component.get("properties") or {}).get("kind") == "photo":
        wanted = "image/*"
    kinds = [kind.strip().lower() for kind in wanted.split(",") if kind.strip()]
    return not kinds or any(
        name.lower().endswith(kind)
        if kind.startswith(".")
        else media_type.startswith(kind[:-1])
        if kind.endswith("/*")
        else media_type == kind
        for kind in kinds
    )


def _is_past(value: str, now: datetime) -> bool:
    if len(value) == 10:
        return value < now.date().isoformat()
    moment = read_moment(value) if "T" in value else None
    return moment is not None and moment < now


def _reach(clean: Any, at: tuple[str | int, ...]) -> Any:
    for step in at:
        clean = clean[step] if isinstance(step, int) else clean.setdefault(step, {})
    return clean


def _blank(component: Component) -> Any:
    if component["type"] in MANY or component["type"] == "dynamiclist":
        return []
    return {"checkbox": False, "group": {}}.get(component["type"])
