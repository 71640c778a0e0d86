"""The door through which connections come in that the server of the pages was asked for.

Where no proxy stands in front, the browser's request for its stream arrives at the server of the pages, and must stay
on that origin. That server hands the open connection itself over (`SCM_RIGHTS`) together with the request's first
line, and is rid of it; from then on the browser talks to this process. No byte goes through the server of the pages.
"""

import asyncio
import logging
import os
import socket
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import uvicorn

log = logging.getLogger("yongzhi.live")
#: longest request that is handed over
LONGEST = 2048


class Door:
    """A datagram socket: each message is a request, with its connection."""

    def __init__(self, path: Path, settings: uvicorn.Config, server: uvicorn.Server) -> None:
        self._path, self._settings, self._server = path, settings, server
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._coming: set[asyncio.Task[None]] = set()

    def __enter__(self) -> "Door":
        self._path.unlink(missing_ok=True)
        self._socket.bind(str(self._path))
        # only the server of the pages, which runs under the same account
        os.chmod(self._path, 0o600)
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket, self._knocked)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _knocked(self) -> None:
        try:
            head, files, _, _ = socket.recv_fds(self._socket, LONGEST, 1)
        except OSError:
            return
        for file in files:
            task = asyncio.get_running_loop().create_task(self._let_in(head, socket.socket(fileno=file)))
            self._coming.add(task)
            task.add_done_callback(self._coming.discard)

    async def _let_in(self, head: bytes, connection: socket.socket) -> None:
        """Serve a connection as if it had come to us, beginning with the request that was read already."""
        if not self._server.started or self._server.should_exit:
            connection.close()
            return
        connection.setblocking(False)
        make = cast(Any, self._settings.http_protocol_class)
        try:
            _, protocol = await asyncio.get_running_loop().connect_accepted_socket(
                lambda: make(
                    config=self._settings, server_state=self._server.server_state,
                    app_state=self._server.lifespan.state,
                ),
                connection,
            )
        except OSError:
            connection.close()
            return
        protocol.data_received(head)
