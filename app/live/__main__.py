"""Run the side process: `python -m app.live`."""

import asyncio
import logging
import os
import resource
import socket
from pathlib import Path

import uvicorn

from app.config import Config
from app.domain.errors import YongzhiError
from app.live.asgi import Application
from app.live.door import Door
from app.live.hub import Hub
from app.usecases import Tools
from app.usecases.opening import open_tools

log = logging.getLogger("yongzhi.live")
#: seconds that open streams are given at the end
PATIENCE = 3


def main() -> int:
    """Run until SIGTERM or SIGINT; settings that are missing or wrong end it with one line."""
    try:
        config = Config.from_env()
        tools = open_tools(config)
        sockets = _listening(config)
    except (YongzhiError, OSError) as reason:
        raise SystemExit(f"Not started: {reason}") from None
    logging.basicConfig(level=config.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    _open_more_files()
    log.info("Live updates listen on %s.", config.live_socket)
    try:
        asyncio.run(_serve(tools, sockets))
    finally:
        for path in (config.live_socket, config.live_door):
            path.unlink(missing_ok=True)
        tools.store.dispose()
    return 0


async def _serve(tools: Tools, sockets: list[socket.socket]) -> None:
    hub = Hub(tools)
    settings = uvicorn.Config(
        Application(tools, hub), http="h11", ws="none", lifespan="on", log_config=None, access_log=False,
        server_header=False, proxy_headers=False, timeout_graceful_shutdown=PATIENCE,
        h11_max_incomplete_event_size=8192,
    )  # fmt: skip
    server = uvicorn.Server(settings)
    with Door(tools.config.live_door, settings, server):
        await server.serve(sockets)


def _listening(config: Config) -> list[socket.socket]:
    """Open the sockets: one file for this machine, and a port where one is set."""
    config.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = [_bound(config.live_socket)]
    if config.live_port:
        family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
        port = socket.socket(family, socket.SOCK_STREAM)
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port.bind((config.host, config.live_port))
        found.append(port)
    return found


def _bound(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(str(path))
    # a proxy of another user is given its group by the operator
    os.chmod(path, 0o660)
    return made


def _open_more_files() -> None:
    """Each open page is a file to the system; take as many as we may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 65536, hard))


if __name__ == "__main__":
    raise SystemExit(main())
