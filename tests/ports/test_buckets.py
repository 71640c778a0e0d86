"""Files in a store that speaks S3: a real server on loopback, two nodes, and what happens when it goes away."""

import hashlib
import io
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from minio import Minio
from moto.server import ThreadedMotoServer

from app.config import Config, InvalidConfig
from app.ports.buckets import BucketFiles
from app.ports.files import FileFolder, FileMissing, FileRefused, FileTooLarge, FolderUnavailable
from app.ports.remembered import Remembered
from tests.ports.test_files import picture


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    served.start()
    yield f"127.0.0.1:{port}"
    served.stop()


@pytest.fixture
def bucket(server: str) -> tuple[Minio, str]:
    name = f"files-{uuid4().hex[:12]}"
    store = Minio(server, access_key="key", secret_key="se/cret", secure=False, region="us-east-1")
    store.make_bucket(name)
    return store, name


def node(server: str, name: str, folder: Path, **more: int) -> BucketFiles:
    return BucketFiles(f"http://key:se%2Fcret@{server}/{name}?region=us-east-1", folder, limit=200_000, **more)


def letter(nth: int, size: int = 10_000) -> io.BytesIO:
    return io.BytesIO(b"%PDF-1.7 " + str(nth).encode().ljust(size, b" "))


def held(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("??/*")}


def names(store: Minio, name: str) -> list[str]:
    return [one.object_name or "" for one in store.list_objects(name, recursive=True)]


def test_what_one_node_keeps_another_reads(server: str, bucket: tuple[Minio, str], tmp_path: Path) -> None:
    store, name = bucket
    saved = node(server, name, tmp_path / "a").save(io.BytesIO(picture()))
    assert names(store, name) == [saved.path]
    other = node(server, name, tmp_path / "b")
    with other.open(saved.path) as file:
        content = file.read()
    assert hashlib.sha256(content).hexdigest() == saved.sha256 and len(content) == saved.size
    # the second time nobody is asked
    store.remove_object(name, saved.path)
    assert other.locate(saved.path).is_file()
    assert not list((tmp_path / "b" / "incoming").iterdir())


def test_the_same_content_is_kept_once(server: str, bucket: tuple[Minio, str], tmp_path: Path) -> None:
    store, name = bucket
    first = node(server, name, tmp_path / "a").save(io.BytesIO(picture()))
    stamp = store.stat_object(name, first.path).last_modified
    assert node(server, name, tmp_path / "b").save(io.BytesIO(picture())).path == first.path
    assert store.stat_object(name, first.path).last_modified == stamp and len(names(store, name)) == 1


@pytest.mark.parametrize("path", ["../etc/passwd", "ab/abc", "", "ab/" + "0" * 64, "/" + "a" * 66])
def test_what_was_never_kept_is_missing(server: str, bucket: tuple[Minio, str], tmp_path: Path, path: str) -> None:
    with pytest.raises(FileMissing):
        node(server, bucket[1], tmp_path).locate(path)


def test_what_the_store_changed_is_not_believed(server: str, bucket: tuple[Minio, str], tmp_path: Path) -> None:
    store, name = bucket
    saved = node(server, name, tmp_path / "a").save(io.BytesIO(picture()))
    store.put_object(name, saved.path, io.BytesIO(b"something else"), 14)
    with pytest.raises(FileMissing, match="something else"):
        node(server, name, tmp_path / "b").locate(saved.path)
    assert not (tmp_path / "b" / saved.path).exists()


def test_refused_files_never_reach_the_store(server: str, bucket: tuple[Minio, str], tmp_path: Path) -> None:
    store, name = bucket
    files = node(server, name, tmp_path)
    for content, error in ((b"#!/bin/sh", FileRefused), (b"", FileRefused), (b"x" * 300_000, FileTooLarge)):
        with pytest.raises(error):
            files.save(io.BytesIO(content))
    assert names(store, name) == []


def test_a_store_that_is_away_or_refuses_is_told_as_such(server: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        away = node(f"127.0.0.1:{taken.getsockname()[1]}", "files", tmp_path / "away")
        with pytest.raises(FolderUnavailable):
            away.save(io.BytesIO(picture()))
        with pytest.raises(FolderUnavailable):
            away.locate("ab/" + "ab" * 32)
    with pytest.raises(FolderUnavailable):
        node(server, "no-such-bucket", tmp_path / "none").save(io.BytesIO(picture()))
    assert not list((tmp_path / "away" / "incoming").iterdir())


@pytest.mark.parametrize("wrong", [
    "s3://bucket", "https://host/bucket", "https://k:s@host/", "https://k:s@host/a/b", "x",
])  # fmt: skip
def test_a_wrong_address_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(InvalidConfig, match="FILES_BUCKET"):
        Config.from_env({"DEMO": "0", "SECRET_KEY": "x" * 40, "DATA_KEY": "0" * 64, "FILES_BUCKET": wrong})


def test_the_folder_is_bounded_and_what_was_unused_longest_goes_first(
    server: str, bucket: tuple[Minio, str], tmp_path: Path
) -> None:
    store, name = bucket
    kept = node(server, name, tmp_path, most=65_000)
    saved = []
    for nth in range(6):
        saved.append(kept.save(letter(nth)))
        os.utime(kept.locate(saved[-1].path), (1_000_000 + nth,) * 2)
    kept.locate(saved[0].path)
    saved.append(kept.save(letter(6)))
    left = held(tmp_path)
    assert sum(path.stat().st_size for path in tmp_path.glob("??/*")) <= 65_000
    assert saved[0].sha256 in left and saved[6].sha256 in left, "asked for, or new"
    assert saved[1].sha256 not in left and len(names(store, name)) == 7
    with kept.open(saved[1].path) as file:
        assert hashlib.sha256(file.read()).hexdigest() == saved[1].sha256


def test_what_the_store_does_not_have_is_never_cleaned_away(
    server: str, bucket: tuple[Minio, str], tmp_path: Path
) -> None:
    old = FileFolder(tmp_path, limit=200_000)
    before = [old.save(letter(nth)) for nth in range(4)]
    for one in before:
        os.utime(old.locate(one.path), (1_000_000,) * 2)
    _, name = bucket
    kept = node(server, name, tmp_path, most=45_000)
    for nth in range(4, 9):
        kept.save(letter(nth))
    assert {one.sha256 for one in before} <= held(tmp_path)


def test_a_store_that_is_away_costs_no_file_and_dead_drafts_are_swept(
    server: str, bucket: tuple[Minio, str], tmp_path: Path
) -> None:
    _, name = bucket
    kept = node(server, name, tmp_path, most=30_000)
    for nth in range(2):
        kept.save(letter(nth))
    dead, fresh = tmp_path / "incoming" / "dead", tmp_path / "incoming" / "fresh"
    for path in (dead, fresh):
        path.write_bytes(b"half")
    os.utime(dead, (1_000_000,) * 2)
    there = held(tmp_path)

    def away(path: str) -> bool:
        raise FolderUnavailable

    assert Remembered(tmp_path, 5_000, away).clean() == 0
    assert held(tmp_path) == there and fresh.exists() and not dead.exists()
    assert Remembered(tmp_path, 5_000, lambda path: True).clean() == 2
