"""What the elements of a diagram are called."""

from app.engine.reading import BPMN, SPIFF, read_xml

#: what an element without a name is called: by its kind
_KINDS = {
    "startEvent": ("开始", "Start"),
    "endEvent": ("结束", "End"),
    "exclusiveGateway": ("分支", "Choice"),
    "inclusiveGateway": ("多路分支", "Several ways"),
    "parallelGateway": ("并行", "Parallel"),
    "eventBasedGateway": ("等待", "Wait"),
    "boundaryEvent": ("边界事件", "Boundary event"),
    "intermediateCatchEvent": ("等待事件", "Awaited event"),
    "intermediateThrowEvent": ("发出事件", "Sent event"),
}


def element_names(content: bytes) -> dict[str, tuple[str, str]]:
    """List the names of all elements of a published diagram.

    Returns:
        {element id: (name, English name)}; the English name is empty where the diagram gives none. Events and
        gateways that have no name at all go by their kind.

    Raises:
        InvalidDiagram: the file is no XML.
    """
    names: dict[str, tuple[str, str]] = {}
    for element in read_xml(content).iter(f"{{{BPMN}}}*"):
        key = element.get("id")
        if key:
            path = f"{{{BPMN}}}extensionElements/{{{SPIFF}}}properties/{{{SPIFF}}}property[@name='name_en']"
            english = element.find(path)
            name, in_english = element.get("name", ""), "" if english is None else english.get("value", "")
            kind = str(element.tag).rpartition("}")[2]
            names[key] = _KINDS.get(kind, ("", "")) if not name else (name, in_english)
    return names
