"""Pictures: Pillow's where it is installed, and our own, smaller ones, where it is not."""
from __future__ import annotations

import functools
import struct
import zlib
from typing import Any

from .. import _C
from . import _pixels

Tensor = _C.Tensor
_CHANNELS = {"L": 1, "RGB": 3, "RGBA": 4}
_FILTERS = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic", 4: "box", 5: "hamming"}


@functools.cache
def pillow() -> Any:
    """The module PIL.Image, or None."""
    try:
        from PIL import Image
    except ImportError:
        return None
    return Image


def is_pil(picture: Any) -> bool:
    return type(picture).__module__.startswith("PIL.") and pillow() is not None and isinstance(picture, pillow().Image)


def is_picture(picture: Any) -> bool:
    return isinstance(picture, Picture) or is_pil(picture)


class Picture:
    """A picture of 8-bit pixels, with as much of PIL.Image.Image as is needed where Pillow is not installed.

    pixels: uint8 [C, H, W]. mode: "L", "RGB" or "RGBA". Its methods give what Pillow's give.
    """

    def __init__(self, pixels: Tensor, mode: str | None = None) -> None:
        if pixels.dtype != _C.uint8 or pixels.dim() != 3:
            raise TypeError(f"a picture is made of uint8 [C, H, W], not of {pixels.dtype} {list(pixels.shape)}")
        self.pixels = pixels
        self.mode = mode or {n: m for m, n in _CHANNELS.items()}[pixels.shape[0]]

    @property
    def width(self) -> int:
        return self.pixels.shape[2]

    @property
    def height(self) -> int:
        return self.pixels.shape[1]

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    def getbands(self) -> tuple[str, ...]:
        return tuple(self.mode)

    def copy(self) -> Picture:
        return Picture(self.pixels.clone(), self.mode)

    def convert(self, mode: str) -> Picture:
        """To grey or to colours. ValueError for modes that are not here."""
        if mode == self.mode:
            return self.copy()
        if mode == "L" and self.mode == "RGB":
            return Picture(_pixels.grayscale(self.pixels), mode)
        if mode == "RGB" and self.mode == "L":
            return Picture(self.pixels.expand(3, -1, -1).contiguous(), mode)
        raise ValueError(f"conversion from {self.mode} to {mode} not supported without Pillow")

    def resize(self, size: tuple[int, int], resample: int = 3) -> Picture:
        """size: (width, height). resample: Pillow's numbers, 2 for bilinear."""
        return Picture(_pixels.resize(self.pixels, size[1], size[0], _FILTERS[int(resample)]), self.mode)

    def crop(self, box: tuple[int, int, int, int]) -> Picture:
        left, top, right, bottom = (int(round(v)) for v in box)
        return Picture(_pixels.crop(self.pixels, top, left, bottom - top, right - left), self.mode)

    def transpose(self, method: int) -> Picture:
        """0: left and right, 1: top and bottom changed; 2, 3, 4: turned by 90, 180, 270 degrees."""
        x = self.pixels
        turned = {0: lambda: x.flip(-1), 1: lambda: x.flip(-2), 2: lambda: x.transpose(-2, -1).flip(-2), 3: lambda: x.flip(-1).flip(-2),
                  4: lambda: x.transpose(-2, -1).flip(-1)}
        return Picture(turned[int(method)]().contiguous(), self.mode)

    def getpixel(self, xy: tuple[int, int]) -> int | tuple[int, ...]:
        values = self.pixels[:, xy[1], xy[0]].tolist()
        return values[0] if len(values) == 1 else tuple(values)

    def tobytes(self) -> bytes:
        return _C._to_bytes(self.pixels.permute(1, 2, 0).contiguous())

    @property
    def __array_interface__(self) -> dict[str, Any]:
        shape = (self.height, self.width) if self.mode == "L" else (self.height, self.width, self.pixels.shape[0])
        return {"shape": shape, "typestr": "|u1", "version": 3, "data": self.tobytes()}

    def save(self, fp: Any, format: str | None = None) -> None:
        """Writes a PNG to a path or a file object. ValueError for other formats."""
        name = fp if isinstance(fp, str) else getattr(fp, "__fspath__", lambda: "")()
        if (format or "").upper() not in ("", "PNG") or (not format and name and not str(name).lower().endswith(".png")):
            raise ValueError(f"unknown file extension or format: without Pillow pictures are saved as PNG, not as {format or name}")
        data = png(self)
        if hasattr(fp, "write"):
            fp.write(data)
        else:
            with open(fp, "wb") as file:
                file.write(data)

    def _repr_png_(self) -> bytes:
        return png(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and self.mode == other.mode and self.size == other.size and bool((self.pixels == other.pixels).all())

    __hash__ = None

    def __repr__(self) -> str:
        return f"<convgrad.vision Picture mode={self.mode} size={self.width}x{self.height}>"


def png(picture: Picture) -> bytes:
    """The picture as a PNG file."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    colour = {"L": 0, "RGB": 2, "RGBA": 6}[picture.mode]
    row = picture.width * picture.pixels.shape[0]
    raw = picture.tobytes()
    lines = b"".join(b"\0" + raw[i:i + row] for i in range(0, len(raw), row)) if row else b""
    head = struct.pack(">2I5B", picture.width, picture.height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines, 6)) + chunk(b"IEND", b"")


def picture_of(pixels: Tensor, mode: str | None = None) -> Any:
    """uint8 [C, H, W] as Pillow's picture where that is installed, else as ours."""
    picture = Picture(pixels, mode)
    if pillow() is None:
        return picture
    return pillow().frombytes(picture.mode, picture.size, picture.tobytes())


def pixels_of(picture: Any) -> Tensor:
    """uint8 [C, H, W] of a picture of 8-bit channels."""
    if isinstance(picture, Picture):
        return picture.pixels
    channels = len(picture.getbands())
    flat = _C._from_bytes(picture.tobytes(), _C.uint8, picture.width * picture.height * channels)
    return flat.reshape(picture.height, picture.width, channels).permute(2, 0, 1).contiguous()
