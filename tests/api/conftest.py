"""Tests of the interface use the shared city."""

from tests.web.world import world

__all__ = ["world"]
