"""The operation that suggests what is known about a question: articles of a register."""

from typing import Any
from uuid import UUID

from app.domain.similarity import share_found, text_similarity
from app.engine.world import Call, OperationResult
from app.schemas.register_rows import read_where
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: the register whose rows are the articles: `code`, `title`, `text`, `item`, `valid_until`
REGISTER = "knowledge_articles"
#: articles that are shown at most, and that are compared at most: those on the same item first, then the newest
_TOP, _COMPARED = 3, 500


def knowledge_find(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Find articles that are valid today, the nearest text first: {articles: [{id, title, valid_until, match}]}.

    `match` is how much of an article's title stands in the question, 0 for one on another item: 1 is all of it.
    """
    text, item = str(call.params.get("text") or ""), call.params.get("item_code")
    scored: list[tuple[float, str, dict[str, Any]]] = []
    for article in _valid(tools, uow, call, item):
        likeness = text_similarity(text, f"{article['title']}{article['text']}")
        score = likeness + (1.0 if item == article["item"] else 0.0)
        if score > 0.05:
            found = {"id": article["code"], "title": article["title"], "valid_until": article["valid_until"],
                     "match": round(share_found(article["title"], text), 2) if item == article["item"] else 0}
            scored.append((-score, article["code"], found))
    return OperationResult({"articles": [found for _, _, found in sorted(scored, key=lambda one: one[:2])[:_TOP]]})


def _valid(tools: Tools, uow: UnitOfWork, call: Call, item: Any) -> list[dict[str, Any]]:
    register = tools.city.registers.get(REGISTER)
    if register is None:
        return []
    valid = {"valid_until_from": tools.city.calendar.local(call.at).date().isoformat()}
    rows: dict[UUID, dict[str, Any]] = {}
    for where in ([{**valid, "item": item}] if isinstance(item, str) and item else []) + [valid]:
        page = uow.registers.find(register, read_where(register, where), sort=(None, True), limit=_COMPARED)
        rows.update((row.id, dict(row.data)) for row in page.rows)
    return list(rows.values())
