"""Files of tensors, and of what holds them, that PyTorch reads and writes, too. Like torch.serialization.

Reading calls nothing but what is on a list (weights_only, the default), and takes no number of a file for granted:
checksums, sizes, strides and offsets are checked. Writing leaves the old file whole until the new one is.
"""
from __future__ import annotations

import contextlib
import io
import os
import pickle
import re
import sys
import warnings
from typing import Any, Callable, Iterator

from .. import _C
from . import archive, atomic, legacy
from .allowed import add_safe_globals, clear_safe_globals, find_allowed, get_safe_globals, remove_safe_globals, safe_globals, tables
from .machine import Machine
from .names import Storage, StorageType, elements_of, name_here
from .pickler import TensorPickler

__all__ = ["save", "load", "add_safe_globals", "clear_safe_globals", "get_safe_globals", "safe_globals", "set_check_crc32"]

DEFAULT_PROTOCOL = 2
UNSAFE_MESSAGE = (
    "In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` from `False` to `True`. Re-running "
    "`torch.load` with `weights_only` set to `False` will likely succeed, but it can result in arbitrary code execution. Do it only if "
    "you got the file from a trusted source.")
_DOCS = ("\n\nCheck the documentation of torch.load to learn more about types accepted by default with weights_only "
         "https://pytorch.org/docs/stable/generated/torch.load.html.")

_check_crc = True


def set_check_crc32(check: bool) -> None:
    """Whether load() refuses contents whose checksum is wrong; it does."""
    global _check_crc
    _check_crc = bool(check)


def _is_path(f: Any) -> bool:
    return isinstance(f, (str, os.PathLike))


# ---- writing

def save(obj: object, f: Any, pickle_module: Any = pickle, pickle_protocol: int = DEFAULT_PROTOCOL,
         _use_new_zipfile_serialization: bool = True, _disable_byteorder_record: bool = False) -> None:
    """Writes an object to a path, or to a file object with write().

    Tensors that share memory share it again when loaded; a view keeps all the memory that it is a view of. A path is
    replaced at the end at once: what stood there stays whole until then. PyTorch reads the file, too. A path that ends in
    .safetensors becomes a file of that format, which holds tensors by name alone (TypeError, ValueError for others).

    Errors: AttributeError for what is neither; RuntimeError for a folder that is not there; OSError with the path, as for a
    full disk; what pickle raises for objects that cannot be written. Like torch.save.

    Example::

        >>> torch.save(net.state_dict(), "net.pt")
        >>> net.load_state_dict(torch.load("net.pt"))
    """
    if not _is_path(f) and not hasattr(f, "write"):
        raise AttributeError("expected 'f' to be string, path, or a file-like object with a 'write' attribute")
    write = _write_archive if _use_new_zipfile_serialization else legacy.write
    if not _is_path(f):
        write(obj, f, "archive", pickle_protocol, _disable_byteorder_record)
        return
    path = os.fspath(f)
    if _is_safetensors(path):
        from .safetensors import save_file
        save_file(obj, path)
        return
    root = _root_of(path)
    with atomic.replaced(path) as file:
        write(obj, file, root, pickle_protocol, _disable_byteorder_record)


def _is_safetensors(path: Any) -> bool:
    return os.fsdecode(path).lower().endswith(".safetensors")


def _root_of(path: str) -> str:
    """The folder that all entries are in: the file's name without its ending."""
    path = os.fsdecode(path)
    if not path.isascii():
        return "archive"
    name = re.split(r"[\\/]", path)[-1]
    root = name.rpartition(".")[0] if "." in name else name
    if not root:
        raise RuntimeError(f"invalid file name: {path}")
    return root


