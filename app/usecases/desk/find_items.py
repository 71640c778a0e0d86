"""Find items of the catalogue to choose from."""

from app.usecases import Tools
from app.usecases.desk.find_units import Option


def find_items(tools: Tools, *, q: str = "", limit: int = 100, locale: str = "zh") -> tuple[Option, ...]:
    """Find items by code, name or one of their words.

    Args:
        q: empty lists them all, up to the limit.
        locale: language of the labels.
    """
    words = q.strip().lower()
    found = [
        item
        for item in tools.city.catalogue.items.values()
        if not words or words in " ".join((item.code, item.zh, item.en, *item.words)).lower()
    ]
    return tuple(
        Option(item.code, f"{item.code} {item.en if locale == 'en' else item.zh}") for item in found[:limit]
    )
