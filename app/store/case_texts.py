"""What events of a place are about, in their own words: titles and contents, never those of confidential cases."""

from datetime import datetime

from app.store.transaction import Transaction

_TEXTS = """
    select coalesce(record ->> 'title', '') || chr(10) || coalesce(record ->> 'content', '') from cases
    where {place} = %(place)s and opened_at >= %(since)s and opened_at < %(until)s
        and not confidential and process = 'event_lifecycle' and close_reason <> 'duplicate'
    order by opened_at desc, id desc limit %(limit)s"""


class CaseTexts:
    """The texts of events."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def of_county(self, county: str, *, since: datetime, until: datetime, limit: int) -> tuple[str, ...]:
        """Read the texts of the events of a county that began in a span of time, the newest first."""
        sql = _TEXTS.format(place="unit_county")
        return tuple(str(row[0]) for row in self._tx.rows(
            sql, {"place": county, "since": since, "until": until, "limit": limit}))  # fmt: skip
