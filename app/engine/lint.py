"""What the server refuses in a diagram; every rule is named in bpmn/README.md."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from app.domain.errors import InvalidDiagram
from app.domain.findings import Finding
from app.engine.decisions import DecisionModel, load_dmn
from app.engine.lint_rules import RULES
from app.engine.parsing import BPMN, parse_specs, read_xml


@dataclass(frozen=True)
class Surroundings:
    """What a diagram may refer to."""

    forms: Collection[str]
    decisions: Collection[str]
    roles: Collection[str]
    processes: Collection[str]
    #: the table of limits, None where it is not known
    sla: DecisionModel | None = None


def lint_process(
    content: bytes,
    *,
    file: str,
    forms: Mapping[str, bytes] | Collection[str],
    decisions: Mapping[str, bytes],
    roles: Collection[str],
    processes: Collection[str],
) -> list[Finding]:
    """Check one BPMN file against the vocabulary.

    Args:
        file: the file's name, `<process>.bpmn`; its stem must be the id of the process.
        forms: keys of the forms that exist.
        decisions: {key: DMN file} of the tables that exist.
        roles: role codes.
        processes: keys of the processes that may be called.

    Returns:
        Findings, errors first; no error means that the diagram runs as drawn.
    """
    key = file.rpartition("/")[2].removesuffix(".bpmn")
    try:
        root = read_xml(content)
    except InvalidDiagram as broken:
        return [Finding("error", "", "xml", broken.message, broken.message)]
    around = Surroundings(forms, decisions, roles, {*processes, key}, _sla(decisions))
    findings = list(_process_id(root, key))
    if findings:
        return findings
    for rule in RULES:
        findings.extend(rule(root, around))
    if not any(one.severity == "error" for one in findings):
        findings.extend(_parsed(content, key))
    return sorted(findings, key=lambda one: (one.severity != "error", one.element, one.rule))


def _sla(decisions: Mapping[str, bytes]) -> DecisionModel | None:
    try:
        return load_dmn(decisions["sla"]) if "sla" in decisions else None
    except Exception:  # a broken table is reported where the table itself is checked
        return None


def _process_id(root: etree._Element, key: str) -> Iterator[Finding]:
    if root.tag != f"{{{BPMN}}}definitions":
        yield Finding("error", "", "xml", "文件不是 BPMN 2.0 定义。", "The file is not a BPMN 2.0 definition.")
        return
    runs = [one for one in root.findall(f"{{{BPMN}}}process") if one.get("isExecutable", "false") == "true"]
    if [one.get("id") for one in runs] != [key]:
        found = "、".join(one.get("id", "?") for one in runs) or "无"
        yield Finding(
            "error", runs[0].get("id", "") if runs else "", "process-id",
            f"文件须恰有一个可执行流程,且其 id 为 {key};现为:{found}。",
            f"The file must hold exactly one executable process with the id {key}; it holds: {found}.",
        )


def _parsed(content: bytes, key: str) -> Iterator[Finding]:
    """The last word has the parser that will run it."""
    try:
        parse_specs(content, key)
    except InvalidDiagram as broken:
        yield Finding("error", "", "element", f"引擎无法执行:{broken.message}", broken.message)
