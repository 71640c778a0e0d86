"""Begin a diagram that is not there yet."""

from xml.sax.saxutils import quoteattr

from app.domain.actor import Actor
from app.domain.definition_files import read_name
from app.domain.errors import Conflict
from app.domain.records_traffic import NewDefinition
from app.usecases import Tools
from app.usecases.studio.deployment import require_designer

#: a start alone: whoever draws goes on from it
_BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  id="Definitions_{key}" targetNamespace="urn:yongzhi">
  <bpmn:process id="{key}" name={name} isExecutable="true">
    <bpmn:startEvent id="begin" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="Diagram_{key}">
    <bpmndi:BPMNPlane id="Plane_{key}" bpmnElement="{key}">
      <bpmndi:BPMNShape id="begin_shape" bpmnElement="begin">
        <dc:Bounds x="180" y="160" width="36" height="36" />
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


class DiagramExists(Conflict):
    """There is a process of this key already; open it in the studio, or choose another key."""

    slug = "diagram-exists"


def begin_diagram(tools: Tools, *, actor: Actor, key: str, name: str) -> int:
    """Keep a diagram with nothing but a start as a draft.

    Args:
        actor: a designer.
        key: of the process: small letters, digits and underscores.
        name: of the process, as people will read it.

    Returns:
        The number of the draft.

    Writes:
        one draft.

    Raises:
        Forbidden: no designer; Invalid: no such key; DiagramExists.
    """
    require_designer(actor)
    # a key is no path: read_name would take what stands before a stroke for the pack
    file = read_name(f"{key.replace('/', ' ')}.bpmn", _BLANK.format(key=key, name=quoteattr(name)).encode())
    with tools.store.unit_of_work() as uow:
        if uow.definitions.versions(file.kind, file.key):
            raise DiagramExists
        new = NewDefinition(
            kind=file.kind, key=file.key, sha256=file.sha256, content=file.content, name=name, name_en="", pack="",
            author=actor.username, message="",
        )  # fmt: skip
        row = uow.definitions.propose(new, tools.clock.now(), draft=True)
        # whoever began it at the same moment was not to be seen above
        if row.number != 1:
            raise DiagramExists
        uow.commit()
    return row.number
