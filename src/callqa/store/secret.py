"""Secrets that this installation makes for itself and keeps beside its data."""

import os
import secrets
from pathlib import Path

from callqa.domain import StoreError


def kept_secret(file: Path) -> str:
    """The secret of this file, made where there is none; two processes at once agree on one.

    Raises:
        StoreError: The folder cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        made = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        if not file.exists():
            descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as handle:
                handle.write(secrets.token_urlsafe(48))
            try:
                os.link(made, file)  # fails where another process was first
            except FileExistsError:
                pass
            finally:
                made.unlink()
        return file.read_text(encoding="ascii").strip()
    except OSError as refused:
        raise StoreError(
            f"写不了 {file}：{refused.strerror}。", code="store.open", hint="请检查数据文件夹的写权限。"
        ) from refused
