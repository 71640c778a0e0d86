"""Suggest affairs for a text."""

from dataclasses import dataclass

from app.domain.similarity import text_similarity
from app.usecases import Tools

#: what a word of the item found in the text counts, against the likeness of the whole texts
_WORD = 1.0


@dataclass(frozen=True)
class Suggestion:
    """An item that a text may be about."""

    item_code: str
    affair_code: str
    name: str
    name_en: str
    score: float


def suggest_affairs(tools: Tools, *, text: str, limit: int = 5) -> list[Suggestion]:
    """Find the items whose words occur in a text, the likeliest first.

    Args:
        text: a few words or a whole report.
        limit: how many at most.

    Returns:
        At most `limit` suggestions; none for a text that no item fits.
    """
    found = []
    for item in tools.city.catalogue.items.values():
        words = [word for word in (*item.words, item.zh) if word and word in text]
        score = _WORD * sum(len(word) for word in words) + text_similarity(text, item.zh)
        if score > 0.1:
            found.append(Suggestion(item.code, item.affair, item.zh, item.en, round(score, 3)))
    return sorted(found, key=lambda one: (-one.score, one.item_code))[:limit]
