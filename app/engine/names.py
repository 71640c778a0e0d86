"""What the elements of a diagram are called."""

from app.engine.reading import BPMN, SPIFF, prepare, read_xml
from app.engine.reading.processes import choose, title_of

_ENGLISH = f"{{{BPMN}}}extensionElements/{{{SPIFF}}}properties/{{{SPIFF}}}property[@name='name_en']"
_ABOUT_ENGLISH = _ENGLISH.replace("name_en", "documentation_en")
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


def process_name(content: bytes, key: str) -> tuple[str, str]:
    """Return the name of the process that a key means, or that of its pool, and its English name.

    Raises:
        InvalidDiagram: the file is no XML.
    """
    root = read_xml(content)
    process = choose(root, key)
    if process is None:
        return "", ""
    english = process.find(_ENGLISH)
    return title_of(root, process), "" if english is None else english.get("value", "")


def process_about(content: bytes, key: str) -> tuple[str, str]:
    """Return what a process says that it is for, and the same in English; each empty where it says nothing.

    Raises:
        InvalidDiagram: the file is no XML.
    """
    process = choose(read_xml(content), key)
    if process is None:
        return "", ""
    said = (process.findtext(f"{{{BPMN}}}documentation") or "").strip()
    english = process.find(_ABOUT_ENGLISH)
    return said, "" if english is None else english.get("value", "").strip()


def element_names(content: bytes, key: str = "") -> dict[str, tuple[str, str]]:
    """List the names of all elements of a published diagram.

    Args:
        key: of the process that is meant; then its elements without an id have their derived ones.

    Returns:
        {element id: (name, English name)}; the English name is empty where the diagram gives none. Events and
        gateways that have no name at all go by their kind.

    Raises:
        InvalidDiagram: the file is no XML.
    """
    names: dict[str, tuple[str, str]] = {}
    root = read_xml(content)
    for element in (prepare(root, key).root if key else root).iter(f"{{{BPMN}}}*"):
        own = element.get("id")
        if own:
            english = element.find(_ENGLISH)
            name, in_english = element.get("name", ""), "" if english is None else english.get("value", "")
            kind = str(element.tag).rpartition("}")[2]
            names[own] = _KINDS.get(kind, ("", "")) if not name else (name, in_english)
    return names
