"""Fields that refuse what a database or a browser could choke on; each gives back JSON-safe values."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields

from app.schemas.texts import say

#: the city's clock: no summer time since 1991
CITY_ZONE = timezone(timedelta(hours=8))
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,4}")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?")
_OFFSET = r"([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
_MOMENT = re.compile(_DATE.pattern + r"[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?" + _OFFSET)
LARGEST = 10**15
CHECKS = {"email": _EMAIL, "phone": _PHONE}


def read_moment(value: Any) -> datetime | None:
    """Read an RFC 3339 moment between 1900 and 2200 into the city's time; without offset it is the city's."""
    if not isinstance(value, str) or len(value) > 40 or not _MOMENT.fullmatch(value):
        return None
    try:
        moment = datetime.fromisoformat(value.upper())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=CITY_ZONE)
        moment = moment.astimezone(CITY_ZONE)
    except (ValueError, OverflowError):
        return None
    return moment if 1900 <= moment.year <= 2200 else None


def is_clean(text: str) -> bool:
    """Say whether a text can be stored and shown: no control characters, no halves of characters."""
    return _CONTROL.search(text) is None


class Spoken(fields.Field[Any]):
    """A field whose messages follow the language of the form or, without one, of the request."""

    def __init__(self, *, locale: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.locale = locale

    def wrong(self, key: str, **values: object) -> ValidationError:
        """Make the error to raise."""
        return ValidationError(say(key, self.locale, **values))

    def make_error(self, key: str, **kwargs: Any) -> ValidationError:
        """Say the library's own messages in our words."""
        return self.wrong("required" if key in ("required", "null") else "object")


class Text(Spoken):
    """Text without control characters, of bounded length; `check` names a fixed shape."""

    def __init__(
        self, *, least: int = 0, most: int = 4000, check: str = "", strip: bool = True, **options: Any
    ):
        options.setdefault("metadata", {"minLength": least, "maxLength": most})
        super().__init__(**options)
        self.least, self.most, self.check, self.strip = least, most, check, strip

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise self.wrong("text")
        if len(value) > self.most:
            raise self.wrong("too_long", n=self.most)
        if not is_clean(value):
            raise self.wrong("characters")
        text: str = value.strip() if self.strip else value
        if len(text) < self.least and (text or self.required):
            raise self.wrong("too_short", n=self.least) if text else self.wrong("required")
        if text and self.check and not CHECKS[self.check].fullmatch(text):
            raise self.wrong(self.check)
        return text


class Amount(Spoken):
    """A finite number; whole when `decimals` is 0; text is read only when `textual`."""

    def __init__(
        self,
        *,
        decimals: int | None = None,
        minimum: float | None = None,
        maximum: float | None = None,
        textual: bool = False,
        **options: Any,
    ):
        bounds = {"minimum": minimum, "maximum": maximum}
        options.setdefault("metadata", {name: value for name, value in bounds.items() if value is not None})
        super().__init__(**options)
        self.decimals, self.minimum, self.maximum, self.textual = decimals, minimum, maximum, textual

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | float:
        if self.textual and isinstance(value, str) and _NUMBER.fullmatch(value):
            return self._bounded(float(value) if "." in value else int(value))
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST:
            raise self.wrong("number")
        return self._bounded(value)

    def _bounded(self, value: int | float) -> int | float:
        if isinstance(value, float):
            if not math.isfinite(value):
                raise self.wrong("number")
            if value.is_integer():
                value = int(value)
            elif self.decimals == 0:
                raise self.wrong("integer")
            elif self.decimals is not None and round(value, self.decimals) != value:
                raise self.wrong("decimals", n=self.decimals)
        if self.minimum is not None and value < self.minimum:
            raise self.wrong("minimum", n=f"{self.minimum:g}")
        if self.maximum is not None and value > self.maximum:
            raise self.wrong("maximum", n=f"{self.maximum:g}")
        return value


class Truth(Spoken):
    """True or false, nothing that only looks like it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.wrong("boolean")
        return value


class Code(Spoken):
    """One of a few fixed words."""

    def __init__(self, choices: Iterable[str], **options: Any):
        self.choices = tuple(choices)
        options.setdefault("metadata", {"enum": list(self.choices)})
        super().__init__(**options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise self.wrong("option")
        return value


class Identifier(Spoken):
    """A UUID, given back as text."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        try:
            return str(UUID(value)) if isinstance(value, str) and len(value) <= 45 else self._refuse()
        except ValueError:
            return self._refuse()

    def _refuse(self) -> str:
        raise self.wrong("identifier")


class Day(Spoken):
    """A calendar day, given back as text."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        try:
            if isinstance(value, str) and _DATE.fullmatch(value) and 1900 <= int(value[:4]) <= 2200:
                return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
        raise self.wrong("date")


class TimeOfDay(Spoken):
    """A time of day, given back as text as it came."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        try:
            if isinstance(value, str) and _TIME.fullmatch(value):
                time.fromisoformat(value)
                return value
        except ValueError:
            pass
        raise self.wrong("time")


class Moment(Spoken):
    """A moment with offset; given back as text in the city's time, or as a value when `aware`."""

    def __init__(self, *, aware: bool = False, **options: Any):
        super().__init__(**options)
        self.aware = aware

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str | datetime:
        moment = read_moment(value)
        if moment is None:
            raise self.wrong("datetime")
        return moment if self.aware else moment.isoformat()


class Position(Spoken):
    """A point on the earth: {lat, lon, accuracy?}."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, float]:
        if not isinstance(value, Mapping) or not {"lat", "lon"} <= set(value) <= {"lat", "lon", "accuracy"}:
            raise self.wrong("position")
        point: dict[str, float] = {}
        for name, limit in (("lat", 90.0), ("lon", 180.0), ("accuracy", 1e7)):
            number = value.get(name)
            if number is None and name == "accuracy":
                continue
            if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) <= limit:
                raise self.wrong("position")
            point[name] = round(float(number), 7)
        return point


class Anything(Spoken):
    """Any JSON value of bounded size and depth, without characters that cannot be stored."""

    def __init__(self, *, depth: int = 6, most: int = 2000, **options: Any):
        super().__init__(**options)
        self.depth, self.most = depth, most

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        left = [self.most]
        self._look(value, self.depth, left)
        return value

    def _look(self, value: Any, depth: int, left: list[int]) -> None:
        left[0] -= 1
        if depth < 0:
            raise self.wrong("depth")
        if left[0] < 0 or isinstance(value, str) and len(value) > 20000:
            raise self.wrong("size")
        if isinstance(value, str) and not is_clean(value):
            raise self.wrong("characters")
        if isinstance(value, int | float) and not abs(value) <= LARGEST:
            raise self.wrong("number")
        if isinstance(value, Mapping):
            for key, inner in value.items():
                self._look(key, depth - 1, left)
                self._look(inner, depth - 1, left)
        elif isinstance(value, list):
            for inner in value:
                self._look(inner, depth - 1, left)
