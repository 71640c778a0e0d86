"""Take reports in bulk."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal

from app.domain.actor import Actor
from app.domain.errors import Conflict, Fault, Forbidden, Invalid, StoreUnavailable
from app.domain.imports import ImportMapping, Refusal, convert
from app.usecases import Tools
from app.usecases.intake.submit_report import submit_report

Row = tuple[int, Mapping[str, Any]]
Outcome = Literal["accepted", "known", "refused"]


@dataclass(frozen=True)
class RefusedRow:
    """A row that became no case."""

    #: number of the line in the file, from 1
    line: int
    #: the source's own number of it, as far as there is one
    id: str
    reason: str
    reason_en: str


@dataclass(frozen=True)
class ImportSummary:
    """What became of the rows."""

    #: new cases
    accepted: int
    #: cases that an earlier import had opened
    known: int
    refused: tuple[RefusedRow, ...]
    seconds: float

    @property
    def per_second(self) -> float:
        """Rows per second."""
        rows = self.accepted + self.known + len(self.refused)
        return rows / self.seconds if self.seconds else 0.0


def import_reports(
    tools: Tools,
    *,
    actor: Actor,
    mapping: ImportMapping,
    rows: Iterable[Row],
    on_row: Callable[[Outcome], None] = lambda _: None,
) -> ImportSummary:
    """Open a case for each row of another city's table, each in its own transaction.

    A row is accepted at the moment that it names, so limits run from then. A row that an earlier import took is
    left alone: a broken import is simply started again.

    Args:
        actor: the machine.
        mapping: which column means what.
        rows: (line, {column: text}); values are foreign and may be anything.
        on_row: told about each row as it is done.

    Returns:
        Counts, and why each refused row was refused.

    Writes:
        as `submit_report`, once per row.

    Raises:
        Forbidden: a server whose clock cannot be moved: its cases begin when they come in.
        StoreUnavailable: the database went away; what was taken until then is kept.
    """
    if not tools.clock.movable:
        raise Forbidden("Reports of the past are taken only by demo and test servers, whose clock can be moved.")
    if not actor.machine:
        raise Forbidden("Imports are made by the machine.")
    begun, counts, refused = monotonic(), {"accepted": 0, "known": 0}, []
    for line, row in rows:
        found = _take(tools, actor, mapping, line, row)
        if isinstance(found, RefusedRow):
            refused.append(found)
            on_row("refused")
        else:
            counts[found] += 1
            on_row(found)
    return ImportSummary(counts["accepted"], counts["known"], tuple(refused), monotonic() - begun)


def _take(
    tools: Tools, actor: Actor, mapping: ImportMapping, line: int, row: Mapping[str, Any]
) -> Literal["accepted", "known"] | RefusedRow:
    """Open the case of one row, or say why not; one bad row never stops the others."""
    draft = convert(row, mapping)
    source_id = str(row.get(mapping.id_column) or "")[:120]
    if isinstance(draft, Refusal):
        return RefusedRow(line, source_id, draft.text("zh"), draft.text("en"))
    try:
        done = submit_report(tools, actor=actor, report=draft.as_dict(), at=draft.reported_at)
    except StoreUnavailable:
        raise
    except (Invalid, Conflict, Fault) as cause:
        said = f"{cause.message} {getattr(cause, 'errors', '') or ''}".strip()
        return RefusedRow(line, source_id, said, said)
    return "accepted" if done.created else "known"
