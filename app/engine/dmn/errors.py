"""What can be wrong with a decision: its file, or one evaluation."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.errors import Invalid, NotFound
from app.engine.dmn.model import Finding


class InvalidDecision(Invalid):
    """The decision file cannot be used; every finding names its cell."""

    slug = "invalid-decision"

    def __init__(self, found: Sequence[Finding]) -> None:
        errors = [finding for finding in found if finding.severity == "error"]
        super().__init__("; ".join(map(str, errors[:5])) or None, errors={"dmn": [str(f) for f in errors]})
        #: all findings, warnings too
        self.findings = tuple(found)


class DecisionError(Invalid):
    """The decision cannot be made from these inputs."""

    slug = "decision"

    def __init__(
        self,
        message: str | None = None,
        *,
        decision: str | None = None,
        rules: Sequence[int] = (),
        column: str | None = None,
    ) -> None:
        super().__init__(message, decision=decision, rules=list(rules), column=column)
        #: id of the decision
        self.decision = decision
        #: numbers of the rules that the error is about
        self.rules = tuple(rules)
        #: label of the column, or None
        self.column = column


class DecisionNotFound(NotFound):
    """The file has no decision of this key."""

    slug = "decision-not-found"
