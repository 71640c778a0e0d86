"""Change cells of a decision table."""

from collections.abc import Mapping

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.engine.dmn.sheet import Place, rewritten
from app.engine.dmn.xml import Unreadable
from app.usecases import Tools
from app.usecases.studio.deployment import require_designer
from app.usecases.studio.propose_version import Proposed, propose_version
from app.usecases.studio.read_definition import read_definition


def revise_table(
    tools: Tools, *, actor: Actor, key: str, number: int, cells: Mapping[Place, str], message: str
) -> Proposed:
    """Write other texts into some cells of a table and propose what comes of it.

    Args:
        actor: a designer; somebody else will have to approve.
        number: version that he started from.
        cells: what stands where; the others stay as they are.
        message: what changes and why.

    Writes:
        one proposed version.

    Raises:
        Forbidden: no designer.
        DefinitionNotFound: no such table or version.
        Invalid: the version has no such cell.
        InvalidDiagram: with `findings`; nothing was kept.
        NothingNew: it would be the same table.
    """
    require_designer(actor)
    view = read_definition(tools, actor=actor, kind="decision", key=key, number=number)
    try:
        content = rewritten(view.content, cells)
    except (KeyError, Unreadable) as cause:
        raise Invalid(errors={"cells": ["the version has no such cell"]}) from cause
    except ValueError as cause:
        raise Invalid(errors={"cells": ["characters that no XML file may have"]}) from cause
    return propose_version(tools, actor=actor, files=[(f"{key}.dmn", content)], message=message)
