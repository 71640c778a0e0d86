"""Name a process."""

from app.domain.errors import YongzhiError
from app.usecases import Tools


def name_process(tools: Tools, *, process: str) -> tuple[str, str]:
    """Return the name of a process and its English name, as its current version says; empty where it says none."""
    try:
        return tools.library.process(process).names.get(process, ("", ""))
    except YongzhiError:
        return "", ""
