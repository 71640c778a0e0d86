"""The only place where the rooms are wired together."""

import gc
from contextlib import suppress
from threading import Thread

import click
from flask import Flask

from app.cli import register
from app.config import Config
from app.domain.errors import YongzhiError
from app.engine.library import read_ahead
from app.usecases import Tools
from app.usecases.opening import open_tools
from app.web.assembly import assemble

#: a request makes a few thousand objects, nearly none of them in circles
COLLECTED = (20_000, 20, 20)


def build_tools(config: Config) -> Tools:
    """Make everything that the verbs work with; nothing is connected before it is used.

    Raises:
        StoreUnavailable: no database is set, and the embedded one does not run.
    """
    return open_tools(config)


def create_app(config: Config, tools: Tools | None = None) -> Flask:
    """Make the application; it answers 503 while its database is away, and goes on when it is back.

    Args:
        config: the settings.
        tools: of a test that has its own.
    """
    own = tools or build_tools(config)
    app = assemble(own)
    register(app)
    if tools is None and click.get_current_context(silent=True) is None:
        # a server; a command at the prompt reads no more than it needs
        Thread(target=_get_ready, args=(own,), name="reading ahead", daemon=True).start()
    return app


def _get_ready(tools: Tools) -> None:
    """Read what is published before it is asked for: the first message would read all diagrams, for three seconds."""
    # whoever needs what is not there is told so
    with suppress(YongzhiError):
        read_ahead(tools.library)
    settle_memory()


def settle_memory() -> None:
    """Let the collector look at what requests make, and rarely: libraries and tables stay as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)
