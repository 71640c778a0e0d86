"""The embedded PostgreSQL: started below `var_dir`, found again, stopped.

The data, the passwords and the log stay in `<var_dir>/postgres`:

    data/          the cluster; the server's socket is in it
    secret.json    generated passwords and the socket's folder, readable by the owner only
    log            what the server said since its last start
    lock           whoever starts or stops holds it

PostgreSQL refuses to run as root. Root therefore starts it under the account `nobody`, which often cannot
walk to `var_dir` (root's home is closed to others, and we do not open it). The server gets its data folder as
an open file and knows it as `/proc/self/fd/<number>`: that needs no right on the folders above. So the data
stays where it was asked for, and no folder of anybody is opened up.

There is no network port: clients come through the socket and a scram password. The server outlives whoever
started it with SIGKILL; the next `start` finds and takes it over.
"""

import fcntl
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from app.ports import postgres_programs
from app.ports.postgres_cluster import (
    ADMIN,
    DATABASE,
    OWNER,
    PostgresNotStarted,
    Secret,
    create_cluster,
    create_database,
    handed_over,
    read_secret,
    url,
    write_secret,
)
from app.ports.postgres_programs import NOBODY, dropped
from app.ports.processes import born_at, is_alive, standing_in

#: longest path that a socket address can hold, less the socket's own name
_SOCKET_ROOM = 107 - len("/.s.PGSQL.5432.lock")


@dataclass(frozen=True)
class Server:
    """A running embedded PostgreSQL."""

    #: address of the product's database, for its ordinary role
    url: str
    #: address of the maintenance database, for the superuser
    admin_url: str
    #: this call started it, or took it over from somebody who was killed: ours to stop
    started: bool


def start(var_dir: Path, *, pg_bin: Path | None = None, settings: Mapping[str, str] | None = None) -> Server:
    """Make sure that the embedded PostgreSQL of `var_dir` runs.

    Any number of processes may call this at once. A killed start, a killed server and their remains (a half
    written cluster, a stale lock file or socket, a process nobody has reaped) never block the next start.

    Args:
        var_dir: where `postgres/` is kept.
        pg_bin: folder of the programs; None: the wheel's, else the machine's.
        settings: further server settings, for example {"fsync": "off"} for tests.

    Returns:
        The running server; its database exists and is empty on the first start.

    Raises:
        NoPostgres: no programs, or none of the version that wrote the data.
        PostgresNotStarted: with the end of the server's log.
    """
    home = var_dir.resolve() / "postgres"
    home.mkdir(parents=True, exist_ok=True)
    data = home / "data"
    _check_owner(home, data)
    with _locked(home):
        # a server that is found may be dying of a kill; then the next round starts a new one
        while not (ready := _attach(home, data, pg_bin, settings or {})):
            continue
        secret, started = ready
        create_database(secret)
    return Server(url(secret, OWNER, DATABASE), url(secret, ADMIN, "postgres"), started)


def _attach(home: Path, data: Path, pg_bin: Path | None, settings: Mapping[str, str]) -> tuple[Secret, bool] | None:
    """Find the running server or launch one, and say whether it is ours to stop; None: the found one died."""
    major = int((data / "PG_VERSION").read_text()) if (data / "PG_VERSION").exists() else None
    found = _running(data) if major else None
    if found:
        pid, secret = found, read_secret(home)
        owner, birthday = secret.get("owner", (0, ""))
        started = not is_alive(owner) or born_at(owner) != birthday
    else:
        programs = postgres_programs.find(pg_bin, major=major)
        secret = read_secret(home) if major else create_cluster(programs, home)
        secret["socket"] = _socket_folder(data)
        # who finds the server after a kill right here must know where it listens
        write_secret(home, secret)
        pid, started = _launch(programs, home, secret, settings), True
    if started:
        secret["owner"] = (os.getpid(), born_at(os.getpid()))
        write_secret(home, secret)
    if (trouble := _wait_until_ready(secret, pid)) is None:
        return secret, started
    if found and not is_alive(pid):
        return None
    tail = (home / "log").read_text(errors="replace").strip()[-800:]
    raise PostgresNotStarted(f"PostgreSQL did not start. Its log ends:\n{tail}") from trouble


