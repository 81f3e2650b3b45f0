"""A form with one file, read as it comes: fields into memory, the file straight to its place on the disk."""

from collections.abc import AsyncIterator, Callable
from functools import partial

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from callqa.api.problems import Refusal
from callqa.api.work import in_thread

_FIELDS = 50
_FIELD_BYTES = 4000


class FormWithFile:
    """Collects what a parser tells.

    Args:
        content_type: Of the request.
        file_field: Name of the field that carries the file.
        write: Takes the file's bytes; called in a thread.

    Raises:
        Refusal: ``request.media_type`` where it is no such form.
    """

    def __init__(self, content_type: str, *, file_field: str, write: Callable[[bytes], None]) -> None:
        kind, options = parse_options_header(content_type.encode("latin-1", "replace"))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise Refusal("request.media_type")
        self.fields: dict[str, str] = {}
        self.file_name: str | None = None
        self.ended = False
        self._file_field = file_field
        self._write = write
        self._header = b""
        self._value = b""
        self._disposition = b""
        self._name = ""
        self._is_file = False
        self._field = bytearray()
        self._pieces: list[bytes] = []
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    async def read(self, stream: AsyncIterator[bytes]) -> None:
        """Read the whole body.

        Raises:
            Refusal: ``request.json`` (400) where it is no well-formed form, or breaks off.
        """
        try:
            async for chunk in stream:
                self._parser.write(chunk)
                if self._pieces:
                    pieces, self._pieces = b"".join(self._pieces), []
                    await in_thread(partial(self._write, pieces))
            self._parser.finalize()
        except (MultipartParseError, UnicodeDecodeError) as error:
            raise Refusal("request.json") from error
        if not self.ended:
            raise Refusal("request.json")

    def _part_begin(self) -> None:
        self._disposition, self._name, self._is_file = b"", "", False
        self._field = bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8")
        self._is_file = self._name == self._file_field
        if self._is_file:
            if self.file_name is not None:
                raise MultipartParseError("two files")
            self.file_name = options.get(b"filename", b"").decode("utf-8")
        elif len(self.fields) >= _FIELDS:
            raise MultipartParseError("too many fields")

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._pieces.append(data[start:end])
            return
        self._field += data[start:end]
        if len(self._field) > _FIELD_BYTES:
            raise Refusal("request.invalid", f"表单项 {self._name[:40]} 太长。")

    def _part_end(self) -> None:
        if not self._is_file:
            self.fields[self._name] = self._field.decode("utf-8")

    def _end(self) -> None:
        self.ended = True
