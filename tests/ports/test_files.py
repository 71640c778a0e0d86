"""Uploaded files: believed by their content only, kept once, never half."""

import hashlib
import io
import os
import threading
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from app.ports.bare_photos import bare_photo
from app.ports.files import FileFolder, FileMissing, FileRefused, FileTooLarge, FolderUnavailable


def picture(kind: str = "JPEG", *, place: bool = False, size: tuple[int, int] = (40, 30)) -> bytes:
    exif = Image.Exif()
    if place:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef] = "N"
        gps[ExifTags.GPS.GPSLatitude] = (29.0, 56.0, 30.0)
        gps[ExifTags.GPS.GPSLongitudeRef] = "E"
        gps[ExifTags.GPS.GPSLongitude] = (121.0, 36.0, 0.0)
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:07:01 10:20:30"
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, exif=exif)
    return out.getvalue()


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" * 40)
        archive.writestr("_rels/.rels", "<Relationships/>" * 40)
        archive.writestr("word/document.xml", "<w:document/>" * 10)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> FileFolder:
    return FileFolder(tmp_path / "files", limit=200_000)


def test_a_photo_is_kept_under_its_hash_with_place_and_time(folder: FileFolder) -> None:
    content = picture(place=True)
    saved = folder.save(io.BytesIO(content))
    assert (saved.media_type, saved.kind) == ("image/jpeg", "photo")
    assert (saved.lat, saved.lon) == (pytest.approx(29.9416667), pytest.approx(121.6))
    # the camera wrote Chinese wall time
    assert saved.taken_at == datetime(2026, 7, 1, 2, 20, 30, tzinfo=UTC)
    with folder.open(saved.path) as file:
        kept = file.read()
    # the record itself is not kept
    assert len(kept) == saved.size < len(content) and hashlib.sha256(kept).hexdigest() == saved.sha256


def test_a_photo_without_record_has_neither(folder: FileFolder) -> None:
    saved = folder.save(io.BytesIO(picture("PNG")))
    assert (saved.media_type, saved.lat, saved.lon, saved.taken_at) == ("image/png", None, None, None)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7\n%", "application/pdf"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2mp41", "video/mp4"),
        (b"ID3\x03\x00" + bytes(50), "audio/mpeg"),
        (b"#!AMR\n" + bytes(50), "audio/amr"),
        (docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_voice_video_and_documents_are_taken(folder: FileFolder, content: bytes, media_type: str) -> None:
    assert folder.save(io.BytesIO(content)).media_type == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ" + bytes(100),
        b"PK\x03\x04" + bytes(100),
        b"just text",
        b"\xff\xd8\xff\xe0" + b"rubbish" * 20,
    ],
)
def test_other_files_are_refused_and_leave_nothing(
    folder: FileFolder, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(FileRefused):
        folder.save(io.BytesIO(content))
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_a_picture_with_too_many_pixels_is_refused_undecoded(folder: FileFolder) -> None:
    bomb = bytearray(picture("PNG"))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib

    bomb[29:33] = zlib.crc32(bytes(bomb[12:29])).to_bytes(4, "big")
    with pytest.raises(FileRefused, match="pixels"):
        folder.save(io.BytesIO(bytes(bomb)))


def test_reading_stops_at_the_limit(folder: FileFolder, tmp_path: Path) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"%PDF-1.7".ljust(size, b" ")

    endless = Endless()
    with pytest.raises(FileTooLarge):
        folder.save(endless)  # type: ignore[arg-type]
    assert endless.given < 400_000
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_the_same_content_is_kept_once_whoever_sends_it(folder: FileFolder, tmp_path: Path) -> None:
    content = picture()
    threads = [threading.Thread(target=folder.save, args=(io.BytesIO(content),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert len(kept) == 1 and kept[0].read_bytes() == bare_photo(content, "image/jpeg")


@pytest.mark.parametrize(
    "path", ["", "../secret", "ab/../../x", "/etc/passwd", "ab/" + "0" * 64, "incoming/x"]
)
def test_only_kept_files_can_be_opened(folder: FileFolder, path: str) -> None:
    with pytest.raises(FileMissing):
        folder.open(path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file stands where the folder should be")
    with pytest.raises(FolderUnavailable):
        FileFolder(tmp_path / "files").save(io.BytesIO(picture()))


def test_kept_files_are_readable_by_the_owner_only(folder: FileFolder) -> None:
    saved = folder.save(io.BytesIO(picture()))
    assert os.stat(folder.locate(saved.path)).st_mode & 0o077 == 0
