"""Attachments: what is known of a file; the bytes lie elsewhere."""

from collections.abc import Mapping
from dataclasses import fields
from uuid import UUID

from app.domain.errors import NotFound
from app.domain.ids import county_of
from app.domain.records_traffic import AttachmentRow
from app.store.transaction import Transaction, columns

_NAMES = [field.name for field in fields(AttachmentRow)]
ADD = f"""insert into attachments ({", ".join(_NAMES)}) values ({", ".join(f"%({n})s" for n in _NAMES)})"""
READ = f"select {columns(AttachmentRow)} from attachments"

_OF_CASE = "where county = %(county)s and case_id = %(id)s"
#: who added the files of a case; only accounts have a name here. Each is found by its key: an account's county stands
#: in its id (`app.domain.ids`), where the fourth group of digits is
UPLOADERS = f"""
select u.id, p.name from (
    select distinct uploaded_by as id from attachments {_OF_CASE}
        and uploaded_by ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'
) u join people p on p.county = (('x' || substr(u.id, 20, 4))::bit(16)::int & 16383) and p.id = u.id::uuid"""


def read_attachment(row: object) -> AttachmentRow:
    """Make an attachment of a row of `READ`."""
    return AttachmentRow(**dict(zip(_NAMES, row, strict=True)))  # type: ignore[call-overload]


class Attachments:
    """Files of all cases."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(self, attachment: AttachmentRow) -> None:
        """Keep what is known of a file; it is written with the commit."""
        self._tx.write_last(ADD, vars(attachment))

    def find(self, attachment_id: UUID) -> AttachmentRow | None:
        """Read one, or None."""
        row = self._tx.first(f"{READ} where id = %(id)s", {"id": attachment_id})
        return read_attachment(row) if row else None

    def get(self, attachment_id: UUID) -> AttachmentRow:
        """Read one.

        Raises:
            NotFound: there is none.
        """
        found = self.find(attachment_id)
        if found is None:
            raise NotFound("There is no such file.")
        return found

    def of_case(self, case_id: UUID) -> tuple[AttachmentRow, ...]:
        """List the files of a case, the oldest first."""
        key = {"county": county_of(case_id), "id": case_id}
        rows = self._tx.rows(f"{READ} {_OF_CASE} order by uploaded_at, id", key)
        return tuple(map(read_attachment, rows))

    def uploaders(self, case_id: UUID) -> dict[str, str]:
        """Read who added the files of a case, {id: name}; citizens without an account and programs are left out."""
        return dict(self._tx.rows(UPLOADERS, {"county": county_of(case_id), "id": case_id}))

    def many(self, ids: list[UUID]) -> tuple[AttachmentRow, ...]:
        """Read several; unknown ones are left out."""
        rows = self._tx.rows(f"{READ} where id = any(%(ids)s) order by id", {"ids": ids})
        return tuple(map(read_attachment, rows))

    def adopt(self, ids: Mapping[UUID, UUID], case_id: UUID, *, uploaded_by: str, kept_as: str | None = None) -> int:
        """Bring files that were uploaded before their case existed to the case, under ids of its county.

        Args:
            ids: {id under which the file was uploaded: id that it gets}.
            uploaded_by: only files of this uploader; empty for citizens without account.
            kept_as: who is named as their uploader from now on; None leaves the name.

        Returns:
            How many were found.
        """
        return self._tx.write(
            "update attachments a set county = %(county)s, id = m.new, case_id = %(case)s, uploaded_by = %(as)s"
            " from unnest(%(counties)s::smallint[], %(olds)s::uuid[], %(news)s::uuid[]) m (county, old, new)"
            " where a.county = m.county and a.id = m.old and a.case_id is null and a.uploaded_by = %(by)s",
            {
                "county": county_of(case_id), "case": case_id, "counties": [county_of(old) for old in ids],
                "olds": list(ids), "news": list(ids.values()), "by": uploaded_by,
                "as": uploaded_by if kept_as is None else kept_as,
            },
        )  # fmt: skip
