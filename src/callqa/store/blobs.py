"""Uploaded recordings, by the hash of their content, in a folder beside the database."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from callqa.domain import StoreError


class Blobs:
    """Files under their hash; written beside, synced, then renamed, so that a file under its hash is whole.

    Args:
        folder: Where they lie; made when first needed.
        limit: Greatest size in bytes.
        reserve: Bytes that must stay free on the disk.
    """

    def __init__(self, folder: Path, *, limit: int, reserve: int = 256 << 20) -> None:
        self.folder = folder
        self.limit = limit
        self.reserve = reserve

    def path(self, sha256: str) -> Path:
        """Where the content of this hash lies, whether it is there or not."""
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """True where the content is there."""
        return self.path(sha256).is_file()

    def receive(self, *, expected: int | None = None) -> "Receiving":
        """A file about to come in: ``with blobs.receive() as file: file.write(…); sha256 = file.keep()``.

        Args:
            expected: Bytes announced, where the sender announces any; too many are refused before the first.

        Raises:
            StoreError: ``blob.too_large``, ``blob.no_room``, ``store.open``.
        """
        if expected is not None and expected > self.limit:
            raise self._too_large()
        try:
            incoming = self.folder / "incoming"
            incoming.mkdir(parents=True, exist_ok=True)
            room = os.statvfs(incoming)
            if room.f_bavail * room.f_frsize - (expected or 0) < self.reserve:
                raise StoreError(
                    "磁盘快满了，收不下录音。", code="blob.no_room", hint="请腾出空间，再上传一次。"
                )
            return Receiving(self, incoming / f"{uuid4().hex}.part")
        except OSError as refused:
            raise _refused(self.folder, refused) from refused

    def delete(self, sha256: str) -> bool:
        """Delete the content of this hash; False where it was not there."""
        try:
            self.path(sha256).unlink()
        except FileNotFoundError:
            return False
        except OSError as refused:
            raise _refused(self.folder, refused) from refused
        return True

    def sweep(self, *, older_than: float) -> int:
        """Delete unfinished files last written before this POSIX time; how many."""
        swept = 0
        for part in self._unfinished():
            with contextlib.suppress(FileNotFoundError):
                if part.stat().st_mtime < older_than:
                    part.unlink()
                    swept += 1
        return swept

    def _unfinished(self) -> Iterator[Path]:
        incoming = self.folder / "incoming"
        if incoming.is_dir():
            yield from incoming.glob("*.part")

    def _too_large(self) -> StoreError:
        return StoreError(
            f"录音超过 {self.limit / 1e6:.0f} MB。",
            code="blob.too_large",
            hint="请拆开或压缩，或请管理员调大上限。",
        )


class Receiving:
    """A file coming in; leaving the ``with`` without `keep` deletes it.

    Attributes:
        size: Bytes so far.
    """

    def __init__(self, blobs: Blobs, part: Path) -> None:
        self.size = 0
        self._blobs = blobs
        self._part = part
        self._hash = hashlib.sha256()
        self._file = part.open("xb")

    def write(self, chunk: bytes) -> None:
        """More of it.

        Raises:
            StoreError: ``blob.too_large`` from the first byte over the limit; ``store.full`` and the like.
        """
        self.size += len(chunk)
        if self.size > self._blobs.limit:
            raise self._blobs._too_large()
        self._hash.update(chunk)
        try:
            self._file.write(chunk)
        except OSError as refused:
            raise _refused(self._part, refused) from refused

    @property
    def sha256(self) -> str:
        """Hash of what has come so far."""
        return self._hash.hexdigest()

    def seen(self) -> Path:
        """Where what has come so far can be looked at before it is kept."""
        self._file.flush()
        return self._part

    def keep(self) -> str:
        """All has come: it is on the disk under its hash when this returns; the hash."""
        sha256 = self._hash.hexdigest()
        target = self._blobs.path(sha256)
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            target.parent.mkdir(parents=True, exist_ok=True)
            self._part.replace(target)
            for folder in (target.parent, target.parent.parent):
                _sync_folder(folder)
        except OSError as refused:
            raise _refused(target, refused) from refused
        return sha256

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    # a rename is only as safe as the folder that holds it
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(where: Path, refused: OSError) -> StoreError:
    return StoreError(
        f"写不了文件 {where.name}：{refused.strerror}。",
        code="store.full" if refused.errno == 28 else "store.io",
        hint="请检查磁盘空间和写权限。",
    )
