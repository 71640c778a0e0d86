"""Which fields of a form a person can see and change, worked out on the server."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.errors import YongzhiError
from app.schemas.form_fields import Component, flat, name_of

Evaluate = Callable[[str, Mapping[str, Any]], Any]
#: rounds in which a hidden field may hide another one
ROUNDS = 4


@dataclass(frozen=True)
class Level:
    """The names that conditions of one level of the form can read."""

    #: values that the level was opened with
    before: Mapping[str, Any]
    #: everything that can be read, what was sent on top
    scope: Mapping[str, Any]
    sent: Mapping[str, Any]

    @classmethod
    def top(
        cls, components: Sequence[Component], context: Mapping[str, Any], sent: Mapping[str, Any]
    ) -> "Level":
        """Begin with the whole form."""
        return cls(context, {**_names(components), **context, **sent}, sent)

    def below(self, components: Sequence[Component], name: str, sent: Mapping[str, Any]) -> "Level":
        """Go into a group."""
        before = self.before.get(name)
        before = before if isinstance(before, Mapping) else {}
        inner = {**_names(components), **before, **sent}
        return Level(before, {**self.scope, **inner, "this": inner, "parent": self.scope}, sent)

    def row(self, components: Sequence[Component], name: str, sent: Mapping[str, Any], index: int) -> "Level":
        """Go into one row of a list."""
        rows = self.before.get(name)
        before = rows[index] if isinstance(rows, list) and index < len(rows) else {}
        before = before if isinstance(before, Mapping) else {}
        inner = {**_names(components), **before, **sent}
        return Level(
            before, {**self.scope, **inner, "this": inner, "parent": self.scope, "i": [index + 1]}, sent
        )

    def without(self, hidden: frozenset[str]) -> "Level":
        """Forget what was sent for fields that turned out to be hidden."""
        scope = {**self.scope, **{name: self.before.get(name) for name in hidden}}
        return Level(self.before, scope, self.sent)

    def work_out(self, text: Any, evaluate: Evaluate) -> Any:
        """Give an expression's value; a plain value is itself, an expression that fails is None."""
        if not (isinstance(text, str) and text.startswith("=")):
            return text
        try:
            return evaluate(text[1:], self.scope)
        except YongzhiError:
            return None

    def first(self, component: Component, evaluate: Evaluate) -> Any:
        """Work out what a field showed at first, before anything was answered; None where it showed nothing."""
        initial = (component.get("properties") or {}).get("initial")
        if not initial:
            return None
        return Level(self.before, {**self.scope, **self.before}, {}).work_out(f"={initial}", evaluate)

    def is_true(self, text: Any, evaluate: Evaluate) -> bool:
        """Say whether a plain value or expression is true."""
        return self.work_out(text, evaluate) is True

    def number(self, text: Any, evaluate: Evaluate) -> float | None:
        """Work out a limit that is an expression; plain limits belong to the field."""
        if not (isinstance(text, str) and text.startswith("=")):
            return None
        try:
            found = float(self.work_out(text, evaluate))
        except (TypeError, ValueError, OverflowError):
            return None
        return found if math.isfinite(found) else None


def _names(components: Sequence[Component]) -> dict[str, Any]:
    return dict.fromkeys(name_of(component) for component in flat(components))


def state_of(
    components: Sequence[Component], level: Level, evaluate: Evaluate
) -> Iterator[tuple[Component, str]]:
    """Tell for each field of a level whether it is shown, hidden or readonly.

    A field that is hidden is as good as not sent for the conditions of the others; as in the browser, a
    condition that cannot be worked out hides nothing.
    """
    found = dict[str, str]()
    listed = list(_listed(components, ()))
    for _ in range(ROUNDS):
        gone = frozenset(name for name, state in found.items() if state == "hidden")
        seen = level.without(gone)
        again = {name_of(component): _state(component, above, seen, evaluate) for component, above in listed}
        if again == found:
            break
        found = again
    for component, _ in listed:
        yield component, found[name_of(component)]


def _listed(
    components: Sequence[Component], above: tuple[Component, ...]
) -> Iterator[tuple[Component, tuple[Component, ...]]]:
    for component in components:
        if component["type"] in ("group", "default") and not component.get("path"):
            yield from _listed(component.get("components") or (), (*above, component))
        else:
            for one in flat((component,)):
                yield one, above


def _state(component: Component, above: tuple[Component, ...], level: Level, evaluate: Evaluate) -> str:
    whole = (*above, component)
    if any(level.is_true(_hide(one), evaluate) for one in whole):
        return "hidden"
    if any(level.is_true(one.get(key), evaluate) for one in whole for key in ("readonly", "disabled")):
        return "readonly"
    return "shown"


def _hide(component: Component) -> Any:
    """Read the condition; form-js takes one without `=` for an expression too."""
    hide = (component.get("conditional") or {}).get("hide")
    return f"={hide}" if isinstance(hide, str) and not hide.startswith("=") else hide
