"""Databases of the tests: each is a copy of one that was made once."""

import uuid

import psycopg
from psycopg import sql

from app.ports import postgres


class Databases:
    """Makes and drops databases on one server."""

    def __init__(self, server: postgres.Server) -> None:
        self.server = server
        self._left: list[str] = []

    def copy(self, template: str = "template1", name: str = "") -> str:
        """Copy a database to which nobody is connected, for the product's ordinary role; gives the copy's address."""
        name = name or f"test_{uuid.uuid4().hex}"
        order = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        with psycopg.connect(self.server.admin_url, autocommit=True) as link:
            while self._left:
                link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._left.pop())))
            link.execute(order.format(*map(sql.Identifier, (name, postgres.OWNER, template))))
        return self.server.url.replace(f"/{postgres.DATABASE}?", f"/{name}?")

    def drop(self, url: str) -> None:
        """Drop a database before the next one is made: now its last connection may be just ending, which takes time."""
        self._left.append(name_of(url))


def name_of(url: str) -> str:
    """Read the name of a database out of its address."""
    return url.split("@/")[1].split("?")[0]
