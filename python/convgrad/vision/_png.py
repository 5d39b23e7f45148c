"""PNG files read without Pillow: every type, depth and order of rows. Written in Python, so a large picture takes a part of a second.

Like the C++ library's read_png: of 16 bits the high byte is kept, transparency is dropped, and nothing in a file is trusted: check
sums are checked, and sizes before memory is asked for.
"""
from __future__ import annotations

import struct
import zlib
from itertools import accumulate
from typing import Iterator, NamedTuple

from .. import _C

Tensor = _C.Tensor
SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = 2 ** 26
_MOST_DEFLATED = 1032  # bytes that one byte can stand for
_GRAY, _COLOURS, _PALETTE, _GRAY_ALPHA, _COLOURS_ALPHA = 0, 2, 3, 4, 6
_CHANNELS = {_GRAY: 1, _COLOURS: 3, _PALETTE: 1, _GRAY_ALPHA: 2, _COLOURS_ALPHA: 4}
_DEPTHS = {_GRAY: (1, 2, 4, 8, 16), _COLOURS: (8, 16), _PALETTE: (1, 2, 4, 8), _GRAY_ALPHA: (8, 16), _COLOURS_ALPHA: (8, 16)}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))  # of interlaced files: x, y, steps


class _Header(NamedTuple):
    width: int
    height: int
    depth: int
    kind: int
    interlaced: bool

    def row_bytes(self, width: int) -> int:
        return (width * _CHANNELS[self.kind] * self.depth + 7) // 8

    def passes(self) -> Iterator[tuple[int, int, int, int, int, int]]:
        """x and y of the first pixel, steps, width and height of each part that has pixels."""
        for x, y, dx, dy in _PASSES if self.interlaced else ((0, 0, 1, 1),):
            width, height = -(-(self.width - x) // dx), -(-(self.height - y) // dy)
            if width > 0 and height > 0:
                yield x, y, dx, dy, width, height


def decode(data: bytes, name: str) -> Tensor:
    """uint8 [1 or 3, height, width] of a file's bytes. OSError, which names it, for a damaged one."""
    header, palette, packed = _parts(data, name)
    raw = _inflated(packed, sum(height * (1 + header.row_bytes(width)) for *_, width, height in header.passes()), name)
    channels = 1 if header.kind in (_GRAY, _GRAY_ALPHA) else 3
    out = _C._functions.empty(header.height, header.width, channels, dtype=_C.uint8)
    start = 0
    for x, y, dx, dy, width, height in header.passes():
        size = header.row_bytes(width)
        rows = _unfiltered(raw[start:start + height * (1 + size)], size, max(_CHANNELS[header.kind] * header.depth // 8, 1), name)
        values = _values(_C._from_bytes(rows, _C.uint8, height * size).reshape(height, size), width, header)
        out[y::dy, x::dx] = _colours(values, palette, header, name)
        start += height * (1 + size)
    return out.permute(2, 0, 1).contiguous()


def _damaged(name: str, what: str) -> OSError:
    return OSError(f"{name} is damaged: {what}")


def _parts(data: bytes, name: str) -> tuple[_Header, bytes, bytes]:
    """The header, the palette, and all of the packed pixels."""
    header, palette, packed, at = None, b"", [], len(SIGNATURE)
    while True:
        if len(data) - at < 12:
            raise _damaged(name, "the file ends too soon")
        size, kind = struct.unpack_from(">I4s", data, at)
        if size > len(data) - at - 12:
            raise _damaged(name, "the file ends too soon")
        body = data[at + 8:at + 8 + size]
        if zlib.crc32(kind + body) != struct.unpack_from(">I", data, at + 8 + size)[0]:
            raise _damaged(name, f"the check sum of its part {kind!r} is wrong")
        at += 12 + size
        if (header is None) != (kind == b"IHDR"):
            raise _damaged(name, "its header is not its first part")
        if kind == b"IHDR":
            header = _header(body, len(data), name)
        elif kind == b"PLTE":
            if size % 3 or not 0 < size <= 768 or palette or packed:
                raise _damaged(name, "its palette is no list of colours before the pixels")
            palette = body
        elif kind == b"IDAT":
            packed.append(body)
        elif kind == b"IEND":
            break
        elif not kind[0] & 0x20:
            raise _damaged(name, f"its part {kind!r} is unknown, and needed to read it")
    if header.kind == _PALETTE and not palette:
        raise _damaged(name, "it has no palette")
    return header, palette, b"".join(packed)


def _header(body: bytes, file_size: int, name: str) -> _Header:
    if len(body) != 13:
        raise _damaged(name, f"its header has {len(body)} bytes, not 13")
    width, height, depth, kind, compression, filters, interlaced = struct.unpack(">2I5B", body)
    if not (0 < width < 2 ** 31 and 0 < height < 2 ** 31):
        raise _damaged(name, f"it has {width} × {height} pixels")
    if depth not in _DEPTHS.get(kind, ()) or compression or filters or interlaced > 1:
        raise _damaged(name, f"there are no pictures of type {kind}, {depth} bits, compression {compression}, filters {filters}, order {interlaced}")
    header = _Header(width, height, depth, kind, interlaced == 1)
    if width * height > _MOST_PIXELS:
        raise OSError(f"{name} says that it has {width} × {height} pixels; at most {_MOST_PIXELS} are read")
    if header.row_bytes(width) * height > file_size * _MOST_DEFLATED:
        raise _damaged(name, f"{file_size} bytes cannot hold {width} × {height} pixels")
    return header


def _inflated(packed: bytes, size: int, name: str) -> bytes:
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(packed, size + 1)
    except zlib.error as error:
        raise _damaged(name, str(error)) from None
    if len(raw) != size or not inflater.eof:
        raise _damaged(name, "its pixels are not as many as its header says")
    return raw


def _unfiltered(raw: bytes, size: int, step: int, name: str) -> bytearray:
    """The rows of `size` bytes, each of which has been written as what differs from its neighbours, `step` bytes away."""
    out = bytearray()
    above = bytearray(size)
    for start in range(0, len(raw), size + 1):
        filter, line = raw[start], bytearray(raw[start + 1:start + 1 + size])
        if filter > 4:
            raise _damaged(name, f"a row has the unknown filter {filter}")
        if filter:
            line = (_add_left, _add_above, _add_mean, _add_nearest)[filter - 1](line, above, step)
        out += line
        above = line
    return out


def _add_left(line: bytearray, above: bytearray, step: int) -> bytearray:
    for first in range(step):
        line[first::step] = bytes(value & 255 for value in accumulate(line[first::step]))
    return line


def _add_above(line: bytearray, above: bytearray, step: int) -> bytearray:
    """All at once, as two long numbers: of every other byte, so that each sum has a byte to overflow into."""
    a, b, mask = int.from_bytes(line, "little"), int.from_bytes(above, "little"), int.from_bytes(b"\xff\0" * (len(line) // 2 + 1), "little")
    total = ((a & mask) + (b & mask) & mask) | ((a >> 8 & mask) + (b >> 8 & mask) & mask) << 8
    return bytearray((total & (1 << 8 * len(line)) - 1).to_bytes(len(line), "little"))


def _add_mean(line: bytearray, above: bytearray, step: int) -> bytearray:
    for i in range(min(step, len(line))):
        line[i] = line[i] + (above[i] >> 1) & 255
    for i in range(step, len(line)):
        line[i] = line[i] + (line[i - step] + above[i] >> 1) & 255
    return line


def _add_nearest(line: bytearray, above: bytearray, step: int) -> bytearray:
    """Of left, above and between them the one nearest to left + above − between (Paeth)."""
    for i in range(min(step, len(line))):
        line[i] = line[i] + above[i] & 255
    for i in range(step, len(line)):
        left, up, between = line[i - step], above[i], above[i - step]
        to_left, to_up = up - between, left - between
        to_between = abs(to_left + to_up)
        to_left, to_up = abs(to_left), abs(to_up)
        nearest = left if to_left <= to_up and to_left <= to_between else up if to_up <= to_between else between
        line[i] = line[i] + nearest & 255
    return line


def _values(rows: Tensor, width: int, header: _Header) -> Tensor:
    """[height, width, channels] of rows of bytes: 8 bits each, or fewer."""
    height, channels = rows.shape[0], _CHANNELS[header.kind]
    if header.depth == 16:
        rows = rows[:, ::2]
    elif header.depth < 8:
        shifts = _C.tensor(list(range(8 - header.depth, -1, -header.depth)), dtype=_C.int32)
        rows = (rows.to(_C.int32).unsqueeze(-1) >> shifts & (1 << header.depth) - 1).to(_C.uint8).reshape(height, -1)[:, :width]
    return rows.reshape(height, width, channels)


def _colours(values: Tensor, palette: bytes, header: _Header, name: str) -> Tensor:
    """[height, width, 1 or 3]."""
    if header.kind == _PALETTE:
        table = _C._from_bytes(palette, _C.uint8, len(palette)).reshape(-1, 3)
        index = values.to(_C.int64).flatten()
        if (largest := index.max().item()) >= table.shape[0]:
            raise _damaged(name, f"a pixel has colour {largest} of a palette of {table.shape[0]}")
        return table.index_select(0, index).reshape(*values.shape[:2], 3)
    if header.depth < 8:
        values = (values.to(_C.int32) * (255 // ((1 << header.depth) - 1))).to(_C.uint8)
    return values[..., :1] if header.kind in (_GRAY, _GRAY_ALPHA) else values[..., :3]
