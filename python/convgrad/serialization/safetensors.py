"""Safetensors files: tensors by name, nothing that could run. The same bytes as the reference implementation's.

Nothing in a file is trusted: names, types, sizes and offsets are checked against the file's length before memory is asked for; holes,
overlaps and keys that come twice are refused. The C++ library's load_safetensors reads and refuses the same files.
"""
from __future__ import annotations

import json
import math
import os
import sys
from typing import Any, Callable, Iterator, Mapping, NamedTuple

from .. import _C
from . import archive, atomic
from .names import STORAGE_TYPE_OF, Storage, elements_of, turned

__all__ = ["SafetensorsError", "load_file", "save_file"]

Tensor = _C.Tensor
_METADATA = "__metadata__"
_LONGEST_HEADER = 100_000_000  # the reference implementation's
_MOST = 2 ** 63 - 1

# All types of the format with their bytes, in its order; and those that are tensors here.
_SIZES = {"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4, "U32": 4, "F32": 4,
          "C64": 8, "F64": 8, "I64": 8, "U64": 8}
_TYPES = {"BOOL": _C.bool, "U8": _C.uint8, "I32": _C.int32, "F32": _C.float32, "F64": _C.float64, "I64": _C.int64}
_NAMES = {dtype: name for name, dtype in _TYPES.items()}
_RANKS = {name: rank for rank, name in enumerate(_SIZES)}


class SafetensorsError(ValueError):
    """A file that is damaged, or none of the format; the text names it and says what is wrong."""


class _Entry(NamedTuple):
    name: str
    type: str
    shape: list[int]
    begin: int
    end: int


# ---- writing

def save_file(tensors: Mapping[str, Tensor], filename: Any, metadata: Mapping[str, str] | None = None) -> None:
    """Writes tensors by name, and texts, to a path; what stood there stays whole until the new file is.

    Each tensor is written dense and in C order; what shared memory shares none when loaded. Errors: TypeError for what is no
    mapping of names to tensors; ValueError for texts that are no UTF-8 and for the name __metadata__; RuntimeError for a folder
    that is not there; OSError with the path. Like safetensors.torch.save_file.

    Example::

        >>> from convgrad.serialization import safetensors
        >>> safetensors.save_file({"weight": torch.ones(2)}, "net.safetensors", {"format": "pt"})
        >>> safetensors.load_file("net.safetensors")
        {'weight': tensor([1., 1.])}
    """
    path = os.fsdecode(filename)
    check_tensors(tensors, path)
    order = sorted(tensors, key=lambda name: (-_RANKS[_NAMES[tensors[name].dtype]], name.encode()))
    with atomic.replaced(path) as file:
        file.write(_header(tensors, order, metadata))
        for name in order:
            file.write(_little_endian(tensors[name]))


def check_tensors(tensors: Any, path: str) -> None:
    """TypeError, ValueError for what a file cannot hold."""
    def refuse(what: str) -> TypeError:
        return TypeError(f"{path} would be a safetensors file, which holds tensors by name and nothing else, but {what}; another ending "
                         "makes a file that holds any object")

    if not isinstance(tensors, Mapping):
        raise refuse(f"this is a {type(tensors).__name__}")
    for name, tensor in tensors.items():
        if not isinstance(name, str):
            raise refuse(f"the name {name!r} is a {type(name).__name__}")
        if not isinstance(tensor, Tensor):
            raise refuse(f"{name!r} is a {type(tensor).__name__}")
        _check_text(name)
        if name == _METADATA:
            raise ValueError(f"a tensor cannot be named {_METADATA}: the format keeps that name")


def _check_text(text: str) -> None:
    if not isinstance(text, str):
        raise TypeError(f"metadata are texts, not {text!r}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{text!r} is no UTF-8 text") from None


