"""Small pictures of photos, also of those that are made to be large."""

import io
from pathlib import Path

import pytest
from PIL import Image

from app.ports import thumbnails
from app.ports.thumbnails import SIDE, draw_thumbnail


def kept(folder: Path, kind: str, size: tuple[int, int]) -> Path:
    path = folder / f"photo.{kind.lower()}"
    Image.new("1" if kind == "PNG" else "RGB", size).save(path, kind)
    return path


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_photo_becomes_small(tmp_path: Path, kind: str) -> None:
    small = draw_thumbnail(kept(tmp_path, kind, (2000, 1000)))
    assert small is not None
    assert Image.open(io.BytesIO(small)).size == (SIDE, SIDE // 2)


def test_a_small_file_that_claims_a_huge_picture_is_not_unfolded(tmp_path: Path) -> None:
    path = kept(tmp_path, "PNG", (9000, 9000))
    assert path.stat().st_size < 100_000
    assert draw_thumbnail(path) is None


def test_a_large_photo_of_a_telephone_is_read_at_a_fraction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "MOST", 2_000_000)
    assert draw_thumbnail(kept(tmp_path, "JPEG", (4000, 3000))) is not None
