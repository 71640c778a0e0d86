"""Start the demo: `python -m app.launcher`, for people `make demo`."""

import http.client
import json
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from rich.console import Console
from rich.markup import escape

from app.config import Config
from app.domain.errors import YongzhiError
from app.launcher.children import Children
from app.launcher.obstacles import (
    CannotStart,
    address,
    connectable_host,
    only_launcher,
    refuse_taken_port,
)
from app.ports import postgres

#: seconds within which the server must answer its first request
_PATIENCE = 90
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to stop."""


def main() -> int:
    """Start everything, wait for the end, stop everything; give the exit code."""
    out = Console(soft_wrap=True)
    for number in _SIGNALS:
        signal.signal(number, _ask_to_stop)
    try:
        config = Config.from_env()
        with only_launcher(config):
            launch(config, out)
    except Stopped:
        out.print("Stopped.")
        return 0
    except (CannotStart, YongzhiError) as reason:
        out.print(f"[bold red]Not started:[/bold red] {escape(str(reason))}", highlight=False)
        return 1
    return 0


def launch(config: Config, out: Console) -> NoReturn:
    """Run the product until somebody stops it or a part of it ends.

    Raises:
        Stopped: somebody asked for it; everything that we started has ended.
        CannotStart: a part could not start, or ended by itself; the others have ended too.
    """
    environment = {**config.to_env(), "FLASK_APP": "wsgi"}
    children = Children(config.var_dir, environment)
    children.end_leftovers()
    refuse_taken_port(config)
    own_database = False
    try:
        if config.database_url is None:
            server = postgres.start(config.var_dir, pg_bin=config.pg_bin)
            own_database = server.started
            environment["DATABASE_URL"] = server.url
            _say(out, "Database", f"embedded, in {config.var_dir / 'postgres'}")
        _prepare(config, children, out)
        _serve(config, children)
        _tell_accounts(config, out)
        out.print(f"Ready: [bold]{address(config)}[/bold]   (Ctrl-C stops everything)")
        while True:
            children.look()
            time.sleep(0.5)
    finally:
        for number in _SIGNALS:
            # a second Ctrl-C must not leave half of it running
            signal.signal(number, signal.SIG_IGN)
        children.stop()
        if own_database:
            postgres.stop(config.var_dir)


def _prepare(config: Config, children: Children, out: Console) -> None:
    """Bring the database to the state that this release needs; all of it may be repeated."""
    steps = {
        "Schema": ["db-upgrade"],
        "Processes": ["publish", str(config.bpmn_dir), str(config.forms_dir)],
        "City": ["city", "load", "--scale", "demo"],
        "Check": ["check"],
    }
    for title, words in steps.items():
        before = time.monotonic()
        said = children.run("prepare", ["-m", "flask", *words])
        _say(out, title, f"{said} ({time.monotonic() - before:.1f} s)")


def _serve(config: Config, children: Children) -> None:
    """Start the scheduler, live updates and the server, and wait for the first answer."""
    children.start("scheduler", ["-m", "app.scheduler"])
    children.start("live", ["-m", "app.live"])
    host = f"[{config.host}]" if ":" in config.host else config.host
    words = ["-m", "gunicorn", "wsgi:app", "--bind", f"{host}:{config.port}", "--worker-class", "gthread"]
    words += ["--workers", str(config.workers), "--threads", str(config.threads)]
    words += ["--graceful-timeout", "10", "--timeout", "60", "--no-control-socket"]
    children.start("server", words)
    end = time.monotonic() + _PATIENCE
    while not _answers(config):
        children.look()
        if time.monotonic() > end:
            raise CannotStart(f"The server does not answer; see {children.logs / 'server.log'}.")
        time.sleep(0.1)


def _answers(config: Config) -> bool:
    link = http.client.HTTPConnection(connectable_host(config), config.port, timeout=5)
    try:
        link.request("GET", "/healthz")
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def _tell_accounts(config: Config, out: Console) -> None:
    """Show who can sign in; `flask city load` has written them down."""
    path = config.var_dir / "demo-accounts.json"
    accounts = list(_accounts(path))
    for account in accounts:
        # one line each, never cut: passwords are copied from here
        words = (str(account.get("username")), str(account.get("password")), str(account.get("unit")))
        line = f"{words[0]:<20} {words[1]:<26} {words[2]:<24} {_cell(account.get('roles'))}"
        out.print(escape(line), soft_wrap=True, highlight=False)
    out.print(f"{len(accounts)} accounts (user, password, unit, roles); also in {path}. A first walk through a case:")
    out.print("grid.zs.041 reports, duty.zs accepts, enforce.zs signs and handles, enforce.lead.zs reviews,")
    out.print("gridleader.zs.03 verifies; designer and designer2 change a diagram; auditor replays.")


def _accounts(path: Path) -> Iterable[Mapping[str, Any]]:
    try:
        accounts: list[Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise CannotStart(f"The accounts in {path} cannot be read: {cause}") from cause
    return accounts


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _say(out: Console, title: str, text: str) -> None:
    out.print(f"[bold]{title:<10}[/bold] {escape(text)}", highlight=False)


def _ask_to_stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