def _write_archive(obj: object, file: Any, root: str, protocol: int, without_byteorder: bool) -> None:
    buffer = io.BytesIO()
    pickler = TensorPickler(buffer, protocol)
    pickler.dump(obj)
    out = archive.Writer(file.write, root)
    out.add("data.pkl", buffer.getvalue())
    out.add(".format_version", b"1")
    out.add(".storage_alignment", str(archive.ALIGNMENT).encode())
    if not without_byteorder:
        out.add("byteorder", sys.byteorder.encode())
    for key, elements in pickler.storages.items():
        out.add(f"data/{key}", elements.bytes())
    out.add("version", b"3\n")
    out.add(".data/serialization_id", f"{out.crc:040d}".encode())
    out.finish()


# ---- reading

def load(f: Any, map_location: Any = None, pickle_module: Any = None, *, weights_only: bool | None = None, mmap: bool | None = None,
         **pickle_load_args: Any) -> Any:
    """Reads what save(), or PyTorch's, wrote, from a path or a file object with read() and seek().

    weights_only (default): calls nothing but what rebuilds tensors and containers, and what add_safe_globals() was given.
    False: runs whatever the file says, so for files of your own only. map_location: "cpu", a dict, or a function
    (storage, location): where tensors go that were saved on another device; here the only place is "cpu". Of a path that
    ends in .safetensors: a dict of its tensors (ValueError, which says what is wrong, for a damaged one).

    Errors: pickle.UnpicklingError for a pickle that is damaged or names what is not allowed; RuntimeError for a damaged
    archive (checksums too) and for tensors of other devices without map_location; NotImplementedError for types that
    convgrad lacks; OSError. Like torch.load.
    """
    if weights_only is None:
        weights_only = pickle_module is None
    if weights_only and pickle_module is not None:
        raise RuntimeError("Can not safely load weights when explicit pickle_module is specified")
    if pickle_load_args and weights_only:
        warnings.warn("pickle_load_args only works if `weights_only=False`.", stacklevel=2)
    if mmap and not _is_path(f):
        raise ValueError("f must be a file path in order to use the mmap argument")
    place = _restorer(map_location)
    with _opened(f) as source:
        if _is_path(f) and _is_safetensors(f):
            from . import safetensors
            if safetensors.is_one(source):
                return safetensors.read(source, os.fsdecode(f), place)
        if source.size == 0:
            raise EOFError("the file is empty")
        start = source.read_at(0, min(4, source.size))
        reading = legacy.read if start != b"PK\x03\x04" else _read_archive
        unpickle = _unpickle_allowed if weights_only else _unpickle_all(pickle_module or pickle, pickle_load_args)
        try:
            return reading(source, unpickle, place)
        except pickle.UnpicklingError as error:
            if not weights_only:
                raise
            raise pickle.UnpicklingError(_explained(str(error))) from None


def _explained(text: str) -> str:
    """PyTorch's words around what went wrong."""
    if "was not an allowed global by default." in text:
        return ("Weights only load failed. This file can still be loaded, to do so you have two options, \033[1mdo those steps only if you "
                f"trust the source of the checkpoint\033[0m. \n\t(1) {UNSAFE_MESSAGE}\n\t(2) Alternatively, to load with `weights_only=True` "
                f"please check the recommended steps in the following error message.\n\tWeightsUnpickler error: {text}{_DOCS}")
    return f"Weights only load failed. {text}{_DOCS}"


