"""Keep uploaded files: named by their content, looked into before they are believed.

A file is written to a temporary name while its length and hash are taken, and gets its real name, the hash,
in one step; of a photo only the picture is written. What it is, is read from its first bytes; the name and type that
the sender claims do not count.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import filetype  # type: ignore[import-untyped,unused-ignore]

from app.domain.errors import Fault, Invalid, NotFound
from app.ports.bare_photos import bare_photo
from app.ports.photos import PhotoFacts, read_photo
from app.ports.recordings import voice_type

_PIECE = 1 << 16
#: enough for every signature, also those of office files, which stand behind a few zip entries
_HEAD = 8192
_PATH = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")

_OFFICE = ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")

#: what may be attached: {media type: kind}
KINDS: dict[str, str] = {
    **dict.fromkeys(("image/jpeg", "image/png", "image/webp"), "photo"),
    **dict.fromkeys(
        ("audio/mpeg", "audio/mp4", "audio/m4a", "audio/x-m4a", "audio/ogg", "audio/aac", "audio/webm"), "voice"
    ),
    **dict.fromkeys(("audio/x-wav", "audio/wav", "audio/amr", "audio/x-flac"), "voice"),
    **dict.fromkeys(("video/mp4", "video/quicktime", "video/webm", "video/3gpp", "video/x-m4v"), "video"),
    **dict.fromkeys(("application/pdf", "application/msword"), "document"),
    **dict.fromkeys(("application/vnd.ms-excel", "application/vnd.ms-powerpoint"), "document"),
    **{f"application/vnd.openxmlformats-officedocument.{part}": "document" for part in _OFFICE},
}


class FileRefused(Invalid):
    """This file cannot be attached."""

    slug = "file-refused"


class FileTooLarge(FileRefused):
    """The file is too large."""

    slug = "file-too-large"


class FileMissing(NotFound):
    """The file is no longer where it was put."""

    slug = "file-missing"


class FolderUnavailable(Fault):
    """The folder of the attachments cannot be written; nothing was kept."""

    slug = "folder-unavailable"


@dataclass(frozen=True)
class SavedFile:
    """What was kept, and what its first bytes say about it."""

    sha256: str
    #: below the folder: `ab/abcdef…`
    path: str
    size: int
    media_type: str
    #: photo, voice, video, document
    kind: str
    #: from a photo's own record, where it has one
    lat: float | None = None
    lon: float | None = None
    taken_at: datetime | None = None


class FileFolder:
    """The folder of all attachments of one installation."""

    def __init__(self, root: Path, *, limit: int = 20 * 1024 * 1024) -> None:
        """Use a folder; it is made when the first file comes.

        Args:
            root: the folder.
            limit: largest file in bytes.
        """
        self._root = Path(root)
        self.limit = limit

    def save(self, stream: BinaryIO) -> SavedFile:
        """Read a stream to its end and keep it under the hash of its content.

        Raises:
            FileTooLarge: stopped reading at the limit.
            FileRefused: empty, of a kind that may not be attached, or a photo that is none.
            FolderUnavailable: the disk refused.
        """
        pieces = self._pieces(stream)
        head, media_type = _beginning(pieces)
        photo = PhotoFacts()
        if KINDS[media_type] == "photo":
            # small enough to be held, and only what is left of it is written
            photo, head = _bare(head + b"".join(pieces), media_type)
        with self._draft() as (draft, file):
            sha256, size = _copy(chain((head,), pieces), file)
            # only what is kept must be on the disk
            os.fsync(file.fileno())
            path = f"{sha256[:2]}/{sha256}"
            self._settle(draft, self._root / path)
        return SavedFile(
            sha256,
            path,
            size,
            media_type,
            KINDS[media_type],
            lat=photo.lat,
            lon=photo.lon,
            taken_at=photo.taken_at,
        )

    @staticmethod
    def is_path(path: str) -> bool:
        """Say whether `save` could have made a path."""
        return _PATH.fullmatch(path) is not None

    def locate(self, path: str) -> Path:
        """Find a kept file on the disk.

        Raises:
            FileMissing: no such file, or a path that `save` never made.
        """
        found = self._root / path
        if not self.is_path(path) or not found.is_file():
            raise FileMissing
        return found

    def open(self, path: str) -> BinaryIO:
        """Open a kept file for reading."""
        return self.locate(path).open("rb")

    @contextmanager
    def _draft(self) -> Iterator[tuple[Path, BinaryIO]]:
        """Give a file under a temporary name; whatever happens, that name is gone afterwards."""
        draft = self._root / "incoming" / secrets.token_hex(16)
        try:
            with open(self._opened(draft), "wb") as file:
                yield draft, file
        except OSError as cause:
            raise FolderUnavailable from cause
        finally:
            with suppress(OSError):
                draft.unlink()

    @staticmethod
    def _opened(draft: Path) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            return os.open(draft, flags, 0o600)
        except FileNotFoundError:
            draft.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return os.open(draft, flags, 0o600)

    def _pieces(self, stream: BinaryIO) -> Iterator[bytes]:
        size = 0
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > self.limit:
                raise FileTooLarge(limit=self.limit)
            yield piece

    def _settle(self, draft: Path, final: Path) -> None:
        """Give the file its real name; the same content sent twice is kept once."""
        if final.exists():
            return
        try:
            draft.replace(final)
        except FileNotFoundError:
            final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.replace(final)
        folder = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _beginning(pieces: Iterator[bytes]) -> tuple[bytes, str]:
    """Take as much as tells what a file is; one that is too large is refused as that, whatever it is."""
    head = b""
    while len(head) < _HEAD and (piece := next(pieces, b"")):
        head += piece
    if not head:
        raise FileRefused("The file is empty.")
    try:
        return head, sniff(head[:_HEAD])
    except FileRefused:
        for _ in pieces:
            pass
        raise


def _bare(content: bytes, media_type: str) -> tuple[PhotoFacts, bytes]:
    """Read what a photo says besides its picture, and take it out; its hash and size are those of what is kept."""
    photo = read_photo(content)
    bare = bare_photo(content, media_type) if photo.readable else None
    if bare is None:
        raise FileRefused("This picture cannot be read, or it has too many pixels.")
    return photo, bare


def _copy(pieces: Iterable[bytes], file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += file.write(piece)
    file.flush()
    return digest.hexdigest(), size


def sniff(head: bytes) -> str:
    """Tell what a file is from its first bytes.

    Raises:
        FileRefused: unknown, or not among the kinds that may be attached.
    """
    found = filetype.guess(head)
    media_type = voice_type(head, found.mime) if found else ""
    if media_type not in KINDS:
        raise FileRefused(
            "Only photos (JPEG, PNG, WebP), voice, video, PDF and office documents can be attached.",
            media_type=media_type or "unknown",
        )
    return str(media_type)