def running_url(var_dir: Path) -> str | None:
    """Give the database's address if the embedded PostgreSQL of `var_dir` runs."""
    home = var_dir.resolve() / "postgres"
    if (home / "secret.json").exists() and _running(home / "data"):
        return url(read_secret(home), OWNER, DATABASE)
    return None


def stop(var_dir: Path, *, patience_seconds: float = 30) -> None:
    """Stop the embedded PostgreSQL of `var_dir`, if it runs; open connections are cut."""
    home = var_dir.resolve() / "postgres"
    if not home.exists():
        return
    with _locked(home):
        # fast, then immediate: the second loses no committed data either, the next start recovers
        for order, patience in ((signal.SIGINT, patience_seconds), (signal.SIGQUIT, 10.0)):
            pid = _running(home / "data")
            if pid is None:
                return
            os.kill(pid, order)
            end = time.monotonic() + patience
            while is_alive(pid) and time.monotonic() < end:
                time.sleep(0.02)
            _reap()


def _reap() -> None:
    _children[:] = [child for child in _children if child.poll() is None]


def _check_owner(home: Path, data: Path) -> None:
    """Refuse data of another account in words; PostgreSQL itself would only say `permission denied`."""
    account = NOBODY if dropped() else os.geteuid()
    for path in (home, data):
        if path.exists() and path.stat().st_uid not in {account, os.geteuid()}:
            owner = path.stat().st_uid
            raise PostgresNotStarted(f"{path} belongs to account {owner}; run as that one, or set VAR.")
    home.chmod(0o711 if dropped() else 0o700)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    with open(home / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _running(data: Path) -> int | None:
    """Find the live server of this folder; the lock file alone proves nothing."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if is_alive(pid) and standing_in(data, names=("postgres",), pid=pid) else None


def _socket_folder(data: Path) -> str:
    """Put the socket beside the data, unless that path is longer than a socket address can be."""
    if len(os.fsencode(data)) <= _SOCKET_ROOM:
        return str(data)
    folder = tempfile.mkdtemp(prefix="yongzhi-", dir="/tmp")
    if dropped():
        os.chown(folder, NOBODY, NOBODY)
    return folder


def _launch(programs: Path, home: Path, secret: Secret, settings: Mapping[str, str]) -> int:
    """Start the server process, after clearing what a killed one left behind."""
    data = home / "data"
    # backends of a killed server end by themselves within moments; a second server beside them would destroy
    # the data, so nothing is cleared before they are gone
    end = time.monotonic() + 20
    while orphans := standing_in(data, names=("postgres",)):
        if time.monotonic() > end:
            raise PostgresNotStarted(f"Processes {sorted(orphans)} of a killed server still hold {data}.")
        time.sleep(0.05)
    (data / "postmaster.pid").unlink(missing_ok=True)
    socket = secret["socket"]
    with handed_over(data) as (folder, how), open(home / "log", "wb") as log:
        chosen = {
            "listen_addresses": "",
            "unix_socket_directories": folder if socket == str(data) else str(socket),
            "unix_socket_permissions": "0700",
            "jit": "off",
            "shared_buffers": f"{_buffers()}MB",
            # after a checkpoint each page is logged whole at its first change: a city writes gigabytes an hour
            "max_wal_size": "4GB",
            "checkpoint_timeout": "15min",
            "timezone": "UTC",
            **settings,
        }
        order = [str(programs / "postgres"), "-D", folder]
        order += [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        child = subprocess.Popen(order, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **how)
    _children.append(child)
    return child.pid


def _buffers() -> int:
    """Give the server a sixteenth of the memory, between 128 MB and 1 GB; the system's own cache has the rest."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(max(memory // 16 // 2**20, 128), 1024)


#: servers that this process started, kept so that they are reaped
_children: list[subprocess.Popen[bytes]] = []


def _wait_until_ready(secret: Secret, pid: int, seconds: float = 120) -> psycopg.OperationalError | None:
    """Wait until the server takes connections; if it never will, give the reason."""
    end = time.monotonic() + seconds
    while True:
        _reap()
        try:
            psycopg.connect(url(secret, ADMIN, "postgres"), connect_timeout=10).close()
            return None
        except psycopg.OperationalError as cause:
            refused = "authentication failed" in str(cause)
            if refused or not is_alive(pid) or time.monotonic() > end:
                return cause
        time.sleep(0.02)
