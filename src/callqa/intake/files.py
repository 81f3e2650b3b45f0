"""Recordings on disk, and which of them a manifest means."""

import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from callqa.domain import IntakeError


def _endings(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


SOUND_SUFFIXES = _endings(
    ".wav .wave .mp3 .flac .ogg .oga .opus .m4a .mp4 .aac .amr .awb .3gp .gsm .wma .au .aif .aiff .mka .webm .v3"
)
"""Endings searched for in a folder; a manifest or a list of files may name others."""


def list_files(sources: Sequence[Path]) -> list[Path]:
    """Files given, and sound files of the folders given, sorted within each folder; hidden files are passed over.

    Raises:
        IntakeError: ``intake.source_missing`` for a path that does not exist or a folder that cannot be listed.
    """
    files: list[Path] = []
    for source in sources:
        if source.is_dir():
            files += _sound_files(source)
        elif source.exists() or source.is_symlink():
            files.append(source)
        else:
            raise IntakeError(f"找不到：{source}。", code="intake.source_missing", hint="请检查路径。")
    return list(dict.fromkeys(files))


def _sound_files(folder: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        if Path(error.filename or folder) == folder:
            raise IntakeError(
                f"文件夹打不开：{folder}（{error.strerror}）。",
                code="intake.source_missing",
                hint="请检查读取权限。",
            ) from error

    found = []
    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            Path(place) / name
            for name in names
            if not name.startswith(".") and Path(name).suffix.lower() in SOUND_SUFFIXES
        ]
    return sorted(found)


class FileBook:
    """Finds the file a manifest row means, never outside the folders and files that were given.

    Args:
        sources: Folders and files given.
        files: All files found in them.
        beside: Folder of the manifest, from which relative paths may also start.
    """

    def __init__(self, sources: Sequence[Path], files: Sequence[Path], beside: Path) -> None:
        self._folders = [_straight(source) for source in sources if source.is_dir()]
        self._files = {_straight(path): path for path in files}
        self._beside = _straight(beside)
        self._by_name = _index(files, lambda path: path.name)
        self._by_stem = _index(files, lambda path: path.stem)

    def find(self, named: str) -> Path | None:
        r"""The file, or None.

        Tried in this order: the path from each folder given, from the manifest's folder, as it stands; then, for paths of
        another machine (``D:\rec\a.wav``), the file of that name; then the name without its ending. A name that two
        files bear means neither.
        """
        if _climbs(named):
            return None
        written = PurePosixPath(_slashes(named))
        for start in (*self._folders, self._beside):
            place = _straight(start / written)
            if place in self._files:
                return self._files[place]
            if self._inside(place) and place.is_file():
                return place
        name = written.name.casefold()
        return self._by_name.get(name) or self._by_stem.get(name)

    def is_outside(self, named: str) -> bool:
        """True where the row points out of the folders given."""
        if _climbs(named):
            return True
        written = PurePosixPath(_slashes(named))
        if not written.is_absolute():
            return False
        return not self._inside(_straight(Path(written)))

    def unnamed(self, taken: Collection[Path]) -> list[Path]:
        """Files that no row named."""
        used = {_straight(path) for path in taken}
        return [path for place, path in self._files.items() if place not in used]

    def _inside(self, place: Path) -> bool:
        return any(place.is_relative_to(folder) for folder in self._folders)


def _index(files: Iterable[Path], part: Callable[[Path], str]) -> dict[str, Path]:
    """Name → file, for names that only one file bears."""
    found: dict[str, Path | None] = {}
    for path in files:
        name = part(path).casefold()
        found[name] = None if name in found else path
    return {name: path for name, path in found.items() if path is not None}


def _straight(path: Path) -> Path:
    """Absolute, without ``..``; symbolic links stay as they are, so that linked storage counts as inside."""
    return Path(os.path.abspath(path))  # noqa: PTH100  (Path.resolve would follow links)


def _slashes(named: str) -> str:
    return re.sub(r"^[A-Za-z]:", "", named.strip()).replace("\\", "/")


def _climbs(named: str) -> bool:
    return ".." in PurePosixPath(_slashes(named)).parts or "\0" in named


@dataclass(frozen=True, slots=True)
class FileHash:
    """A file's identity.

    Attributes:
        sha256: Hash of the bytes; empty where it could not be read.
        size: Bytes.
        error: Why it could not be read; empty where it could.
    """

    sha256: str
    size: int
    error: str = ""

    @classmethod
    def of(cls, path: Path) -> "FileHash":
        """Reads the file once."""
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                return cls(digest, file.tell())
        except OSError as error:
            return cls("", 0, error.strerror or type(error).__name__)
