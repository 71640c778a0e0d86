"""Say whether work can be done."""

from dataclasses import dataclass

from app.domain.errors import YongzhiError
from app.usecases import Tools


@dataclass(frozen=True)
class Readiness:
    """What works, and what stands in the way."""

    database: bool
    migrations: bool
    processes: bool
    problems: tuple[str, ...]


def check_readiness(tools: Tools) -> Readiness:
    """Look at the database, its migrations and the published processes; never raises."""
    problems = list(tools.store.check())
    if problems:
        answers = not any("does not answer" in problem for problem in problems)
        return Readiness(answers, False, False, tuple(problems))
    try:
        published = bool(tools.library.keys("process"))
    except YongzhiError as failure:
        return Readiness(True, True, False, (failure.message,))
    return Readiness(True, True, published, () if published else ("No process is published.",))
