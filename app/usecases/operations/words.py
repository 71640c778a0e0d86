"""The operation that says what the events of a county speak of."""

from datetime import date, datetime, time
from uuid import UUID

from app.domain.errors import StepFailed
from app.domain.hot_words import dictionary_of, hot_words
from app.engine.world import Call, OperationResult
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: events of a quarter that are read, the newest; and words that are listed at most
READ, MOST = 10_000, 50


def events_words(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Rank the words of a county's events from one day to before another, against as long a time before: {rows}.

    Raises:
        StepFailed: days that are none, or in the wrong order.
    """
    zone = tools.city.calendar.zone
    try:
        since, until = (datetime.combine(date.fromisoformat(str(call.params[name])), time(), zone)
                        for name in ("from", "until"))
    except ValueError as no:
        raise StepFailed(f"events.words: {no}") from no
    if since >= until:
        raise StepFailed("events.words: the span ends before it begins.")
    county = str(call.params["place"])
    now = uow.texts.of_county(county, since=since, until=until, limit=READ)
    before = uow.texts.of_county(county, since=since - (until - since), until=since, limit=READ)
    names = (item.zh for item in tools.city.catalogue.items.values())
    return OperationResult({"rows": hot_words(now, before, dictionary_of(names), most=MOST), "events": len(now)})
