"""What a notebook shows of a tensor: its text, and small pictures and heat maps as such."""
from __future__ import annotations

import base64
import html
import struct
import zlib

from . import _C

_LARGEST = 512  # cells along an edge
_BLUE, _WHITE, _ORANGE = (0, 114, 178), (255, 255, 255), (213, 94, 0)


def _png(width: int, height: int, channels: int, pixels: bytes) -> bytes:
    """A picture of 8 bits, grey or RGB, as a PNG file."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = width * channels
    raw = b"".join(b"\0" + pixels[i * row:(i + 1) * row] for i in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def _mixed(share: float) -> bytes:
    """Blue at −1, white at 0, orange at 1."""
    end = _ORANGE if share > 0 else _BLUE
    return bytes(round(w + (e - w) * abs(share)) for w, e in zip(_WHITE, end))


def _is_picture(t) -> bool:
    """[H, W], [1, H, W] or [3, H, W] of at least 4 × 4 cells."""
    if t.dim() not in (2, 3) or t.dim() == 3 and t.shape[0] not in (1, 3):
        return False
    height, width = t.shape[-2:]
    return 4 <= height <= _LARGEST and 4 <= width <= _LARGEST


def picture(t) -> tuple[bytes, str]:
    """A tensor as a PNG file, and what its colours mean."""
    values = t.detach().to(_C.float64)
    if t.dtype == _C.uint8:
        values = values / 255
    low, high = values.min().item(), values.max().item()
    height, width = t.shape[-2:]
    if 0 <= low and high <= 1 and (t.dim() == 3 or t.dtype == _C.uint8):
        order = values.permute(1, 2, 0) if t.dim() == 3 else values
        cells = (order * 255).round().to(_C.uint8).reshape(-1).tolist()
        return _png(width, height, 3 if t.dim() == 3 and t.shape[0] == 3 else 1, bytes(cells)), "0 black, 1 white"
    if t.dim() == 3 and t.shape[0] == 3:
        values = values.mean(0)
    most = max(abs(low), abs(high)) or 1.0
    shares = (values / most).reshape(-1).tolist()
    return _png(width, height, 3, b"".join(map(_mixed, shares))), f"blue −{most:.3g}, white 0, orange {most:.3g}"


def repr_html(t) -> str:
    """The text, and below it the picture where the tensor could be one."""
    text = f"<pre>{html.escape(repr(t))}</pre>"
    if not _is_picture(t) or t.numel() == 0 or t.is_floating_point() and not t.detach().isfinite().all().item():
        return text
    data, meaning = picture(t)
    scale = max(1, 192 // max(t.shape[-2:]))
    size = f'width="{t.shape[-1] * scale}" height="{t.shape[-2] * scale}"'
    shape = " × ".join(str(s) for s in t.shape)
    return (f'{text}<img alt="{shape} values; {meaning}" title="{meaning}" {size} style="image-rendering:pixelated" '
            f'src="data:image/png;base64,{base64.b64encode(data).decode()}">')
