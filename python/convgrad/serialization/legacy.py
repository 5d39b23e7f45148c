"""The format before PyTorch 1.6: pickles one after the other, then the elements of all storages."""
from __future__ import annotations

import io
import pickle
import struct
import sys
from typing import Any, Callable

from .names import Storage, StorageType, elements_of
from .pickler import TensorPickler

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
PROTOCOL_VERSION = 1001


def checked_identity(identity: Any, length: int) -> tuple[StorageType, str, str, int]:
    """Type, key, location and number of elements from what a pickle says of a storage."""
    if type(identity) is not tuple or len(identity) != length or identity[0] not in ("storage", b"storage"):
        raise pickle.UnpicklingError(f"Only persistent_load of storage is allowed, but got {identity!r:.200}")
    _, kind, key, location, count = (part.decode("ascii") if isinstance(part, bytes) else part for part in identity[:5])
    if not isinstance(kind, StorageType) or type(key) is not str or type(location) is not str:
        raise pickle.UnpicklingError(f"a storage is described by {identity!r:.200}")
    if type(count) is not int or not 0 <= count < 2 ** 60:
        raise pickle.UnpicklingError(f"storage {key!r} has {count!r} elements")
    return kind, key, location, count


class _Promise(Storage):
    """A storage whose elements come later in the file; tensors are made of it as soon as it is known where they end."""

    def __init__(self, elements: Any, location: str, kind: StorageType, count: int) -> None:
        super().__init__(elements, location)
        self.kind = kind
        self.count = count


def read(source: Any, unpickle: Callable, place: Callable) -> Any:
    data = source.read_at(0, source.size)
    storages: dict[str, Storage] = {}

    def storage(identity: Any) -> Any:
        if type(identity) is tuple and len(identity) == 5 and identity[0] == "module":
            return identity[1]
        kind, key, location, count = checked_identity(identity, 6)
        view = identity[5]
        if key not in storages:
            if count * kind.dtype.itemsize > len(data):
                raise pickle.UnpicklingError(f"storage {key!r} is larger than the file")
            zeros = elements_of(bytes(count * kind.dtype.itemsize), kind, count, False, f"storage {key!r}")
            storages[key] = place(_Promise(zeros, location, kind, count), location)
        root = storages[key]
        if root.dtype != kind.dtype:
            raise pickle.UnpicklingError(f"storage {key!r} is described in two different ways")
        return root if view is None else _part(root, view, location)

    magic, position = unpickle(data, storage)
    if magic != MAGIC_NUMBER:
        raise RuntimeError("Invalid magic number; corrupt file?")
    version, position = unpickle(data, storage, position)
    if version != PROTOCOL_VERSION:
        raise RuntimeError(f"Invalid protocol version: {version}")
    info, position = unpickle(data, storage, position)
    big_endian = isinstance(info, dict) and info.get("little_endian") is False
    result, position = unpickle(data, storage, position)
    keys, position = unpickle(data, storage, position)
    if not isinstance(keys, list) or sorted(keys, key=str) != sorted(storages):
        raise pickle.UnpicklingError("the storages after the pickle are not those that it names")
    for key in keys:
        position = _fill(storages[key], data, position, big_endian, key)
    return result


def _part(root: Storage, view: Any, location: str) -> Storage:
    if type(view) is not tuple or len(view) != 3 or not all(type(n) is int and n >= 0 for n in view[1:]):
        raise pickle.UnpicklingError(f"a part of a storage is described by {view!r:.200}")
    _, offset, size = view
    if offset + size > len(root):
        raise pickle.UnpicklingError("a part of a storage is larger than it")
    return Storage(root.elements[offset:offset + size], location)


def _fill(storage: Storage, data: bytes, position: int, big_endian: bool, key: str) -> int:
    """The elements of a storage; where the next begins."""
    if len(data) - position < 8:
        raise pickle.UnpicklingError("the file is cut short")
    (count,) = struct.unpack_from(">q" if big_endian else "<q", data, position)
    size = storage.count * storage.kind.dtype.itemsize
    if count != storage.count or size > len(data) - position - 8:
        raise pickle.UnpicklingError(f"storage {key!r} has {count} elements, but {storage.count} were expected")
    position += 8
    storage.elements.copy_(elements_of(data[position:position + size], storage.kind, storage.count, big_endian, f"storage {key!r}"))
    return position + size


def write(obj: object, file: Any, root: str, protocol: int, without_byteorder: bool) -> None:
    sizes = {"short": 2, "int": 4, "long": 4}
    info = {"protocol_version": PROTOCOL_VERSION, "little_endian": sys.byteorder == "little", "type_sizes": sizes}
    for head in (MAGIC_NUMBER, PROTOCOL_VERSION, info):
        pickle.dump(head, file, protocol=protocol)
    buffer = io.BytesIO()
    pickler = TensorPickler(buffer, protocol, legacy=True)
    pickler.dump(obj)
    file.write(buffer.getvalue())
    keys = sorted(pickler.storages)
    pickle.dump(keys, file, protocol=protocol)
    for key in keys:
        elements = pickler.storages[key]
        file.write(struct.pack("=q", elements.count) + elements.bytes())
