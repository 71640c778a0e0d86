"""Keep a diagram as a draft while it is being drawn."""

from app.domain.actor import Actor
from app.domain.definition_files import read_name
from app.domain.errors import Invalid
from app.domain.records_traffic import NewDefinition
from app.engine.reading import read_xml
from app.usecases import Tools
from app.usecases.studio.deployment import label, require_designer

_LONGEST_MESSAGE = 1000


def keep_draft(tools: Tools, *, actor: Actor, key: str, content: bytes, message: str = "") -> int:
    """Keep a diagram as it is, finished or not.

    Args:
        actor: a designer.
        key: of the process.
        message: what is still to be done; may be empty.

    Returns:
        The number of the draft among the versions.

    Writes:
        one draft.

    Raises:
        Forbidden: no designer; Invalid: no such key; InvalidDiagram: no XML.
    """
    require_designer(actor)
    if len(message) > _LONGEST_MESSAGE:
        raise Invalid(errors={"message": [f"at most {_LONGEST_MESSAGE} characters"]})
    file = read_name(f"{key}.bpmn", content)
    read_xml(content)
    name, name_en = label(file)
    with tools.store.unit_of_work() as uow:
        before = uow.definitions.versions(file.kind, file.key)
        new = NewDefinition(
            kind=file.kind, key=file.key, sha256=file.sha256, content=content, name=name, name_en=name_en,
            pack=before[0].pack if before else "", author=actor.username, message=message.strip(),
        )  # fmt: skip
        row = uow.definitions.propose(new, tools.clock.now(), draft=True)
        uow.commit()
    return row.number
