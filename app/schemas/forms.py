"""A form-js schema becomes a check of what people send, so that the server believes no browser."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, ValidationError

from app.domain.errors import InvalidAnswers
from app.schemas.form_fields import Component, flat, make_schema, name_of
from app.schemas.form_lint import findings
from app.schemas.form_reading import Options, Reading, accepts
from app.schemas.form_visible import Evaluate, Level
from app.schemas.texts import say

__all__ = ["CompiledForm", "accepts", "compile_form", "findings"]


def compile_form(form: Mapping[str, Any], evaluate: Evaluate) -> "CompiledForm":
    """Prepare a form for checking answers; do this once per form version.

    Args:
        form: a form-js schema without lint findings of severity error.
        evaluate: works out a FEEL expression (without its leading `=`) in a scope; raises YongzhiError
            if it cannot.

    Raises:
        KeyError: a component has no type or one that is not supported; `findings` names it.
    """
    return CompiledForm(form=form, evaluate=evaluate, components=tuple(form.get("components") or ()))


@dataclass(frozen=True)
class CompiledForm:
    """A form version, ready to check answers."""

    form: Mapping[str, Any]
    evaluate: Evaluate
    components: tuple[Component, ...]
    _schemas: dict[str, Schema] = field(default_factory=dict, compare=False, repr=False)

    def load(
        self,
        answers: Any,
        *,
        context: Mapping[str, Any],
        options: Options | None = None,
        locale: str = "zh",
    ) -> dict[str, Any]:
        """Check what was sent and give back clean, JSON-safe answers.

        Args:
            answers: {field: value} as it came.
            context: what the form was opened with: variables and prefilled values by name, perhaps `now`.
            options: values allowed by each dynamic `valuesKey`; `attachments`: {id: {size, media_type, name}}
                when known.
            locale: language of the messages, zh or en.

        Returns:
            A value for every visible field, None, [] or False where it was left blank; a hidden field is
            there, blank, only if the context does not know its name; read-only fields are left out.

        Raises:
            InvalidAnswers: with `errors`, {field: [texts]}; fields inside groups and lists are named `a.0.b`.
        """
        if not isinstance(answers, Mapping):
            raise InvalidAnswers(errors={"": [say("object", locale)]})
        reading = Reading(self.evaluate, dict(options or {}), locale)
        sent = reading.sort(self.components, answers, Level.top(self.components, context, answers), "")
        try:
            clean: dict[str, Any] = self._schema(locale).load(sent)
        except ValidationError as refused:
            for path, texts in flat_messages(refused.messages).items():
                reading.errors.setdefault(path, []).extend(texts)
            reading.require_top(refused.valid_data if isinstance(refused.valid_data, dict) else {})
            clean = {}
        else:
            reading.require(clean)
        if reading.errors:
            raise InvalidAnswers(errors={path: list(dict.fromkeys(t)) for path, t in reading.errors.items()})
        return clean

    def keys(self) -> tuple[str, ...]:
        """List the names of the top-level values."""
        return tuple(name_of(component) for component in flat(self.components))

    def _schema(self, locale: str) -> Schema:
        if locale not in self._schemas:
            self._schemas[locale] = make_schema(self.components, locale)()
        return self._schemas[locale]


def flat_messages(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    """Write marshmallow's nested messages as {dotted path: texts}."""
    if isinstance(messages, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in messages.items():
            path = prefix if name == "_schema" else f"{prefix}.{name}" if prefix else str(name)
            for at, texts in flat_messages(inner, path).items():
                found.setdefault(at, []).extend(texts)
        return found
    return {prefix: [str(text) for text in messages] if isinstance(messages, list) else [str(messages)]}
