"""Calls to other systems over HTTP: only to hosts that the operator has named, bounded in time and size.

Where a request may go is decided by the address that is connected to, not by a name that may point elsewhere a moment
later. An address in a private network, this machine's own included, is reached only if its network is named.
"""

import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from app.domain.connectors import Answer, CallFailed, Request

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: largest answer, in bytes
LARGEST = 256 * 1024
#: answers after which the next attempt may work
TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})
_PORTS = {"http": 80, "https": 443}
#: networks of IPv6 whose addresses end in one of IPv4
_CARRYING = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "::ffff:0:0:0/96", "::/96")))
#: `::` and `::1` carry nothing
_THEMSELVES = ipaddress.ip_network("::/127")
#: a translator of the house's own; where it leads is for the house to say
_TRANSLATED = ipaddress.ip_network("64:ff9b:1::/48")


class Outside:
    """The way out of the house."""

    def __init__(self, hosts: Iterable[str]) -> None:
        """Take the hosts and networks that may be reached, as the setting writes them."""
        self._names: list[tuple[str, int | None]] = []
        self._networks: list[tuple[Network, int | None]] = []
        for entry in hosts:
            host, port = _split(entry)
            try:
                self._networks.append((ipaddress.ip_network(host, strict=False), port))
            except ValueError:
                self._names.append((host, port))

    def call(self, request: Request, *, key: str) -> Answer:
        """Send a request and read its answer; redirections are not followed.

        Args:
            key: the same for every attempt of one call, so that the other system does it once.

        Raises:
            CallFailed: with `again` where the next attempt may work.
        """
        scheme, host, port, target = _parts(request.url)
        address = self._reachable(host, port)
        body = request.body
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
        headers = {
            **request.headers,
            "Host": urlsplit(request.url).netloc, "Idempotency-Key": quote(key, safe="/#"),
            "Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "yongzhi", "Connection": "close",
        }  # fmt: skip
        if body is not None and not isinstance(request.body, bytes):
            headers["Content-Type"] = "application/json"
        with _in_time(_connection(scheme, host, address, port, request.wait), request.wait) as connection:
            connection.request(request.method, target, body, headers, preload_content=False, decode_content=False)
            with closing(connection.getresponse()) as answer:
                return _read(answer)

    def _reachable(self, host: str, port: int) -> str:
        """Choose the address to connect to.

        Raises:
            CallFailed: the host is not named, or leads into a private network that is not.
        """
        literal = _address(host)
        named = literal is not None or any(
            (host == name or name.startswith("*.") and host.endswith(name[1:])) and asked in (None, port)
            for name, asked in self._names
        )
        if not named:
            raise _refused(host)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM) if literal is None else []
        except (OSError, UnicodeError) as cause:
            raise CallFailed("http.unreachable", f"{host} has no address.", again=True) from cause
        # an address of one link carries that link's name
        texts = [str(each[4][0]).partition("%")[0] for each in found]
        addresses = [literal] if literal else [ipaddress.ip_address(text) for text in texts]
        if not all(self._may_reach(each, port, listed=literal is not None) for each in addresses):
            raise _refused(host)
        return str(addresses[0])

    def _may_reach(self, address: Address, port: int, *, listed: bool) -> bool:
        """Say whether an address may be connected to; one that a host name leads to may be any public one."""
        inner = _inner(address)
        if any(inner in network and asked in (None, port) for network, asked in self._networks):
            return True
        return not listed and inner.is_global and not inner.is_multicast and inner not in _TRANSLATED


def _split(entry: str) -> tuple[str, int | None]:
    """Tell the host of an entry from its port."""
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        return (host + rest, None) if rest.startswith("/") else (host, int(rest[1:]) if rest else None)
    host, colon, port = entry.partition(":")
    return host, int(port) if colon else None


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as cause:
        raise CallFailed("http.refused", "The address of the call is none.", again=False) from cause
    host = (parts.hostname or "").lower().rstrip(".")
    strange = not url.isascii() or not url.isprintable() or " " in url or "\\" in url
    if parts.scheme not in _PORTS or not host or strange or parts.username is not None or len(url) > 4000:
        raise CallFailed("http.refused", "The address of the call is none.", again=False)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or _PORTS[parts.scheme], target


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _inner(address: Address) -> Address:
    """Take out the address that another one stands for."""
    if isinstance(address, ipaddress.IPv6Address):
        if address not in _THEMSELVES and any(address in network for network in _CARRYING):
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    return address


def _refused(host: str) -> CallFailed:
    return CallFailed("http.refused", f"{host} is not among the hosts that may be called.", again=False)


def _connection(scheme: str, host: str, address: str, port: int, wait: float) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(address, port, timeout=wait)
    # the certificate is the name's, the connection goes to the address that was looked at
    return HTTPSConnection(
        address, port, timeout=wait, server_hostname=host, assert_hostname=host,
        ssl_context=ssl.create_default_context(),
    )  # fmt: skip


@contextmanager
def _in_time(connection: HTTPConnection, wait: float) -> Iterator[HTTPConnection]:
    """End a connection when its time is over, also one that sends a byte now and then."""
    late = threading.Event()
    # the connection lets go of its socket while an answer without length is still being read
    sockets: list[socket.socket] = []

    def end() -> None:
        late.set()
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(wait, end)
    clock.daemon = True
    clock.start()
    try:
        connection.connect()
        sockets.append(connection.sock)
        # the clock found nothing to end while the connection was being made
        if late.is_set():
            raise TimeoutError
        yield connection
        if late.is_set():
            raise TimeoutError
    except CallFailed:
        if late.is_set():
            raise _too_late(wait) from None
        raise
    except (HTTPError, HTTPException, OSError, ValueError) as cause:
        if late.is_set() or isinstance(cause, TimeoutError) or "timed out" in str(cause):
            raise _too_late(wait) from cause
        text = f"The host does not answer: {type(cause).__name__}."
        raise CallFailed("http.unreachable", text, again=True) from cause
    finally:
        clock.cancel()
        connection.close()
        for one in sockets:
            one.close()


def _too_late(wait: float) -> CallFailed:
    return CallFailed("http.timeout", f"There was no answer within {wait:g} seconds.", again=True)


def _read(answer: BaseHTTPResponse) -> Answer:
    """Read an answer, never more of it than is allowed."""
    content = answer.read(LARGEST + 1, decode_content=False)
    if not 200 <= answer.status < 300:
        raise CallFailed(
            f"http.{answer.status}", f"The host answered with status {answer.status}.",
            again=answer.status in TEMPORARY,
        )  # fmt: skip
    if len(content) > LARGEST:
        raise CallFailed("http.answer", f"The answer is larger than {LARGEST // 1024} KB.", again=False)
    try:
        text = content.decode()
        is_json = "json" in (answer.headers.get("Content-Type") or "").lower()
        body: Any = json.loads(text, parse_constant=_no_number) if is_json and text.strip() else text or None
    except (ValueError, RecursionError) as cause:
        raise CallFailed("http.answer", "The answer cannot be read.", again=False) from cause
    return Answer(answer.status, body)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")