def _header(tensors: Mapping[str, Tensor], order: list[str], metadata: Mapping[str, str] | None) -> bytes:
    contents: dict[str, Any] = {}
    if metadata:
        for pair in metadata.items():
            for text in pair:
                _check_text(text)
        contents[_METADATA] = dict(sorted(metadata.items()))
    offset = 0
    for name in order:
        tensor = tensors[name]
        end = offset + tensor.numel() * tensor.element_size()
        contents[name] = {"dtype": _NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def _little_endian(tensor: Tensor) -> bytes:
    data = _C._to_bytes(tensor.detach())
    return data if sys.byteorder == "little" else turned(data, tensor.element_size())


# ---- reading

def load_file(filename: Any, device: Any = "cpu") -> dict[str, Tensor]:
    """The tensors of a file by their names, in the file's order, each in memory of its own.

    Errors: SafetensorsError, a ValueError, for any that is damaged or none of the format;
    NotImplementedError for tensors of types that convgrad lacks; RuntimeError for another device; OSError.
    Like safetensors.torch.load_file.
    """
    from . import _opened, _restorer
    with _opened(filename) as source:
        return read(source, os.fsdecode(filename), _restorer(device))


def is_one(source: Any) -> bool:
    """Whether a file so named is one, if perhaps damaged, and not what torch.save wrote under such a name."""
    start = source.read_at(0, min(9, source.size))
    return start[8:9] == b"{" or not start.startswith((b"PK\x03\x04", b"\x80"))


def read(source: Any, name: str, place: Callable) -> dict[str, Tensor]:
    """source: read_at(offset, count) and size. place: as of load()'s map_location."""
    try:
        entries, start = _entries(source, name)
        result = {}
        for entry in entries:
            data = source.read_at(start + entry.begin, entry.end - entry.begin)
            result[entry.name] = place(Storage(_tensor(data, entry), "cpu"), "cpu").elements
        return result
    except archive.ArchiveError as error:  # what a source says where bytes are missing
        raise _damaged(name, str(error)) from None


def _damaged(file: str, what: str) -> SafetensorsError:
    return SafetensorsError(f"{file} is no sound safetensors file: {what}")


def _tensor(data: bytes, entry: _Entry) -> Tensor:
    dtype, count = _TYPES[entry.type], math.prod(entry.shape)
    if dtype == _C.bool:  # any byte but 0 is True; the memory of a bool must hold 0 or 1
        return (_C._from_bytes(data, _C.uint8, count) != 0).reshape(entry.shape)
    return elements_of(data, STORAGE_TYPE_OF[dtype], count, False, f"tensor {entry.name!r}").reshape(entry.shape)


def _entries(source: Any, file: str) -> tuple[list[_Entry], int]:
    """What the header says of each tensor, by the offset of its data; and where the data begin."""
    if source.size < 8:
        raise _damaged(file, f"header too small: the file has {source.size} bytes")
    length = int.from_bytes(source.read_at(0, 8), "little")
    if length > _LONGEST_HEADER:
        raise _damaged(file, f"header too large: {length} bytes, at most {_LONGEST_HEADER} are allowed")
    if length > source.size - 8:
        raise _damaged(file, f"invalid header length: {length} bytes, {source.size - 8} follow")
    entries = [_checked(name, fields, file) for name, fields in _parsed(source.read_at(8, length), file)]
    entries.sort(key=lambda e: (e.begin, e.end))
    end = 0
    for entry in entries:
        if entry.begin != end:
            raise _damaged(file, f"the data of tensor {entry.name!r} begin at {entry.begin}, those before it end at {end}")
        end = entry.end
    if end != source.size - 8 - length:
        raise _damaged(file, f"its tensors take {end} bytes, {source.size - 8 - length} follow the header")
    return entries, 8 + length


def _parsed(raw: bytes, file: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names and fields of a header of valid JSON."""
    if not raw.startswith(b"{"):
        raise _damaged(file, "its header does not begin with {")
    raw = raw.rstrip(b" ")
    if not raw.endswith(b"}"):
        raise _damaged(file, "its header does not end with } and blanks")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) != len(pairs):
            twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
            raise _damaged(file, f"the key {twice!r} comes twice")
        return result

    def no_number(text: str) -> Any:
        raise _damaged(file, f"its header has {text} where none belongs")

    try:
        header = json.loads(raw.decode(), object_pairs_hook=unique, parse_constant=no_number)
    except SafetensorsError:
        raise
    except (ValueError, RecursionError) as error:
        raise _damaged(file, f"its header is no valid JSON: {error}") from None
    for name, fields in header.items():
        if not _is_text(name):
            raise _damaged(file, f"the name {name!r} is no UTF-8 text")
        if name == _METADATA:
            if type(fields) is not dict or not all(type(v) is str and _is_text(v) and _is_text(k) for k, v in fields.items()):
                raise _damaged(file, f"its {_METADATA} are not texts by names")
        else:
            yield name, fields


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


def _checked(name: str, fields: Any, file: str) -> _Entry:
    what = f"tensor {name!r}"
    if type(fields) is not dict or set(fields) != {"dtype", "shape", "data_offsets"}:
        raise _damaged(file, f"{what} is not described by dtype, shape and data_offsets")
    kind, shape, offsets = fields["dtype"], fields["shape"], fields["data_offsets"]
    if type(kind) is not str or kind not in _SIZES:
        raise _damaged(file, f"{what} has the unknown type {kind!r}")
    for numbers, field in ((shape, "shape"), (offsets, "data_offsets")):
        if type(numbers) is not list or not all(type(n) is int and 0 <= n <= _MOST for n in numbers):
            raise _damaged(file, f"the {field} of {what} is {numbers!r:.200}")
    if len(offsets) != 2:
        raise _damaged(file, f"the data_offsets of {what} are {len(offsets)} numbers, not 2")
    # Zeros are left out of the product, so that none hides an overflow of the rest.
    extent = _SIZES[kind] * math.prod(max(n, 1) for n in shape)
    if extent > _MOST:
        raise _damaged(file, f"overflow computing buffer size of {what} of shape {shape!r:.200}")
    begin, end = offsets
    wanted = 0 if 0 in shape else extent
    if end - begin != wanted:
        raise _damaged(file, f"{what} of shape {shape!r:.200} and type {kind} takes {wanted} bytes, but its data_offsets are {offsets}")
    if kind not in _TYPES:
        raise NotImplementedError(f"{what} of {file} has the type {kind}, which convgrad lacks; it reads {', '.join(_TYPES)}: convert it before "
                                  "saving, for example to float32")
    return _Entry(name, kind, shape, begin, end)
