"""What is kept of the embedded PostgreSQL: its data folder, its passwords, its one database."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.domain.errors import Fault
from app.ports.postgres_programs import NOBODY, dropped

DATABASE, OWNER, ADMIN = "yongzhi", "yongzhi", "postgres"

#: the passwords by role, the socket's folder, and which process owns the server
Secret = dict[str, Any]


class PostgresNotStarted(Fault):
    """The embedded PostgreSQL did not start; its log says why."""

    slug = "postgres-not-started"


def read_secret(home: Path) -> Secret:
    """Read the passwords and where the socket is."""
    try:
        secret: Secret = json.loads((home / "secret.json").read_text())
    except (OSError, ValueError) as cause:
        raise PostgresNotStarted(f"The passwords in {home / 'secret.json'} cannot be read.") from cause
    return secret


def write_secret(home: Path, secret: Secret) -> None:
    """Keep the passwords, readable by the owner only; a killed write leaves the old ones."""
    draft = home / "secret.json.new"
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(secret, file)
    draft.rename(home / "secret.json")


def create_cluster(programs: Path, home: Path) -> Secret:
    """Fill a new data folder; it gets its name only when it is complete."""
    for left in home.glob("data.new.*"):
        # of a killed start, whose initdb may still write there: hence a new name each time
        shutil.rmtree(left, ignore_errors=True)
    secret: Secret = {ADMIN: secrets.token_urlsafe(24), OWNER: secrets.token_urlsafe(24)}
    write_secret(home, secret)
    draft = home / f"data.new.{secrets.token_hex(4)}"
    draft.mkdir(mode=0o700)
    locale = "C.UTF-8" if sys.platform == "linux" else "C"
    with tempfile.TemporaryFile("w+") as password, handed_over(draft) as (folder, how):
        password.write(f"{secret[ADMIN]}\n")
        password.seek(0)
        if dropped():
            os.chown(draft, NOBODY, NOBODY)
            os.fchown(password.fileno(), NOBODY, NOBODY)
        order = [str(programs / "initdb"), "-D", folder, "-U", ADMIN, "-A", "scram-sha-256", "-E", "UTF8"]
        order += ["--pwfile=/dev/stdin", f"--locale={locale}", "--data-checksums", "--no-instructions"]
        done = subprocess.run(order, stdin=password, capture_output=True, text=True, check=False, **how)
    if done.returncode:
        raise PostgresNotStarted(f"PostgreSQL could not make its data folder: {done.stderr.strip()[-800:]}")
    draft.rename(home / "data")
    return secret


def create_database(secret: Secret) -> None:
    """Make the product's role and database; no superuser, so the role cannot read the machine's files."""
    with psycopg.connect(url(secret, ADMIN, "postgres"), autocommit=True) as link:
        if not link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
            role, password = sql.Identifier(OWNER), sql.Literal(secret[OWNER])
            link.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, password))
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            names = sql.Identifier(DATABASE), sql.Identifier(OWNER)
            link.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))


@contextmanager
def handed_over(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give a folder's name for a child process, and the arguments for starting it.

    An account that cannot walk to the folder gets it as an open file, which needs no right on its parents.
    """
    if not dropped():
        yield str(folder), {"cwd": "/"}
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}", {"cwd": "/", "pass_fds": (handle,), **dropped()}
    finally:
        os.close(handle)


def url(secret: Secret, role: str, database: str) -> str:
    """Write a database address; SQLAlchemy and libpq read the same one."""
    password, socket = (quote(secret[key], safe="") for key in (role, "socket"))
    return f"postgresql://{role}:{password}@/{database}?host={socket}"
