"""Files that are either the old one or the whole new one. """
from __future__ import annotations

import contextlib
import os
import secrets
import stat
from typing import Any, Iterator


@contextlib.contextmanager
def replaced(path: str) -> Iterator[Any]:
    """A file to write to, which takes the path's place when the block ends well, and goes when it does not.

    A link is followed, the mode of a file that is there kept; devices and pipes are written to directly. Errors: OSError
    with the path; RuntimeError in PyTorch's words for a folder that is not there.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise RuntimeError(f"Parent directory {os.path.dirname(os.fspath(path)) or folder} does not exist.")
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and stat.S_ISDIR(mode):
        raise RuntimeError("open file failed with strerror: Is a directory")
    if mode is not None and not stat.S_ISREG(mode):
        with _with_path(path), open(target, "wb") as file:
            yield file
        return
    with _with_path(path):
        with _beside(target, mode) as file:
            yield file


@contextlib.contextmanager
def _with_path(path: str) -> Iterator[None]:
    """OSErrors of writing say which file it was."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = path
        raise


@contextlib.contextmanager
def _beside(target: str, mode: int | None) -> Iterator[Any]:
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:200]}.{secrets.token_hex(6)}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        with open(handle, "wb") as file:
            if mode is not None:
                os.chmod(temporary, stat.S_IMODE(mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(folder)


def _sync_folder(folder: str) -> None:
    """So that the new name outlives a power cut; where folders cannot be synced it goes without."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
