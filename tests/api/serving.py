"""The real product for tests and measurements: PostgreSQL, gunicorn with two workers, the scheduler, on a free port.

`Product` prepares a fresh database and runs the same processes that `make demo` runs.
"""

import ctypes
import http.client
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.config import Config
from app.domain.actor import SYSTEM
from app.ports import postgres
from app.ports.passwords import hash_password
from app.usecases import Tools
from app.usecases.opening import open_tools
from app.usecases.people.load_city import load_city
from app.usecases.studio.publish_files import publish_files
from tests.api.calling import Answer, Caller

__all__ = ["STREET", "Answer", "Caller", "Product"]

ROOT = Path(__file__).resolve().parents[2]
#: a street of the demo city with one account per role
STREET = "33.02.11.004"
_PATIENCE = 180
#: below it are ports that services are known by
_LOWEST = 10_000
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Product:
    """One installation below its own folder."""

    var: Path
    #: None: a PostgreSQL of its own, with every setting as the product starts it, so fsync is on
    database_url: str | None = None
    workers: int = 2
    threads: int = 8
    movable_clock: bool = False
    config: Config = field(init=False)
    _own: bool = field(init=False)
    _children: dict[str, subprocess.Popen[bytes]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._own = self.database_url is None
        self.var.mkdir(parents=True, exist_ok=True)
        self.config = Config(
            database_url=self.database_url or "postgresql:///", var_dir=self.var, port=free_port(),
            secret_key=secrets.token_hex(32), data_key=secrets.token_bytes(32), demo=self.movable_clock,
            movable_clock=self.movable_clock, workers=self.workers, threads=self.threads, tick_seconds=0.5,
            bpmn_dir=ROOT / "bpmn", forms_dir=ROOT / "forms", city_dir=ROOT / "city", log_level="WARNING",
        )  # fmt: skip

    @property
    def groups(self) -> dict[str, int]:
        """Process groups that run now, by name: server, scheduler."""
        return {name: child.pid for name, child in self._children.items()}

    def start_database(self) -> None:
        """Start the own PostgreSQL, or find it running."""
        if self._own:
            self.config = replace(self.config, database_url=postgres.start(self.var).url)

    @contextmanager
    def tools(self) -> Iterator[Tools]:
        """Open the product's tools in this process."""
        tools = open_tools(self.config)
        try:
            yield tools
        finally:
            tools.store.dispose()

    def prepare(self, files: Mapping[str, bytes]) -> None:
        """Bring a fresh database to work: schema, demo city, and these diagrams and forms.

        Args:
            files: {`<pack>/<name>.bpmn` or `<pack>/<name>.form.json`: content}.
        """
        for name, content in files.items():
            path = self.var / "published" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        folder = self.var / "published"
        with self.tools() as tools:
            tools.store.migrate()
            load_city(tools)
            publish_files(tools, actor=SYSTEM, bpmn=folder, forms=folder)

    def add_password(self, username: str) -> str:
        """Give an account of the city a password."""
        password = secrets.token_urlsafe(12)
        with self.tools() as tools, tools.store.unit_of_work() as uow:
            person = uow.people.by_username(username)
            assert person is not None, username
            uow.people.change(person.id, password_hash=hash_password(password))
            uow.commit()
        return password

    def usernames(self, role: str, unit: str) -> list[str]:
        """List who holds a role at a unit."""
        with self.tools() as tools, tools.store.unit_of_work() as uow:
            return sorted(person.username for person in uow.people.with_role(role, unit, tools.clock.now()))

    def start(self, *, scheduler: bool = True, live: bool = False) -> None:
        """Start server, live updates and scheduler, and wait for the first answer."""
        self.start_database()
        if live:
            self._spawn("live", ["-m", "app.live"])
        if scheduler:
            self._spawn("scheduler", ["-m", "app.scheduler"])
        words = ["-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{self.config.port}"]
        words += ["--worker-class", "gthread", "--workers", str(self.workers), "--threads", str(self.threads)]
        words += ["--graceful-timeout", "10", "--timeout", "60", "--no-control-socket"]
        self._spawn("server", words)
        end = time.monotonic() + _PATIENCE
        while not self._ready():
            code = self._children["server"].poll()
            assert code is None and time.monotonic() < end, f"no answer ({code}): {self.log('server')[-3000:]}"
            time.sleep(0.05)

    def caller(self, username: str, password: str) -> Caller:
        """Sign somebody in."""
        caller = Caller(self.config.port)
        caller.token = caller.post("/session", {"username": username, "password": password})["token"]
        return caller

    def kill(self) -> None:
        """kill -9: server, workers and scheduler at once, in the middle of whatever they do."""
        for child in self._children.values():
            os.killpg(child.pid, signal.SIGKILL)
        for child in self._children.values():
            child.wait()
        self._children.clear()

    def kill_database(self) -> None:
        """kill -9 the own PostgreSQL with all its backends."""
        folder = self.var.resolve() / "postgres" / "data"
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        # the postmaster first, or it would see its backends die and write down that it did
        for each in (pid, *children_of(pid)):
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def stop(self) -> None:
        """End everything that was started here."""
        for child in reversed(self._children.values()):
            child.terminate()
        for child in self._children.values():
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._children.clear()
        if self._own:
            postgres.stop(self.var)

    def log(self, name: str) -> str:
        """Read what a part said."""
        path = self.var / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _spawn(self, name: str, words: Iterable[str]) -> None:
        with open(self.var / f"{name}.log", "ab") as log:
            self._children[name] = subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env=self.config.to_env(), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - it takes no lock
            )  # fmt: skip

    def _ready(self) -> bool:
        link = http.client.HTTPConnection("127.0.0.1", self.config.port, timeout=10)
        try:
            link.request("GET", "/readyz")
            return link.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()


def free_port() -> int:
    """Find a port that nobody listens on, and that no outgoing connection is given before the server takes it."""
    given = Path("/proc/sys/net/ipv4/ip_local_port_range")
    low = int(given.read_text().split()[0]) if given.exists() else 0
    # a city is made before its server starts: that takes a minute in which other tests open many connections
    tried = random.sample(range(_LOWEST, low), 20) if low > 2 * _LOWEST else [0]
    for each in tried:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", each))
            port: int = probe.getsockname()[1]
            return port
    raise OSError(f"none of these ports is free: {tried}")


def children_of(pid: int) -> list[int]:
    """List the direct children of a process."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except OSError:
        return []


def _end_with_parent() -> None:
    """Let Linux end this child when the test run is killed."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
