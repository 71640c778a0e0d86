"""Keep diagrams of other tools as drafts."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.records_traffic import NewDefinition
from app.usecases import Tools
from app.usecases.studio.deployment import (
    FileFinding,
    FileNote,
    Known,
    check_files,
    label,
    notes_on,
    require_designer,
)
from app.usecases.studio.foreign_files import read_foreign

_LONGEST_MESSAGE = 1000


@dataclass(frozen=True)
class Imported:
    """What was kept, and what is to be known before it is proposed."""

    #: (kind, key, number)
    drafts: tuple[tuple[str, str, int], ...]
    #: what would refuse it today
    findings: tuple[FileFinding, ...]
    #: what was converted, has no effect or was lost
    notes: tuple[FileNote, ...]


def import_diagrams(tools: Tools, *, actor: Actor, files: Sequence[tuple[str, bytes]], message: str = "") -> Imported:
    """Keep diagrams as drafts, whatever they hold: also drawings that nothing can execute.

    Args:
        actor: a designer.
        files: (name, content) as other tools export them.
        message: where they come from; may be empty.

    Returns:
        The drafts, every finding that refuses them, and what became of other tools' extensions.

    Writes:
        one draft per process that may run, or per file where none may; a draft that is there already stays.

    Raises:
        Forbidden: no designer.
        Invalid: a file that is no XML or too large; nothing was kept.
    """
    require_designer(actor)
    if len(message) > _LONGEST_MESSAGE:
        raise Invalid(errors={"message": [f"at most {_LONGEST_MESSAGE} characters"]})
    read = read_foreign(files)
    now = tools.clock.now()
    drafts = []
    with tools.store.unit_of_work() as uow:
        findings = check_files(Known.of(tools, uow, read), read)
        for file in read:
            name, name_en = label(file)
            before = uow.definitions.versions(file.kind, file.key)
            same = [one for one in before if one.state == "draft" and bytes(one.sha256) == file.sha256]
            if same:
                drafts.append((file.kind, file.key, same[0].number))
                continue
            new = NewDefinition(
                kind=file.kind, key=file.key, sha256=file.sha256, content=file.content, name=name, name_en=name_en,
                pack=before[0].pack if before else "", author=actor.username, message=message.strip(),
            )  # fmt: skip
            row = uow.definitions.propose(new, now, draft=True)
            drafts.append((row.kind, row.key, row.number))
        uow.commit()
    return Imported(tuple(drafts), findings, notes_on(read))
