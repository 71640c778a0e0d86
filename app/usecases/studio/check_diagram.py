"""Check a file before it is proposed."""

from app.domain.actor import Actor
from app.domain.definition_files import ENDINGS, read_name
from app.domain.errors import Invalid
from app.domain.findings import Finding
from app.usecases import Tools
from app.usecases.studio.carried_files import carrying_imports
from app.usecases.studio.deployment import Known, require_designer


def check_diagram(tools: Tools, *, actor: Actor, kind: str, key: str, content: bytes) -> list[Finding]:
    """Say what the server would find in a diagram, a table or a form; nothing is kept.

    Args:
        actor: a designer.
        kind: process, decision or form.
        key: under which it would be published.

    Returns:
        Findings against everything that is published now; empty if it could be proposed as it is.

    Raises:
        Invalid: another kind, or a key that no file could have.
    """
    require_designer(actor)
    endings = {value: ending for ending, value in ENDINGS.items()}
    if kind not in endings:
        raise Invalid(errors={"kind": [f"must be one of {', '.join(endings)}"]})
    file = read_name(f"{key}{endings[kind]}", content)
    with tools.store.unit_of_work() as uow:
        whole = carrying_imports(uow, [file])
        known = Known.of(tools, uow, whole)
    return [finding for one in whole for finding in known.findings(one)]
