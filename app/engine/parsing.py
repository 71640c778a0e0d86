"""From BPMN text to the library's specs, in our vocabulary."""

from typing import Any

from lxml import etree
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from app.domain.errors import InvalidDiagram
from app.engine import patches  # noqa: F401 - the repairs must be in place before any spec exists
from app.engine.parsing_elements import CLASSES
from app.engine.parsing_processes import Process, ProcessReader
from app.engine.reading import normalise, read_xml


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
    read = normalise(read_xml(content), key)
    if read.findings:
        first = read.findings[0]
        raise InvalidDiagram(f"{first.element}: {first.message_en}", rule=first.rule, findings=read.findings)
    parser = VocabularyParser()
    try:
        parser.add_bpmn_xml(read.root, filename=key)
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
