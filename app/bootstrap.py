"""The only place where the rooms are wired together."""

import gc

from flask import Flask

from app.cli import register
from app.config import Config
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
    app = assemble(tools or build_tools(config))
    register(app)
    if tools is None:
        settle_memory()
    return app


def settle_memory() -> None:
    """Let the collector look at what requests make, and rarely: libraries and tables stay as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)
