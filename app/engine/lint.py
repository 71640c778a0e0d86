"""What the server refuses in a diagram; every rule is named in bpmn/README.md."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from app.domain.errors import InvalidDiagram
from app.domain.findings import Finding, ImportNote
from app.engine.decisions import DecisionModel, load_dmn
from app.engine.lint_events import EVENT_RULES
from app.engine.lint_flows import FLOWS, message_flows
from app.engine.lint_registers import REGISTER_RULES
from app.engine.lint_rules import RULES
from app.engine.lint_starts import START_RULES
from app.engine.lint_words import error
from app.engine.parsing import parse_specs
from app.engine.reading import normalise, prepare, process_keys
from app.engine.reading.processes import choose, is_executable
from app.engine.reading.words import CHOREOGRAPHY
from app.engine.reading.xml import Element, children, every, q, read_xml
from app.engine.vocabulary import Operation

#: findings that are shown; the rest is more of the same
_MOST_FINDINGS = 500


@dataclass(frozen=True)
class Surroundings:
    """What a diagram may refer to."""

    forms: Collection[str]
    decisions: Collection[str]
    roles: Collection[str]
    processes: Collection[str]
    #: the table of limits, None where it is not known
    sla: DecisionModel | None = None
    #: operations that are performed outside, beside those of the vocabulary
    operations: Mapping[str, Operation] = field(default_factory=dict)
    #: {register: names of its fields}, None where they are not known
    registers: Mapping[str, Collection[str]] | None = None
    #: {register: what is wrong with its declaration}
    wrong_registers: Mapping[str, Sequence[str]] = field(default_factory=dict)


def lint_process(
    content: bytes,
    *,
    file: str,
    forms: Mapping[str, bytes] | Collection[str],
    decisions: Mapping[str, bytes],
    roles: Collection[str],
    processes: Collection[str],
    operations: Mapping[str, Operation] | None = None,
    registers: Mapping[str, Collection[str]] | None = None,
    wrong_registers: Mapping[str, Sequence[str]] | None = None,
) -> list[Finding]:
    """Check one BPMN file against the standard and the vocabulary.

    Args:
        file: the file's name, `<process>.bpmn`; its stem is the key of the process.
        forms: keys of the forms that exist.
        decisions: {key: DMN file} of the tables that exist.
        roles: role codes.
        processes: keys of the processes that may be called.
        operations: parameters of the operations that are performed outside.
        registers: names of the fields of every register, where they are known.
        wrong_registers: what is wrong with the declarations that cannot be used.

    Returns:
        Findings, errors first; no error means that the diagram runs as drawn.
    """
    key = key_of_file(file)
    try:
        root = read_xml(content)
    except InvalidDiagram as broken:
        rule = broken.attributes.get("rule", "xml")
        return [Finding("error", "", rule, f"文件不能读取:{broken.message}", broken.message)]
    around = Surroundings(forms, decisions, roles, {*processes, key}, _sla(decisions), operations or {}, registers,
                          wrong_registers or {})  # fmt: skip
    findings = list(_checked(root, key, around))
    if not any(one.severity == "error" for one in findings):
        findings.extend(_parsed(content, key))
    own = _own_id(root, key)
    unique = dict.fromkeys(replace(one, element=own) if one.element == key else one for one in findings)
    return sorted(list(unique)[:_MOST_FINDINGS], key=lambda one: (one.severity != "error", one.element, one.rule))


def key_of_file(file: str) -> str:
    """Return the key that a file's name gives to its process."""
    return file.rpartition("/")[2].removesuffix(".bpmn")


def import_notes(content: bytes, key: str) -> tuple[ImportNote, ...]:
    """Say what became of everything that another tool wrote into a diagram.

    Raises:
        InvalidDiagram: the file is no XML.
    """
    root = read_xml(content)
    read = prepare(root, key)
    notes = normalise(root, key).reports if read.process is not None else read.reports
    own = _own_id(root, key)
    return tuple(replace(one, element=own) if one.element == key else one for one in notes)


def _own_id(root: Element, key: str) -> str:
    """Return the id that the process of a key has in its file."""
    process = choose(root, key)
    return key if process is None else process.get("id") or key


def executable_keys(content: bytes) -> list[str]:
    """List the keys of the processes of a file, those that may run first.

    Raises:
        InvalidDiagram: the file is no XML.
    """
    return process_keys(read_xml(content))


def _sla(decisions: Mapping[str, bytes]) -> DecisionModel | None:
    return _limits(decisions["sla"]) if "sla" in decisions else None


@lru_cache(maxsize=2)
def _limits(table: bytes) -> DecisionModel | None:
    """Read the table of limits; a whole city's diagrams are checked against the same one."""
    try:
        return load_dmn(table)
    except Exception:  # a broken table is reported where the table itself is checked
        return None


def _checked(root: Element, key: str, around: Surroundings) -> Iterator[Finding]:
    if root.tag != q("definitions") and not str(root.tag).endswith("}definitions"):
        yield Finding("error", "", "xml", "文件不是 BPMN 2.0 定义。", "The file is not a BPMN 2.0 definition.")
        return
    read = prepare(root, key)
    yield from message_flows(root, around)
    if read.process is None:
        yield from _no_process(root, key)
        return
    if read.process.get("isExecutable") == "false":
        yield error(read.process, "executable", "流程标为不可执行(isExecutable=false),只是图。",
                    "The process is marked as not executable (isExecutable=false); it is a drawing.")
    yield from read.findings
    for rule in (*FLOWS, *EVENT_RULES, *RULES, *START_RULES, *REGISTER_RULES):
        yield from rule(read.root, around)


def _no_process(root: Element, key: str) -> Iterator[Finding]:
    """Say why nothing in a file could be meant by a key."""
    found = children(root, "process")
    if found:
        names = "、".join(f"{one.get('id', '?')}{'' if is_executable(one) else '(不可执行)'}" for one in found)
        english = ", ".join(one.get("id", "?") for one in found)
        yield Finding("error", "", "process-id", f"文件中没有 id 为 {key} 的流程,而有多个:{names}。",
                      f"No process of the file has the id {key}; there are several: {english}.")
    else:
        yield Finding("error", "", "process-id", "文件中没有流程。", "The file has no process.")
    for node in every(root, CHOREOGRAPHY):
        yield error(node, "element", "编排任务是参与方之间的约定,不能执行。",
                    "A choreography is a contract between partners and cannot be executed.")


def _parsed(content: bytes, key: str) -> Iterator[Finding]:
    """The last word has the parser that will run it; it may still complain about what reading alone does not see."""
    try:
        read = normalise(read_xml(content), key)
        yield from read.findings
        if not read.findings:
            parse_specs(content, key)
    except InvalidDiagram as broken:
        yield Finding("error", "", broken.attributes.get("rule") or "element", f"引擎无法执行:{broken.message}",
                      broken.message)
