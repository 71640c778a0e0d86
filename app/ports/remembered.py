"""What this machine remembers of a store of files: at most so many bytes, the longest unused go first."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from app.domain.errors import YongzhiError

log = logging.getLogger("yongzhi.files")

#: how full the folder is after it was cleaned
_ROOM = 0.8
#: the folder is looked through again after this share of its size has come in
_SHARE = 16
#: a draft that is older was left behind by a process that died
_DEAD_DRAFT = 24 * 3600.0


class Remembered:
    """A folder of copies; each is somewhere else too."""

    def __init__(self, folder: Path, most: int, is_kept: Callable[[str], bool]) -> None:
        """Bound a folder.

        Args:
            folder: holds `ab/abcdef…`, and drafts in `incoming`.
            most: bytes; other processes on this machine share the folder and the bound.
            is_kept: whether the store has a file; what it does not have is never removed here.
        """
        self._folder, self._most, self._is_kept = folder, most, is_kept
        self._lock = threading.Lock()
        #: bytes that came in since the folder was looked through; as good as full before the first look
        self._added = most

    def used(self, path: Path) -> None:
        """Note that a copy was asked for: it stays longer."""
        with suppress(OSError):
            os.utime(path)

    def added(self, size: int) -> None:
        """Note that a copy came in, and clean where that may be too much."""
        self._added += size
        if self._added * _SHARE < self._most or not self._lock.acquire(blocking=False):
            return
        try:
            self._added = 0
            self.clean()
        finally:
            self._lock.release()

    def clean(self) -> int:
        """Remove the longest unused copies until there is room again; return how many."""
        copies = sorted(self._copies())
        total, removed = sum(size for _, size, _ in copies), 0
        if total <= self._most:
            return 0
        for _, size, path in copies:
            if total <= self._most * _ROOM:
                break
            if self._remove(path):
                total, removed = total - size, removed + 1
        log.info("Removed %s of %s remembered files; the rest takes %s bytes.", removed, len(copies), total)
        return removed

    def _copies(self) -> Iterator[tuple[float, int, Path]]:
        """List what is there: (when it was last used, bytes, where); forget drafts that nobody will finish."""
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                seen = path.stat()
                if path.parent.name != "incoming":
                    yield seen.st_mtime, seen.st_size, path
                elif time.time() - seen.st_mtime > _DEAD_DRAFT:
                    path.unlink()

    def _remove(self, path: Path) -> bool:
        # a folder that once was the only place, before a store was set up, may hold what the store has not
        try:
            if not self._is_kept(path.relative_to(self._folder).as_posix()):
                log.warning("%s is not in the store; it stays.", path.name)
                return False
            path.unlink()
        except (OSError, YongzhiError):
            return False
        return True
