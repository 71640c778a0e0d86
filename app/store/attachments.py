"""Attachments: what is known of a file; the bytes lie elsewhere."""

from dataclasses import fields
from uuid import UUID

from app.domain.errors import NotFound
from app.domain.ids import county_of
from app.domain.records_traffic import AttachmentRow
from app.store.transaction import Transaction, columns

_NAMES = [field.name for field in fields(AttachmentRow)]
ADD = f"""insert into attachments ({", ".join(_NAMES)}) values ({", ".join(f"%({n})s" for n in _NAMES)})"""
READ = f"select {columns(AttachmentRow)} from attachments"


def _attachment(row: object) -> AttachmentRow:
    return AttachmentRow(**dict(zip(_NAMES, row, strict=True)))  # type: ignore[call-overload]


class Attachments:
    """Files of all cases."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(self, attachment: AttachmentRow) -> None:
        """Keep what is known of a file."""
        self._tx.write(ADD, vars(attachment))

    def get(self, attachment_id: UUID) -> AttachmentRow:
        """Read one.

        Raises:
            NotFound: there is none.
        """
        where = "where county = %(county)s and id = %(id)s"
        row = self._tx.first(f"{READ} {where}", {"county": county_of(attachment_id), "id": attachment_id})
        if row is None:
            raise NotFound("There is no such file.")
        return _attachment(row)

    def of_case(self, case_id: UUID) -> tuple[AttachmentRow, ...]:
        """List the files of a case, the oldest first."""
        where = "where county = %(county)s and case_id = %(id)s order by uploaded_at, id"
        rows = self._tx.rows(f"{READ} {where}", {"county": county_of(case_id), "id": case_id})
        return tuple(map(_attachment, rows))

    def many(self, ids: list[UUID]) -> tuple[AttachmentRow, ...]:
        """Read several; unknown ones are left out."""
        where = "where (county, id) in (select * from unnest(%(counties)s::smallint[], %(ids)s::uuid[])) order by id"
        rows = self._tx.rows(f"{READ} {where}", {"counties": [county_of(i) for i in ids], "ids": ids})
        return tuple(map(_attachment, rows))

    def attach(self, ids: list[UUID], case_id: UUID, task_id: UUID | None = None) -> int:
        """Tie uploaded files to a case; return how many; a file that belongs to another case is left alone."""
        return self._tx.write(
            "update attachments set case_id = %(case)s, task_id = coalesce(%(task)s, task_id)"
            " where county = %(county)s and id = any(%(ids)s) and (case_id is null or case_id = %(case)s)",
            {"case": case_id, "task": task_id, "county": county_of(case_id), "ids": ids},
        )
