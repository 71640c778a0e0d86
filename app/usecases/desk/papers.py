"""Documents of a case: which there are, whether one may issue them, and what has been issued; shared by their verbs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from app.domain.actor import Actor
from app.domain.city_files import load_roles
from app.domain.document_files import load_documents
from app.domain.documents import Sheet, Template, fill, lacking
from app.domain.errors import Conflict, Forbidden, NotFound
from app.domain.facts import Fact
from app.domain.records import StoredCase
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.paper_values import case_number, known_values, seat_among

ISSUED = "DocumentIssued"


class NoSuchDocument(NotFound):
    """There is no such document for this case."""

    slug = "no-such-document"


class DocumentNotReady(Conflict):
    """Something that the document must say is not known yet."""

    slug = "document-not-ready"


@dataclass(frozen=True)
class Paper:
    """A document that has been issued."""

    seq: int
    number: str
    sheet: Sheet
    at: datetime
    issued_by: str
    attachment_id: UUID
    #: hexadecimal, of the PDF
    sha256: str


@dataclass(frozen=True)
class Prepared:
    """A document as it would be issued now."""

    template: Template
    sheet: Sheet
    number: str
    seat: tuple[str, str]


def paper_of(fact: Fact) -> Paper:
    """Read an issued document from its fact."""
    body = fact.content
    return Paper(fact.seq, body["number"], Sheet.of(body["sheet"]), fact.at, fact.actor_name,
                 UUID(body["attachment"]), body["sha256"])  # fmt: skip


def issued(uow: UnitOfWork, case_id: UUID) -> list[Paper]:
    """List what has been issued for a case, the newest first."""
    return [paper_of(fact) for fact in reversed(uow.facts.of_kinds(case_id, [ISSUED]))]


def belongs(template: Template, case: StoredCase) -> bool:
    """Say whether a template is meant for such a case."""
    return not template.processes or case.process in template.processes


@lru_cache(maxsize=8)
def _templates(folder: Path) -> Mapping[str, Template]:
    return load_documents(folder / "documents", load_roles(folder))


def templates(tools: Tools) -> Mapping[str, Template]:
    """Give every template of the city, {key: template}; read once."""
    return _templates(tools.city.folder)


def find_template(tools: Tools, case: StoredCase, key: str) -> Template:
    """Find a template that belongs to a case.

    Raises:
        NoSuchDocument.
    """
    template = templates(tools).get(key)
    if template is None or not belongs(template, case):
        raise NoSuchDocument
    return template


def prepare(
    tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase, key: str, at: datetime, language: str
) -> Prepared:
    """Fill a document with what is known now.

    Raises:
        NoSuchDocument; Forbidden: none of his roles issues it; DocumentNotReady: it says what to wait for.
    """
    template = find_template(tools, case, key)
    seat = seat_among(actor, template.roles, case)
    if seat is None:
        raise Forbidden()
    values = known_values(tools, uow, actor, case, seat[1], at, language)
    if lacking(template, values):
        raise DocumentNotReady(template.missing[language])
    return Prepared(template, fill(template, values, language), _number(uow, case, template), seat)


def _number(uow: UnitOfWork, case: StoredCase, template: Template) -> str:
    nth = 1 + sum(paper.sheet.key == template.key for paper in issued(uow, case.id))
    return template.number(case_number(case), nth)
