"""The built scripts and styles: what an entry is made of, and sending it as small as the browser takes it."""

import json
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, url_for

from app.web.rooms import current_request

FOLDER = "dist"
#: what the build puts beside a file, the smallest first
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@dataclass(frozen=True)
class Built:
    """The addresses of one entry."""

    style: str
    script: str
    #: what the script imports: a browser that is told fetches it beside the script, not after it
    pieces: tuple[str, ...]


def built_entries(app: Flask) -> Callable[[str], Built]:
    """Give what names the files of an entry; names hold their content's hash, so a browser keeps them for ever."""
    path = Path(app.static_folder or "") / FOLDER / "built.json"
    known: dict[str, Built] = {}
    age = -1

    def entry(name: str) -> Built:
        nonlocal age, known
        now = path.stat().st_mtime_ns if path.exists() else 0
        if now != age or name not in known:
            listed = json.loads(path.read_bytes()) if now else {}
            # without a build the pages still stand, plain
            listed = listed or {name: {"style": f"{name}.css", "script": f"{name}.js", "pieces": ()}}
            known = {each: _addresses(**files) for each, files in listed.items()}
            age = now
        return known[name]

    return entry


def _addresses(style: str, script: str, pieces: list[str]) -> Built:
    def address(name: str) -> str:
        return url_for("static", filename=f"{FOLDER}/{name}")

    return Built(address(style), address(script), tuple(map(address, pieces)))


def send_squeezed(folder: Path, filename: str, send: Callable[[str], Response]) -> Response:
    """Send a built file, squeezed if it lies there squeezed and the browser takes it so.

    Args:
        send: sends a file of the folder as it is.
    """
    taken = current_request().accept_encodings
    beside = [(name, ending) for name, ending in ENCODINGS if (folder / f"{filename}{ending}").is_file()]
    for name, ending in beside:
        if taken[name] > 0:
            response = send(f"{filename}{ending}")
            response.headers["Content-Encoding"] = name
            response.headers["Content-Type"] = _media_type(filename)
            break
    else:
        response = send(filename)
    if beside:
        response.vary.add("Accept-Encoding")
    return response


def _media_type(filename: str) -> str:
    found = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith("text/") else found
