"""What reading a diagram had to say: what was converted, what stays without effect, what was lost, what is wrong."""

from dataclasses import dataclass, field
from typing import Literal

from app.domain.findings import Finding, ImportNote
from app.engine.reading.xml import Element


@dataclass
class Notes:
    """Collects notes and findings while a diagram is read."""

    notes: list[ImportNote] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def converted(self, element: Element, rule: str, zh: str, en: str) -> None:
        """Note that something means the same in other words."""
        self._note("converted", element, rule, zh, en)

    def kept(self, element: Element, rule: str, zh: str, en: str) -> None:
        """Note that something stays in the file and has no effect, which changes nothing in how it runs."""
        self._note("kept", element, rule, zh, en)

    def lost(self, element: Element, rule: str, zh: str, en: str) -> None:
        """Note that something has no equivalent: the diagram does not do it here."""
        self._note("lost", element, rule, zh, en)

    def refuse(self, element: Element | None, rule: str, zh: str, en: str) -> None:
        """Note what breaks a rule."""
        where, name = ("", "") if element is None else (element.get("id", ""), element.get("name", ""))
        self.findings.append(Finding("error", where, rule, zh, en, name))

    def _note(self, kind: Literal["converted", "kept", "lost"], element: Element, rule: str, zh: str, en: str) -> None:
        one = ImportNote(kind, element.get("id", ""), element.get("name", ""), rule, zh, en)
        if one not in self.notes[-20:]:
            self.notes.append(one)
