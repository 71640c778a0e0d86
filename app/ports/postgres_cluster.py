"""What is kept of the embedded PostgreSQL: its data folder, its passwords, its one database."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.domain.errors import Fault
from app.ports.postgres_programs import NOBODY, dropped
from app.ports.processes import standing_in

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
    secret: Secret = {ADMIN: secrets.token_urlsafe(24), OWNER: secrets.token_urlsafe(24)}
    write_secret(home, secret)
    draft = home / "data.new"
    while writers := standing_in(draft, names=("initdb", "postgres", "sh")):
        # a killed start leaves its initdb running
        for pid in writers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    with tempfile.TemporaryFile("w+") as password:
        password.write(f"{secret[ADMIN]}\n")
        password.seek(0)
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        order = [
            str(programs / "initdb"),
            "-D",
            inside(draft),
            "-U",
            ADMIN,
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
        ]
        order += ["--pwfile=/dev/stdin", f"--locale={locale}", "--data-checksums", "--no-instructions"]
        if dropped():
            os.chown(draft, NOBODY, NOBODY)
            os.fchown(password.fileno(), NOBODY, NOBODY)
        done = subprocess.run(
            order, cwd=draft, stdin=password, capture_output=True, text=True, check=False, **dropped()
        )
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


def inside(folder: Path) -> str:
    """Name a folder for a process that is started in it."""
    return "/proc/self/cwd" if dropped() else str(folder)


def url(secret: Secret, role: str, database: str) -> str:
    """Write a database address; SQLAlchemy and libpq read the same one."""
    password, socket = (quote(secret[key], safe="") for key in (role, "socket"))
    return f"postgresql://{role}:{password}@/{database}?host={socket}"
