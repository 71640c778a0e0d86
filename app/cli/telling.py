"""How commands reach the tools, and how they say what went wrong."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext

from app.domain.errors import Invalid, StoreUnavailable, YongzhiError
from app.usecases import Tools

P = ParamSpec("P")
R = TypeVar("R")

#: exit codes beside 0: anything refused; the database is away; it is not migrated; nothing is published
REFUSED, NO_DATABASE, NOT_MIGRATED, NOTHING_PUBLISHED = 1, 2, 3, 4
_SHOWN = 40


def with_tools(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application, and end it with one line and an exit code where it is refused."""

    @with_appcontext
    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except StoreUnavailable as away:
            raise Away(away) from away
        except YongzhiError as refused:
            raise Refused(refused) from refused
        except OSError as cause:
            raise click.ClickException(str(cause)) from cause

    return run


class Refused(click.ClickException):
    """What was refused, in the words of the product."""

    exit_code = REFUSED

    def __init__(self, refused: YongzhiError) -> None:
        super().__init__("\n".join([refused.message, *_details(refused)]))


class Away(Refused):
    """The database does not answer."""

    exit_code = NO_DATABASE

    def __init__(self, refused: YongzhiError) -> None:
        super().__init__(refused)
        self._where = tools().store.address

    def format_message(self) -> str:
        """Say where it was looked for, too."""
        return f"{super().format_message()}\n  It was looked for at {self._where}; see the setting DATABASE_URL."


def _details(refused: YongzhiError) -> list[str]:
    found: Sequence[Any] = refused.attributes.get("findings") or ()
    lines = [
        f"  {one.severity} {one.file} {one.element or '-'} [{one.rule}] {one.message_en or one.message}"
        for one in found
    ]
    if not lines and isinstance(refused, Invalid):
        lines = [f"  {name}: {texts}" for name, texts in refused.errors.items()]
    more = [f"  … and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return lines[:_SHOWN] + more


def tools() -> Tools:
    """Give the tools of the application."""
    found: Tools = current_app.extensions["yongzhi"]
    return found
