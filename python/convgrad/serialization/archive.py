"""Zip archives as PyTorch writes them: stored entries, each beginning at a multiple of 64 bytes; and strict reading of any."""
from __future__ import annotations

import struct
import zlib
from typing import Any, Callable, Iterator, NamedTuple

ALIGNMENT = 64
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR64, _DESCRIPTOR = b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
_FLAGS = 0x0808  # sizes follow the data; names are UTF-8
_EMPTY_FLAGS = 0x0800  # of an entry without data, which nothing follows
_FULL32, _FULL16 = 0xFFFFFFFF, 0xFFFF


class ArchiveError(RuntimeError):
    """Bytes that are no whole archive."""


def _damaged(what: str) -> ArchiveError:
    return ArchiveError(
        f"PytorchStreamReader failed reading zip archive: {what}. If you are seeing this error, there is a high likelihood that your "
        "checkpoint file is corrupted. This can happen if the checkpoint was not saved properly, was transferred incorrectly, or the "
        "file was modified after saving.")


class Writer:
    """Writes an archive from its beginning to its end; `write` takes bytes and need not seek."""

    def __init__(self, write: Callable[[bytes], Any], root: str) -> None:
        self._write = write
        self._root = root
        self._offset = 0
        self._central: list[bytes] = []
        self.crc = 0  # of all entries' contents, one after the other: names the archive

    def _out(self, data: bytes) -> None:
        self._write(data)
        self._offset += len(data)

    def add(self, name: str, data: bytes) -> None:
        full = f"{self._root}/{name}".encode()
        start, size, crc = self._offset, len(data), zlib.crc32(data)
        flags = _FLAGS if data else _EMPTY_FLAGS
        self.crc = zlib.crc32(data, self.crc)
        before = start + 30 + len(full) + 4
        padding = -before % ALIGNMENT
        self._out(_LOCAL + struct.pack("<5H3I2H", 0, flags, 0, 0, 0, 0, 0, 0, len(full), padding + 4) + full
                  + struct.pack("<2sH", b"FB", padding) + b"Z" * padding)
        self._out(data)
        large = size >= _FULL32
        if data:
            self._out(_DESCRIPTOR + struct.pack("<I2Q" if large else "<3I", crc, size, size))
        extra = b""
        if large or start >= _FULL32:
            numbers = [n for n in (size, size, start) if n >= _FULL32]
            extra = struct.pack(f"<2H{len(numbers)}Q", 1, 8 * len(numbers), *numbers)
        short_size, short_start = min(size, _FULL32), min(start, _FULL32)
        self._central.append(_CENTRAL + struct.pack("<6H3I5H2I", 0, 0, flags, 0, 0, 0, crc, short_size, short_size, len(full), len(extra),
                                                    0, 0, 0, 0, short_start) + full + extra)

    def finish(self) -> None:
        start = self._offset
        for entry in self._central:
            self._out(entry)
        count, size = len(self._central), self._offset - start
        end = self._offset
        self._out(_END64 + struct.pack("<Q2H2I4Q", 44, 0x031E, 45, 0, 0, count, count, size, start))
        self._out(_LOCATOR64 + struct.pack("<IQI", 0, end, 1))
        short = min(count, _FULL16)
        self._out(_END + struct.pack("<4H2IH", 0, 0, short, short, min(size, _FULL32), min(start, _FULL32), 0))


class Entry(NamedTuple):
    name: str
    method: int
    crc: int
    packed: int
    size: int
    header: int  # where the local header begins
    data: int    # where the content begins


