"""What the elements of a diagram are called."""

from app.engine.parsing import BPMN, SPIFF, read_xml


def element_names(content: bytes) -> dict[str, tuple[str, str]]:
    """List the names of all elements of a published diagram.

    Returns:
        {element id: (name, English name)}; the English name is empty where the diagram gives none.

    Raises:
        InvalidDiagram: the file is no XML.
    """
    names: dict[str, tuple[str, str]] = {}
    for element in read_xml(content).iter(f"{{{BPMN}}}*"):
        key = element.get("id")
        if key:
            path = f"{{{BPMN}}}extensionElements/{{{SPIFF}}}properties/{{{SPIFF}}}property[@name='name_en']"
            english = element.find(path)
            names[key] = (element.get("name", ""), "" if english is None else english.get("value", ""))
    return names
