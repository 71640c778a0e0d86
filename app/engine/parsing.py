"""From BPMN text to the library's specs, in our vocabulary."""

from typing import Any

from lxml import etree
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from app.domain.errors import InvalidDiagram
from app.engine import patches  # noqa: F401 - the repairs must be in place before any spec exists
from app.engine.parsing_elements import CLASSES
from app.engine.parsing_processes import Process, ProcessReader
from app.engine.triggers import BPMN

#: bytes; larger files are refused before they are parsed
MAX_SIZE = 2_000_000
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"


def read_xml(content: bytes) -> etree._Element:
    """Parse hostile XML.

    Raises:
        InvalidDiagram: too large, not well-formed, or with a document type (entities).
    """
    if len(content) > MAX_SIZE:
        raise InvalidDiagram("The file is larger than 2 MB.", rule="xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as cause:
        raise InvalidDiagram(f"The file is not well-formed XML: {cause}", rule="xml") from cause
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidDiagram("A document type declaration is not accepted.", rule="xml")
    return root


class VocabularyParser(SpiffBpmnParser):  # type: ignore[misc]
    """The library's parser with our classes."""

    PARSER_CLASSES: dict[str, Any] = {}
    OVERRIDE_PARSER_CLASSES = CLASSES
    PROCESS_PARSER_CLASS = ProcessReader

    def _find_dependencies(self, process: etree._Element) -> None:
        """Name no files: called processes and decisions are bound when they are called."""

    def _add_data_stores(self, bpmn: etree._Element) -> None:
        """Leave data stores to the people who look at the diagram."""


def parse_specs(content: bytes, key: str) -> tuple[Process, dict[str, Process]]:
    """Parse one file into the spec of its process and those of its sub-processes.

    Raises:
        InvalidDiagram: no spec can be made of it.
    """
    root = read_xml(content)
    parser = VocabularyParser()
    try:
        parser.add_bpmn_xml(root, filename=key)
        spec = parser.get_spec(key)
        embedded: dict[str, Process] = {}
        pending = [spec]
        while pending:
            for element in pending.pop().elements:
                if element.name in parser.process_parsers and element.name not in embedded:
                    embedded[element.name] = parser.get_spec(element.name)
                    pending.append(embedded[element.name])
    except InvalidDiagram:
        raise
    except Exception as cause:  # the parser raises whatever a broken file makes it raise
        raise InvalidDiagram(f"{key}: {cause}", rule="element") from cause
    return spec, embedded
