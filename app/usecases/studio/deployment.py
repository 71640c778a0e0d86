"""Several files at once: what they may refer to, and what is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import orjson

from app.domain.actor import Actor
from app.domain.definition_files import MOST_FILES, DefinitionFile
from app.domain.errors import Forbidden, Invalid, InvalidDiagram
from app.domain.findings import Finding
from app.domain.register_files import read_registers
from app.engine import decisions, feel
from app.engine.dmn.english import english_name
from app.engine.lint import import_notes, lint_process
from app.engine.names import process_name
from app.engine.vocabulary import Operation
from app.schemas import forms
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.studio.foreign_files import read_named

DESIGNER = "process_designer"


@dataclass(frozen=True)
class FileFinding:
    """A finding with the file that it is about."""

    file: str
    severity: str
    element: str
    rule: str
    message: str
    message_en: str
    #: what the element is called in the diagram
    name: str = ""


@dataclass(frozen=True)
class FileNote(FileFinding):
    """What an import converted (severity converted), left without effect (kept) or could not keep (lost)."""


@dataclass(frozen=True)
class Known:
    """Everything that a file may refer to."""

    processes: frozenset[str]
    #: {key: file}
    decisions: Mapping[str, bytes]
    forms: frozenset[str]
    roles: frozenset[str]
    #: parameters of what other systems perform
    operations: Mapping[str, Operation]
    #: {register: names of its fields}
    registers: Mapping[str, frozenset[str]]
    #: {register: what is wrong with its declaration}
    wrong_registers: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, tools: Tools, uow: UnitOfWork, files: Iterable[DefinitionFile] = ()) -> "Known":
        """Take what is published, and above it the files of the same deployment."""
        keys: dict[str, set[str]] = {"process": set(), "decision": set(), "form": set()}
        tables: dict[str, bytes] = {}
        for kind, key in uow.definitions.current_numbers():
            keys[kind].add(key)
            if kind == "decision":
                tables[key] = uow.definitions.current(kind, key).content
        for file in files:
            keys[file.kind].add(file.key)
            if file.kind == "decision":
                tables[file.key] = file.content
        outside = {name: Operation(one.required, one.optional) for name, one in tools.city.connectors.items()}
        return cls(
            frozenset(keys["process"]), tables, frozenset(keys["form"]), frozenset(tools.city.roles), outside,
            {key: frozenset(one.name for one in register.fields) for key, register in tools.city.registers.items()},
            read_registers(tools.city.folder / "registers", tools.city.roles).wrong,
        )

    def findings(self, file: DefinitionFile) -> list[Finding]:
        """Check one file against all of this."""
        if file.kind == "process":
            return lint_process(
                file.content, file=file.name, forms=self.forms, decisions=self.decisions,
                roles=self.roles, processes=self.processes, operations=self.operations, registers=self.registers,
                wrong_registers=self.wrong_registers,
            )  # fmt: skip
        return _table_findings(file) if file.kind == "decision" else _form_findings(file.content)


def _table_findings(file: DefinitionFile) -> list[Finding]:
    found = []
    for one in decisions.findings(file.content):
        severity: Literal["error", "warning"] = "error" if one.severity == "error" else "warning"
        found.append(Finding(severity, one.element or "", "decision", str(one), str(one)))
    if any(one.severity == "error" for one in found):
        return found
    try:
        decisions.load_dmn(file.content).meant(file.key)
    except decisions.DecisionNotFound:
        zh, en = f"文件中没有 id 为 {file.key} 的决策。", f"The file has no decision with the id {file.key}."
        found.append(Finding("error", file.key, "decision-id", zh, en))
    return found


def _form_findings(content: bytes) -> list[Finding]:
    try:
        form = orjson.loads(content)
    except orjson.JSONDecodeError as cause:
        zh, en = f"文件不是有效的 JSON：{cause}", f"The file is not JSON: {cause}"
        return [Finding("error", "", "form", zh, en)]
    return forms.findings(form, expression_fault)


def expression_fault(expression: str) -> str | None:
    """Say what is wrong with an expression of a form."""
    try:
        feel.check(expression)
    except Invalid as fault:
        return str(fault)[:300]
    return None


def read_files(files: Sequence[tuple[str, bytes]]) -> list[DefinitionFile]:
    """Tell what each file is.

    Raises:
        Invalid: none, too many, one twice, or one with another name.
    """
    if not 0 < len(files) <= MOST_FILES:
        raise Invalid(f"A deployment has 1 to {MOST_FILES} files.", errors={"files": ["count"]})
    found: dict[tuple[str, str], DefinitionFile] = {}
    for file in (one for filename, content in files for one in read_named(filename, content)):
        if (file.kind, file.key) in found:
            raise Invalid(f"{file.name} is there twice.", errors={"files": [file.name]})
        found[file.kind, file.key] = file
    return list(found.values())


def check_files(known: Known, files: Iterable[DefinitionFile]) -> tuple[FileFinding, ...]:
    """Check every file of a deployment, errors first."""
    found = [
        FileFinding(file.name, one.severity, one.element, one.rule, one.message, one.message_en, one.name)
        for file in files
        for one in known.findings(file)
    ]
    return tuple(sorted(found, key=lambda one: one.severity != "error"))


def notes_on(files: Iterable[DefinitionFile]) -> tuple[FileNote, ...]:
    """Say what became of what other tools wrote into diagrams, losses first."""
    found = [
        FileNote(file.name, one.severity, one.element, one.rule, one.message, one.message_en, one.name)
        for file in files
        if file.kind == "process"
        for one in import_notes(file.content, file.key)
    ]
    return tuple(sorted(found, key=lambda one: ("lost", "converted", "kept").index(one.severity)))


def refuse_errors(findings: Sequence[FileFinding]) -> None:
    """Stop a deployment that has errors.

    Raises:
        InvalidDiagram: with one list of messages per file, and every finding.
    """
    errors: dict[str, list[str]] = {}
    for one in findings:
        if one.severity == "error":
            where = f"{one.element or '-'}{f'({one.name})' if one.name else ''}"
            errors.setdefault(one.file, []).append(f"{where} {one.rule}: {one.message}")
    if errors:
        raise InvalidDiagram(errors=errors, findings=list(findings))


def with_pack(file: DefinitionFile, current_pack: str) -> DefinitionFile:
    """Keep the pack that a definition has where the file does not name another."""
    return file if file.pack else replace(file, pack=current_pack)


def require_designer(actor: Actor) -> None:
    """Refuse everybody but designers.

    Raises:
        Forbidden: the actor is none.
    """
    if not actor.has(DESIGNER):
        raise Forbidden("Only process designers may do this.")


def label(file: DefinitionFile) -> tuple[str, str]:
    """Read the Chinese and the English name out of a checked file; the key stands in for a missing one."""
    if file.kind == "process":
        name, name_en = process_name(file.content, file.key)
    elif file.kind == "decision":
        decision = decisions.load_dmn(file.content).meant(file.key)
        name, name_en = decision.name, english_name(file.content, decision.id)
    else:
        form = orjson.loads(file.content)
        own = form.get("properties")
        english = own.get("name_en") if isinstance(own, dict) else ""
        name, name_en = str(form.get("name") or ""), str(english or "")
    return name or file.key, name_en
