"""One form-js component becomes one marshmallow field."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from marshmallow import RAISE, Schema, fields

from app.schemas.patterns import TEXT_LENGTH, matches
from app.schemas.texts import say
from app.schemas.values import Amount, Day, Identifier, Moment, Position, Spoken, Text, TimeOfDay, Truth

#: components that show something and carry no value
SILENT = frozenset(
    {"text", "image", "separator", "spacer", "button", "table", "documentPreview", "herebutton"}
)
#: components with a value, and those that hold others
VALUED = frozenset(
    {
        "textfield",
        "textarea",
        "number",
        "datetime",
        "checkbox",
        "checklist",
        "radio",
        "select",
        "taglist",
        "filepicker",
        "position",
    }
)
HOLDERS = frozenset({"default", "group", "dynamiclist"})
MANY = frozenset({"checklist", "taglist", "filepicker"})
CHOICES = frozenset({"radio", "select", "checklist", "taglist"})
#: most rows of a dynamic list, most files, most ticks
ROWS, FILES, TICKS = 100, 9, 100
Component = Mapping[str, Any]


def limit(component: Component, name: str) -> float | None:
    """Read a number out of `validate`; text in digits counts, an expression does not."""
    value = (component.get("validate") or {}).get(name)
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def property_number(component: Component, name: str, otherwise: int) -> int:
    """Read a whole number out of the component's own `properties`."""
    try:
        return int((component.get("properties") or {}).get(name, otherwise))
    except (TypeError, ValueError):
        return otherwise


class Choice(Spoken):
    """One of the options; which these are is known only when the form is filled in."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str | int | float | bool:
        if isinstance(value, str):
            return str(Text(locale=self.locale, most=500, strip=False).deserialize(value))
        if isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            number: int | float = Amount(locale=self.locale).deserialize(value)
            return number
        raise self.wrong("option")


class Several(Spoken):
    """A list of values, each read by the inner field, none twice."""

    def __init__(self, inner: Spoken, *, least: int = 0, most: int = TICKS, **options: Any):
        super().__init__(**options)
        self.inner, self.least, self.most = inner, least, most

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.wrong("list")
        if len(value) > self.most:
            raise self.wrong("too_many", n=self.most)
        read = [self.inner.deserialize(one) for one in value]
        if len(set(read)) != len(read):
            raise self.wrong("twice")
        if read and len(read) < self.least:
            raise self.wrong("too_few", n=self.least)
        return read


class Patterned(Text):
    """Text of the designer's own shape."""

    def __init__(self, *, pattern: str, said: str, **options: Any):
        super().__init__(**options)
        self.pattern, self.said = pattern, said
        self.most = min(self.most, TEXT_LENGTH)

    def _deserialize(self, value: Any, *more: Any, **others: Any) -> str:
        text = super()._deserialize(value, *more, **others)
        if text and not matches(self.pattern, text):
            error = self.wrong("pattern")
            error.messages = [self.said] if self.said else error.messages
            raise error
        return text


def _text(component: Component, locale: str) -> Spoken:
    rules = component.get("validate") or {}
    widest = 500 if component["type"] == "textfield" else 10000
    options: dict[str, Any] = {
        "least": int(limit(component, "minLength") or 0),
        "most": min(int(limit(component, "maxLength") or widest), 20000),
        "check": rules.get("validationType") if rules.get("validationType") in ("email", "phone") else "",
    }
    if rules.get("pattern"):
        said = str(rules.get("patternErrorMessage") or "")
        return Patterned(pattern=str(rules["pattern"]), said=said, locale=locale, allow_none=True, **options)
    return Text(locale=locale, allow_none=True, **options)


def _number(component: Component, locale: str) -> Spoken:
    digits = component.get("decimalDigits")
    low, high = limit(component, "min"), limit(component, "max")
    geo = (component.get("properties") or {}).get("geo")
    if geo in ("lat", "lon"):
        reach = 90.0 if geo == "lat" else 180.0
        low, high = max(low or -reach, -reach), min(high or reach, reach)
    return Amount(
        decimals=digits if isinstance(digits, int) and not geo else None,
        minimum=low,
        maximum=high,
        textual=bool(component.get("serializeToString")),
        locale=locale,
        allow_none=True,
    )


def _files(component: Component, locale: str) -> Spoken:
    single = component.get("multiple") in (None, False)
    most = 1 if single else property_number(component, "maxFiles", FILES)
    return Several(
        Identifier(locale=locale),
        most=most,
        locale=locale,
        allow_none=True,
        least=property_number(component, "minFiles", 0),
    )


def _moment(component: Component, locale: str) -> Spoken:
    kinds: dict[str, type[Spoken]] = {"time": TimeOfDay, "datetime": Moment}
    return kinds.get(str(component.get("subtype", "date")), Day)(locale=locale, allow_none=True)


def _several(component: Component, locale: str) -> Spoken:
    return Several(Choice(locale=locale), locale=locale, allow_none=True)


_MAKERS: Mapping[str, Callable[[Component, str], Spoken]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _moment,
    "checkbox": lambda component, locale: Truth(locale=locale, allow_none=True),
    "radio": lambda component, locale: Choice(locale=locale, allow_none=True),
    "select": lambda component, locale: Choice(locale=locale, allow_none=True),
    "checklist": _several,
    "taglist": _several,
    "filepicker": _files,
    "position": lambda component, locale: Position(locale=locale, allow_none=True),
}


def flat(components: Sequence[Component]) -> Iterator[Component]:
    """List the components of one level: groups without a path are only a look."""
    for component in components:
        if component["type"] in ("group", "default") and not component.get("path"):
            yield from flat(component.get("components") or ())
        elif component["type"] not in SILENT:
            yield component


def name_of(component: Component) -> str:
    """Read the name under which a component's value travels."""
    return str(component.get("path") or component.get("key") or "")


def make_schema(components: Sequence[Component], locale: str) -> type[Schema]:
    """Build the schema of one level; nothing is required here, because that depends on what is visible."""
    members: dict[str, Any] = {}
    for component in flat(components):
        if component["type"] in HOLDERS:
            inner = make_schema(component.get("components") or (), locale)
            nested = fields.Nested(inner, unknown=RAISE)
            members[name_of(component)] = (
                nested if component["type"] == "group" else fields.List(nested, allow_none=True)
            )
        else:
            members[name_of(component)] = _MAKERS[component["type"]](component, locale)
    for field in members.values():
        field.error_messages.update(
            required=say("required", locale), null=say("required", locale), invalid=say("list", locale)
        )
    return type(
        "FormSchema",
        (_Level,),
        {
            **members,
            "error_messages": {
                "unknown": say("unknown", locale),
                "type": say("object", locale),
                "invalid": say("object", locale),
            },
        },
    )


class _Level(Schema):
    class Meta:
        unknown = RAISE
