"""Values of rows that no form has: moments as diagrams write them, codes of units, lists and contexts."""

from collections.abc import Mapping
from typing import Any

from app.domain.errors import Invalid
from app.domain.org import make_unit
from app.schemas.values import LARGEST, Anything, Moment, Spoken, Text

#: how FEEL writes the zone of the city
_CITY = "@Asia/Shanghai"


class MomentOfDiagrams(Moment):
    """A moment, also as FEEL writes the city's own: `2026-03-02T09:00:00@Asia/Shanghai`."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> Any:
        plain = value.removesuffix(_CITY) if isinstance(value, str) else value
        return super()._deserialize(plain, *rest, **more)


class Line(Text):
    """Text without line breaks."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> str:
        text = super()._deserialize(value, *rest, **more)
        if "\n" in text or "\r" in text:
            raise self.wrong("characters")
        return text


class UnitCode(Line):
    """The code of a unit; whether there is one is the store's question."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> str:
        text = super()._deserialize(value, *rest, **more)
        try:
            return make_unit(text, text, text).code
        except Invalid as cause:
            raise self.wrong("unit") from cause


class Listed(Spoken):
    """A list of texts and numbers."""

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.wrong("list")
        if len(value) > self.most:
            raise self.wrong("too_many", n=self.most)
        text = Text(most=2000, locale=self.locale)
        return [one if isinstance(one, bool | int | float) and abs(one) <= LARGEST
                else text.deserialize(one) for one in value]  # fmt: skip


class Context(Anything):
    """Names with values."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> Any:
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise self.wrong("object")
        return super()._deserialize(value, *rest, **more)
