"""Tensors in notebooks."""
import base64
import re
import struct
import zlib

import convgrad as torch


def pixels_of(html):
    png = base64.b64decode(re.search(r"base64,([^\"]+)", html).group(1))
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    at, data = 33, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        data += png[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    channels = 3 if colour == 2 else 1
    raw = zlib.decompress(data)
    row = width * channels + 1
    return width, height, channels, b"".join(raw[i * row + 1:(i + 1) * row] for i in range(height))


def test_a_grey_picture_shows_its_pixels():
    t = torch.arange(30, dtype=torch.float32).view(1, 5, 6) / 30
    width, height, channels, pixels = pixels_of(t._repr_html_())
    assert (width, height, channels) == (6, 5, 1) and list(pixels) == [round(v * 255) for v in t.reshape(-1).tolist()]


def test_a_matrix_is_a_heat_map_around_zero():
    t = torch.zeros(4, 5)
    t[0, 0], t[3, 4] = -2.0, 2.0
    html = t._repr_html_()
    width, height, channels, pixels = pixels_of(html)
    assert (width, height, channels) == (5, 4, 3)
    assert tuple(pixels[:3]) == (0, 114, 178) and tuple(pixels[3:6]) == (255, 255, 255) and tuple(pixels[-3:]) == (213, 94, 0)
    assert "blue −2, white 0, orange 2" in html


def test_a_coloured_picture_keeps_its_colours():
    t = torch.zeros(3, 4, 4, dtype=torch.uint8)
    t[1] = 255
    assert pixels_of(t._repr_html_())[3] == bytes([0, 255, 0] * 16)


def test_others_are_text_alone():
    for t in (torch.ones(3), torch.ones(2, 2), torch.ones(2, 8, 8), torch.full((8, 8), float("nan")), torch.ones(600, 8)):
        html = t._repr_html_()
        assert "<img" not in html and html.startswith("<pre>tensor(")
