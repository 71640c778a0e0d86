"""What would stand in the way of a start, found before anything is started."""

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from app.config import Config


class CannotStart(Exception):
    """Something stands in the way; the text says what, and what to do."""


def address(config: Config) -> str:
    """Write where a browser on this machine finds the server."""
    host = connectable_host(config)
    return f"http://{f'[{host}]' if ':' in host else host}:{config.port}"


def connectable_host(config: Config) -> str:
    """Name the host to connect to where the server listens on all."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.host, config.host)


@contextmanager
def only_launcher(config: Config) -> Iterator[None]:
    """Be the one launcher of this `var_dir`; the lock ends with the process, however it ends."""
    config.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(config.var_dir / "launcher.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            where = lock.read().strip() or "starting"
            raise CannotStart(
                f"It already runs for {config.var_dir} ({where}). Stop that one, or choose another VAR."
            ) from None
        lock.truncate(0)
        lock.write(address(config))
        lock.flush()
        yield


def refuse_taken_port(config: Config) -> None:
    """Find out whether the server will get its port."""
    try:
        found = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)
        family, kind, proto, _, where = found[0]
        with socket.socket(family, kind, proto) as probe:
            # as gunicorn does: connections of an ended server that still linger are no obstacle
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as cause:
        raise CannotStart(
            f"Port {config.port} on {config.host} cannot be used: {cause.strerror}. Choose another PORT."
        ) from cause