class Reader:
    """An archive whose central directory and local headers agree, whose entries do not overlap and have names of their own.

    read_at(offset, count): so many bytes of the file, which has `size`. Contents are checked by their CRC-32.
    Errors: ArchiveError for all that is not so.
    """

    def __init__(self, read_at: Callable[[int, int], bytes], size: int, check_crc: bool = True) -> None:
        self._read_at = read_at
        self._size = size
        self._check_crc = check_crc
        self._entries = {}
        for entry in self._directory():
            if entry.name in self._entries:
                raise _damaged(f"two entries are named {entry.name!r}")
            self._entries[entry.name] = entry
        if not self._entries:
            raise _damaged("it has no entries")
        end = 0
        for entry in sorted(self._entries.values(), key=lambda e: e.header):
            if entry.header < end:
                raise _damaged(f"entry {entry.name!r} overlaps another")
            end = entry.data + entry.packed
        self.root = self._common_root()

    def _common_root(self) -> str:
        roots = {name.partition("/")[0] if "/" in name else None for name in self._entries}
        if len(roots) != 1 or None in roots:
            raise _damaged("its entries are not all in one folder")
        return roots.pop()

    def _bytes(self, offset: int, count: int, what: str) -> bytes:
        if offset < 0 or count < 0 or count > self._size - offset:
            raise _damaged(f"{what} ends beyond the file")
        return self._read_at(offset, count)

    def _end_record(self) -> tuple[int, int, int]:
        """Number of entries, and where the central directory begins and ends."""
        length = min(self._size, 22 + _FULL16)
        tail = self._bytes(self._size - length, length, "it")
        at = tail.rfind(_END)
        if at < 0 or len(tail) - at < 22:
            raise _damaged("failed finding central directory")
        disk, cd_disk, here, count, size, start, comment = struct.unpack_from("<4H2IH", tail, at + 4)
        end = self._size - length + at
        if at + 22 + comment != len(tail):
            raise _damaged("bytes follow its end")
        if end >= 20 and self._bytes(end - 20, 4, "it") == _LOCATOR64:
            _, end64, _ = struct.unpack("<IQI", self._bytes(end - 16, 16, "it"))
            record = self._bytes(end64, 56, "its end record")
            if record[:4] != _END64 or end64 + 56 != end - 20:
                raise _damaged("its end record is not where it should be")
            disk, cd_disk, here, count, size, start = struct.unpack("<2I4Q", record[16:])
            end = end64
        if disk or cd_disk or here != count or start + size != end:
            raise _damaged("the numbers of its end record do not fit")
        return count, start, end

    def _directory(self) -> Iterator[Entry]:
        count, at, end = self._end_record()
        directory = self._bytes(at, end - at, "its central directory")
        limit, at = at, 0
        for _ in range(count):
            if len(directory) - at < 46 or directory[at:at + 4] != _CENTRAL:
                raise _damaged("its central directory is broken")
            (_, _, flags, method, _, _, crc, packed, size, name_length, extra_length, comment, disk, _, _, header) = struct.unpack_from(
                "<6H3I5H2I", directory, at + 4)
            at += 46
            if name_length + extra_length + comment > len(directory) - at:
                raise _damaged("its central directory is broken")
            raw_name = directory[at:at + name_length]
            extra = directory[at + name_length:at + name_length + extra_length]
            at += name_length + extra_length + comment
            size, packed, header = _large_numbers(extra, size, packed, header)
            yield self._entry(raw_name, flags, method, crc, packed, size, header, limit, disk)
        if at != len(directory):
            raise _damaged("its central directory is broken")

    def _entry(self, raw_name: bytes, flags: int, method: int, crc: int, packed: int, size: int, header: int, limit: int,
               disk: int) -> Entry:
        try:
            name = raw_name.decode("utf-8")
        except UnicodeDecodeError:
            raise _damaged(f"the name {raw_name!r} is no text") from None
        if flags & 1 or method not in (0, 8) or disk:
            raise _damaged(f"entry {name!r} is encrypted, or packed in an unknown way")
        local = self._bytes(header, 30, f"entry {name!r}")
        if local[:4] != _LOCAL:
            raise _damaged(f"entry {name!r} does not begin where the directory says")
        _, local_flags, local_method, _, _, local_crc, local_packed, local_size, name_length, extra_length = struct.unpack("<5H3I2H", local[4:])
        data = header + 30 + name_length + extra_length
        same = local_method == method and local_flags & 1 == 0 and self._bytes(header + 30, name_length, name) == raw_name
        if local_flags & 8 == 0 and _FULL32 not in (local_packed, local_size):
            same = same and (local_crc, local_packed, local_size) == (crc, packed, size)
        if not same or (method == 0 and packed != size):
            raise _damaged(f"entry {name!r} is described in two different ways")
        if packed > limit - data:
            raise _damaged(f"entry {name!r} ends beyond the directory")
        return Entry(name, method, crc, packed, size, header, data)

    def names(self) -> list[str]:
        """Names without the folder that they all are in."""
        return [name[len(self.root) + 1:] for name in self._entries]

    def __contains__(self, name: str) -> bool:
        return f"{self.root}/{name}" in self._entries

    def size_of(self, name: str) -> int:
        return self._find(name).size

    def _find(self, name: str) -> Entry:
        entry = self._entries.get(f"{self.root}/{name}")
        if entry is None:
            raise _damaged(f"file not found: {self.root}/{name}")
        return entry

    def read(self, name: str) -> bytes:
        """The content of an entry."""
        entry = self._find(name)
        data = self._bytes(entry.data, entry.packed, f"entry {entry.name!r}")
        if entry.method == 8:
            data = _inflated(data, entry)
        if self._check_crc and zlib.crc32(data) != entry.crc:
            raise _damaged(f"entry {entry.name!r} is damaged: its checksum is wrong")
        return data


def _inflated(data: bytes, entry: Entry) -> bytes:
    """No more than the size that the directory says is ever made."""
    inflater = zlib.decompressobj(-15)
    try:
        out = inflater.decompress(data, entry.size + 1)
    except zlib.error as error:
        raise _damaged(f"entry {entry.name!r} cannot be unpacked: {error}") from None
    if len(out) != entry.size or not inflater.eof:
        raise _damaged(f"entry {entry.name!r} is not as long as the directory says")
    return out


def _large_numbers(extra: bytes, size: int, packed: int, header: int) -> tuple[int, int, int]:
    """Numbers that do not fit into 32 bits stand in a field of their own, in this order."""
    numbers = [size, packed, header]
    wanted = [i for i, n in enumerate(numbers) if n == _FULL32]
    at = 0
    while wanted and len(extra) - at >= 4:
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            if length < 8 * len(wanted) or length > len(extra) - at - 4:
                raise _damaged("a field of large numbers is too short")
            for i, n in zip(wanted, struct.unpack_from(f"<{len(wanted)}Q", extra, at + 4)):
                numbers[i] = n
            wanted = []
        at += 4 + length
    if wanted:
        raise _damaged("a field of large numbers is missing")
    return numbers[0], numbers[1], numbers[2]