class _Source:
    """A file's bytes from where it stood."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._start = file.tell()
        self.size = file.seek(0, os.SEEK_END) - self._start
        file.seek(self._start)

    def read_at(self, offset: int, count: int) -> bytes:
        self._file.seek(self._start + offset)
        parts = []
        while count > 0 and (part := self._file.read(count)):
            parts.append(part)
            count -= len(part)
        if count > 0:
            raise archive._damaged("the file became shorter while it was read")
        return parts[0] if len(parts) == 1 else b"".join(parts)


@contextlib.contextmanager
def _opened(f: Any) -> Iterator[_Source]:
    if _is_path(f):
        with open(f, "rb") as file:
            yield _Source(file)
        return
    try:
        f.seek(f.tell())
    except (io.UnsupportedOperation, AttributeError) as error:
        if "seek" not in str(error) and "tell" not in str(error):
            raise
        raise type(error)(f"{error}. You can only torch.load from a file that is seekable. Please pre-load the data into a buffer like "
                          "io.BytesIO and try to load from it instead.") from None
    if not hasattr(f, "read"):
        raise AttributeError(f"{f!r} has no attribute 'read'. You can only torch.load from a file that can be read.")
    yield _Source(f)


def _read_archive(source: _Source, unpickle: Callable, place: Callable) -> Any:
    records = archive.Reader(source.read_at, source.size, _check_crc)
    if "constants.pkl" in records:
        raise RuntimeError("convgrad cannot run TorchScript archives, and this is one; save the module's state_dict() instead")
    order = records.read("byteorder") if "byteorder" in records else b"little"
    if order not in (b"little", b"big"):
        raise ValueError("Unknown endianness type: " + order.decode("ascii", "replace"))
    storages: dict[str, Storage] = {}

    def storage(identity: Any) -> Storage:
        kind, key, location, count = legacy.checked_identity(identity, 5)
        if key not in storages:
            what = f"storage {key!r}"
            size = records.size_of(f"data/{key}")
            if kind.dtype.itemsize * count != size:
                raise pickle.UnpicklingError(f"{what} has {size} bytes, but {count} elements of {kind.dtype} take "
                                             f"{kind.dtype.itemsize * count}")
            elements = elements_of(records.read(f"data/{key}"), kind, count, order == b"big", what)
            storages[key] = place(Storage(elements, location), location)
        found = storages[key]
        if found.dtype != kind.dtype or len(found) != count:
            raise pickle.UnpicklingError(f"storage {key!r} is described in two different ways")
        return found

    return unpickle(records.read("data.pkl"), storage)[0]


def _unpickle_allowed(data: bytes, storage: Callable, position: int = 0) -> tuple[Any, int]:
    calls, classes = tables()
    machine = Machine(data, find_allowed, calls, classes, storage, position)
    return machine.load(), machine.position


def _unpickle_all(pickle_module: Any, options: dict[str, Any]) -> Callable:
    """Python's own way, with PyTorch's names for what is here."""
    from .names import allowed

    class Unpickler(pickle_module.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            known = allowed()[0].get(f"{module}.{name}")
            if known is not None and module.startswith("torch"):
                return known
            return super().find_class(name_here(module), name)

    def unpickle(data: bytes, storage: Callable, position: int = 0) -> tuple[Any, int]:
        file = io.BytesIO(data)
        file.seek(position)
        unpickler = Unpickler(file, **{"encoding": "utf-8", **options})
        unpickler.persistent_load = storage
        return unpickler.load(), file.tell()

    return unpickle


# ---- places

def default_restore_location(storage: Storage, location: str) -> Storage:
    """Errors: RuntimeError for any place but the processor."""
    if location == "cpu":
        return storage
    if location.startswith("cuda"):
        raise RuntimeError("Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on "
                           "a CPU-only machine, please use torch.load with map_location=torch.device('cpu') to map your storages to the "
                           "CPU.")
    raise RuntimeError(f"don't know how to restore data location of torch.storage.UntypedStorage (tagged with {location})")


def _restorer(map_location: Any) -> Callable[[Storage, str], Storage]:
    if map_location is None:
        return default_restore_location
    if isinstance(map_location, dict):
        return lambda storage, location: default_restore_location(storage, map_location.get(location, location))
    if isinstance(map_location, (str, bytes, _C.device)):
        place = map_location.decode() if isinstance(map_location, bytes) else str(map_location)
        return lambda storage, location: default_restore_location(storage, place)

    def restore(storage: Storage, location: str) -> Storage:
        result = map_location(storage, location)
        return default_restore_location(storage, location) if result is None else result

    return restore
