"""Keep uploaded files in a store that speaks S3; the folder on this machine only remembers what was fetched.

A file's name is the hash of its content, so that what is in the folder never grows old and two nodes that keep the
same file at the same moment keep one. What was fetched is looked at before it is believed. The folder is bounded.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

from minio import Minio
from minio.error import MinioException, S3Error
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from app.ports.files import FileFolder, FileMissing, FolderUnavailable
from app.ports.remembered import Remembered

_ABSENT = frozenset({"NoSuchKey", "NoSuchObject"})
_PIECE = 1 << 16
#: a store that does not answer must not hold the request of an officer for minutes
_PATIENCE = Timeout(connect=3, read=20)


class BucketFiles(FileFolder):
    """Attachments of one installation in a bucket."""

    def __init__(
        self, address: str, cache: Path, *, limit: int = 20 * 1024 * 1024, most: int = 2 * 1024**3
    ) -> None:
        """Use a bucket; nothing is asked before the first file comes.

        Args:
            address: `https://key:secret@host:port/bucket?region=name`.
            cache: folder for what was fetched.
            limit: largest file in bytes.
            most: bytes that the folder holds; the longest unused files go when there are more.
        """
        super().__init__(cache, limit=limit)
        parts = urlsplit(address)
        self._cache, self._bucket = Path(cache), parts.path.strip("/")
        self._remembered = Remembered(self._cache, most, self._has)
        self._store = Minio(
            parts.netloc.rpartition("@")[2], access_key=unquote(parts.username or ""),
            secret_key=unquote(parts.password or ""), secure=parts.scheme == "https",
            # without a name of it the library would ask before each first call
            region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
            http_client=PoolManager(maxsize=16, timeout=_PATIENCE, retries=Retry(2, backoff_factor=0.2)),
        )  # fmt: skip

    def locate(self, path: str) -> Path:
        """Find a kept file on this machine's disk; fetched from the bucket when it is not there.

        Raises:
            FileMissing: no such file, or a path that `save` never made.
            FolderUnavailable: the store does not answer, or the disk refused.
        """
        with suppress(FileMissing):
            found = super().locate(path)
            self._remembered.used(found)
            return found
        if not self.is_path(path):
            raise FileMissing
        draft = self._cache / "incoming" / secrets.token_hex(16)
        with self._trouble(), self._removed(draft):
            draft.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._store.fget_object(self._bucket, path, str(draft))
            if _hash_of(draft) != path.rpartition("/")[2]:
                raise FileMissing("The store gave back something else than was kept there.")
            super()._settle(draft, self._cache / path)
        found = super().locate(path)
        self._remembered.added(found.stat().st_size)
        return found

    def open(self, path: str) -> BinaryIO:
        """Open a kept file for reading; once more, if it was cleaned away at this very moment."""
        try:
            return super().open(path)
        except FileNotFoundError:
            return super().open(path)

    def _settle(self, draft: Path, final: Path) -> None:
        """Keep the file in the bucket first, then here; the same content sent twice is kept once."""
        name = final.relative_to(self._cache).as_posix()
        with self._trouble():
            if not self._is_kept(name):
                self._store.fput_object(self._bucket, name, str(draft))
        super()._settle(draft, final)
        self._remembered.used(final)
        self._remembered.added(final.stat().st_size)

    def _has(self, name: str) -> bool:
        with self._trouble():
            return self._is_kept(name)

    def _is_kept(self, name: str) -> bool:
        try:
            self._store.stat_object(self._bucket, name)
        except S3Error as refusal:
            if refusal.code in _ABSENT:
                return False
            raise
        return True

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except S3Error as refusal:
            if refusal.code in _ABSENT:
                raise FileMissing from refusal
            raise FolderUnavailable from refusal
        except (MinioException, HTTPError, OSError) as cause:
            raise FolderUnavailable from cause

    @contextmanager
    def _removed(self, draft: Path) -> Iterator[None]:
        try:
            yield
        finally:
            with suppress(OSError):
                draft.unlink()


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
