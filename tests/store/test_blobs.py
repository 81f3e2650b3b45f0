import hashlib
import os
import time
from pathlib import Path

import pytest

from callqa.domain import StoreError
from callqa.store import Blobs


def blobs(tmp_path: Path, *, limit: int = 1000, reserve: int = 0) -> Blobs:
    return Blobs(tmp_path / "recordings", limit=limit, reserve=reserve)


def left(store: Blobs) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


def test_what_comes_in_whole_lies_under_its_hash(tmp_path: Path) -> None:
    store = blobs(tmp_path)
    with store.receive(expected=6) as file:
        file.write(b"abc")
        file.write(b"def")
        sha256 = file.keep()
    assert sha256 == hashlib.sha256(b"abcdef").hexdigest()
    assert store.has(sha256)
    assert store.path(sha256).read_bytes() == b"abcdef"
    with store.receive() as file:  # the same again
        file.write(b"abcdef")
        assert file.keep() == sha256
    assert left(store) == [store.path(sha256)]
    assert store.delete(sha256)
    assert not store.delete(sha256)


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    store = blobs(tmp_path)
    with pytest.raises(ConnectionError), store.receive() as file:
        _break_off(file)
    assert left(store) == []


def _break_off(file: object) -> None:
    file.write(b"abc")  # type: ignore[attr-defined]
    raise ConnectionError


def test_too_much_is_refused_before_and_while_it_comes(tmp_path: Path) -> None:
    store = blobs(tmp_path, limit=10)
    with pytest.raises(StoreError) as refused:
        store.receive(expected=11)
    assert refused.value.code == "blob.too_large"
    with store.receive(expected=3) as file:
        file.write(b"x" * 10)
        with pytest.raises(StoreError) as refused:
            file.write(b"x")
    assert refused.value.code == "blob.too_large"
    assert left(store) == []


def test_a_disk_without_room_is_left_alone(tmp_path: Path) -> None:
    store = blobs(tmp_path, limit=1 << 62, reserve=1 << 60)
    with pytest.raises(StoreError) as refused:
        store.receive(expected=1)
    assert refused.value.code == "blob.no_room"


def test_unfinished_files_of_a_killed_server_are_swept(tmp_path: Path) -> None:
    store = blobs(tmp_path)
    (store.folder / "incoming").mkdir(parents=True)
    old, new = store.folder / "incoming" / "a.part", store.folder / "incoming" / "b.part"
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (0, 0))
    assert store.sweep(older_than=time.time() - 3600) == 1
    assert left(store) == [new]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file")
    with pytest.raises(StoreError) as refused:
        blobs(tmp_path).receive()
    assert refused.value.code == "store.io"
