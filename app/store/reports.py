"""Reports: what came in, word by word, once per source."""

from dataclasses import fields
from uuid import UUID

from app.domain.ids import county_of
from app.domain.records_traffic import ReportKey, ReportRow
from app.store.step_values import dumped
from app.store.transaction import Transaction, built, columns

_NAMES = [field.name for field in fields(ReportRow)]
ADD = f"""insert into reports ({", ".join(_NAMES)}) values ({", ".join(f"%({n})s" for n in _NAMES)})"""
READ = f"select {columns(ReportRow, 'r')} from reports r"


def _report(row: object) -> ReportRow:
    return ReportRow(**dict(zip(_NAMES, row, strict=True)))  # type: ignore[call-overload]


class Reports:
    """Everything that was reported."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def reserve(
        self, channel: str, source_system: str, source_id: str, report_id: UUID, case_id: UUID
    ) -> ReportKey | None:
        """Reserve a source's own number for a report, before anything else is done with it.

        Two that come in at the same moment: the second one waits here until the first is committed.

        Returns:
            None if the number is new, or the report that came in under it before.
        """
        params = {
            "channel": channel, "system": source_system, "source": source_id, "county": county_of(case_id),
            "report": report_id, "case": case_id,
        }  # fmt: skip
        added = self._tx.written(
            "insert into report_keys (channel, source_system, source_id, county, report_id, case_id)"
            " values (%(channel)s, %(system)s, %(source)s, %(county)s, %(report)s, %(case)s)"
            " on conflict do nothing returning report_id",
            params,
        )
        if added is not None:
            return None
        row = self._tx.first(
            "select k.report_id, k.case_id, c.event_no from report_keys k"
            " left join cases c on c.county = k.county and c.id = k.case_id"
            " where k.channel = %(channel)s and k.source_system = %(system)s and k.source_id = %(source)s",
            params,
        )
        assert row is not None
        return built(ReportKey, row)

    def add(self, report: ReportRow) -> None:
        """Keep a report; its case is there already."""
        self._tx.write(ADD, vars(report) | {"details": dumped(dict(report.details))})

    def of_case(self, case_id: UUID) -> tuple[ReportRow, ...]:
        """List the reports of a case, the first one first."""
        where = "where r.county = %(county)s and r.case_id = %(id)s order by r.received_at, r.id"
        return tuple(map(_report, self._tx.rows(f"{READ} {where}", {"county": county_of(case_id), "id": case_id})))

    def by_tracking(self, tracking_hash: bytes) -> ReportRow | None:
        """Read the report that a tracking code belongs to."""
        row = self._tx.first(f"{READ} where r.tracking_hash = %(hash)s", {"hash": tracking_hash})
        return _report(row) if row else None

    def of_reporter(self, person_id: str, limit: int = 50) -> tuple[ReportRow, ...]:
        """List what a person with an account reported, the newest first."""
        where = "where r.reported_by = %(person)s and r.reported_by <> '' order by r.received_at desc, r.id desc"
        rows = self._tx.rows(f"{READ} {where} limit %(limit)s", {"person": person_id, "limit": limit})
        return tuple(map(_report, rows))

    def by_phone(self, phone_hash: bytes, limit: int = 20) -> tuple[ReportRow, ...]:
        """List the newest reports from one phone."""
        where = "where r.phone_hash = %(hash)s order by r.received_at desc, r.id desc limit %(limit)s"
        return tuple(map(_report, self._tx.rows(f"{READ} {where}", {"hash": phone_hash, "limit": limit})))
