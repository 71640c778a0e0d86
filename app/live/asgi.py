"""The application: one address, `/live`, that never ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from app.domain.errors import NotSignedIn, StoreUnavailable
from app.live.hub import Hub, Listener
from app.usecases import Tools
from app.usecases.tickets import read_ticket

log = logging.getLogger("yongzhi.live")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PATH = "/live"
#: seconds between two signs of life, so that no proxy takes a quiet stream for a dead one
BEAT = 20.0
#: seconds after which a browser comes back by itself
AGAIN = 5
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # the next request of this browser is none for us
    (b"connection", b"close"),
]


class Application:
    """What the server calls for each request."""

    def __init__(self, tools: Tools, hub: Hub) -> None:
        self._tools, self._hub = tools, hub

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request: with a stream, or briefly."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "GET":
            await _refuse(send, 404)
            return
        try:
            query = parse_qs(scope["query_string"].decode("ascii"), max_num_fields=4)
            session = read_ticket(self._tools, query.get("ticket", [""])[0])
        except (NotSignedIn, ValueError):
            await _refuse(send, 401)
            return
        await self._stream(session, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._hub.start()
            else:
                await self._hub.stop()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _stream(self, session: bytes, receive: Receive, send: Send) -> None:
        listener = self._hub.join(session)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await _say(send, f"retry: {AGAIN * 1000}\n\n")
            gone = asyncio.ensure_future(_until_gone(receive))
            try:
                await self._tell(listener, gone, send)
            finally:
                gone.cancel()
            await send({"type": "http.response.body", "body": b""})
        except OSError:
            # the browser went away between two words
            log.debug("A browser has gone.")
        finally:
            self._hub.leave(listener)

    async def _tell(self, listener: Listener, gone: "asyncio.Future[None]", send: Send) -> None:
        while not gone.done() and not listener.closed:
            try:
                said = await self._hub.pulse(listener)
            except StoreUnavailable:
                listener.wake.set()
                await asyncio.sleep(AGAIN)
                continue
            if said is None:
                await _say(send, "event: ended\ndata: {}\n\n")
                return
            await _say(send, f"event: pulse\ndata: {said}\n\n")
            while not await _either(listener.wake, gone, BEAT):
                await _say(send, "event: beat\ndata: {}\n\n")


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _either(wake: asyncio.Event, gone: "asyncio.Future[None]", seconds: float) -> bool:
    """Wait until there is something to say or nobody to say it to; False when the time is over before."""
    waking = asyncio.ensure_future(wake.wait())
    both: set[asyncio.Future[Any]] = {waking, gone}
    done, _ = await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    waking.cancel()
    return bool(done)


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"cache-control", b"no-store"), (b"connection", b"close"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
