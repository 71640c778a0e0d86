"""Messages and notices written for people: texts of `city/texts/` with their words filled in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.usecases import Tools


def message_texts(tools: Tools, key: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """Write a message in Chinese and in English; words that nobody gave stay empty."""
    text = tools.city.texts.get(key) or {}
    zh, en = str(text.get("zh") or key), str(text.get("en") or text.get("zh") or key)
    return zh.format_map(_words(tools, params, "zh")), en.format_map(_words(tools, params, "en"))


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _words(tools: Tools, params: Mapping[str, Any], locale: str) -> _Words:
    """Write the values of a message for people: moments by the city's clock, items by their names."""
    words = _Words()
    for name, value in params.items():
        item = tools.city.catalogue.items.get(str(value))
        moment = _moment(value)
        if item is not None:
            words[name] = item.en if locale == "en" else item.zh
        elif moment is not None:
            words[name] = tools.city.calendar.local(moment).strftime("%Y-%m-%d %H:%M")
        else:
            words[name] = "" if value is None else value
    return words


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None
