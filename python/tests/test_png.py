"""PNG files read without Pillow: every type of picture, what Pillow reads; damaged files and files of other kinds, which an error names."""
import io
import random
import struct
import zlib

import pytest

import convgrad as cg
from convgrad.vision import datasets, transforms
from convgrad.vision._pictures import Picture
from convgrad.vision.datasets import folder

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
KINDS = [(kind, depth) for kind, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items() for depth in depths]
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


@pytest.fixture
def decode(tmp_path):
    def read(data):
        (tmp_path / "read.png").write_bytes(data)
        return folder._without_pillow(data, str(tmp_path / "read.png"))
    return read


@pytest.fixture
def without_pillow(monkeypatch):
    monkeypatch.setattr(folder, "pillow", lambda: None)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width, height, depth=8, kind=0, interlaced=0, compression=0, filters=0):
    return chunk(b"IHDR", struct.pack(">2I5B", width, height, depth, kind, compression, filters, interlaced))


def file_of(*parts, signature=folder._PNG, end=chunk(b"IEND", b"")):
    return signature + b"".join(parts) + end


def pixels(rows):
    return chunk(b"IDAT", zlib.compress(rows))


def some(width, height, depth, kind, interlaced=0, seed=0, filters=(0, 1, 2, 3, 4)):
    """A file of pixels at random, each row with a filter at random: what the filters make of them is as good as anything."""
    rng = random.Random(seed)
    rows = b""
    for x, y, dx, dy in PASSES if interlaced else [(0, 0, 1, 1)]:
        w, h = -(-(width - x) // dx), -(-(height - y) // dy)
        if w > 0 and h > 0:
            size = (w * CHANNELS[kind] * depth + 7) // 8
            rows += b"".join(bytes([rng.choice(filters)]) + rng.randbytes(size) for _ in range(h))
    palette = [chunk(b"PLTE", rng.randbytes(3 << depth))] if kind == 3 else []
    return file_of(header(width, height, depth, kind, interlaced), *palette, pixels(rows))


def of_pillow(data, mode):
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(data)).convert(mode)
    return cg._C._from_bytes(image.tobytes(), cg.uint8, image.width * image.height * len(mode)).reshape(image.height, image.width, -1).permute(2, 0, 1)


@pytest.mark.parametrize("interlaced", [0, 1])
@pytest.mark.parametrize("kind, depth", [k for k in KINDS if k != (0, 16)])  # of which Pillow cuts off all above 255
def test_every_type_is_read_as_by_pillow(decode, kind, depth, interlaced):
    for seed, (width, height) in enumerate([(1, 1), (1, 9), (9, 1), (5, 3), (13, 11), (32, 40)]):
        data = some(width, height, depth, kind, interlaced, seed)
        ours = decode(data)
        assert ours.shape == (1 if kind in (0, 4) else 3, height, width) and ours.is_contiguous()
        assert (ours.expand(3, -1, -1) == of_pillow(data, "RGB")).all(), (width, height)


@pytest.mark.parametrize("interlaced", [0, 1])
def test_of_16_bits_the_high_byte_is_kept(decode, interlaced):
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(some(13, 11, 16, 0, interlaced)))
    words = struct.unpack(f"={13 * 11}H", image.tobytes())
    assert decode(some(13, 11, 16, 0, interlaced)).flatten().tolist() == [w >> 8 for w in words]


@pytest.mark.parametrize("filter", range(5))
def test_every_filter_is_undone(decode, filter):
    for kind in (0, 2, 6):
        data = some(31, 5, 8, kind, filters=(filter,))
        assert (decode(data).expand(3, -1, -1) == of_pillow(data, "RGB")).all()


def test_what_pillow_writes_is_read(decode):
    image = pytest.importorskip("PIL.Image")
    for mode in ("1", "L", "P", "RGB", "RGBA", "LA"):
        picture = image.frombytes("RGB", (37, 29), random.Random(1).randbytes(37 * 29 * 3)).convert("L" if mode == "LA" else mode)
        file = io.BytesIO()
        (picture.convert(mode) if mode == "LA" else picture).save(file, "PNG")
        assert (decode(file.getvalue()).expand(3, -1, -1) == of_pillow(file.getvalue(), "RGB")).all()


def test_pixels_in_several_parts_and_words_beside_them_are_read(decode):
    packed = zlib.compress(b"\0\1\2\3")
    data = file_of(header(3, 1), chunk(b"tEXt", b"a\0b"), chunk(b"IDAT", packed[:2]), chunk(b"IDAT", b""), chunk(b"IDAT", packed[2:])) + b"more"
    assert decode(data).tolist() == [[[1, 2, 3]]]


ROW = pixels(b"\0\1\2\3")
H = header(3, 1)
P = header(3, 1, kind=3)
DAMAGED = {
    "no end": file_of(H, end=b""), "no end of a part": file_of(H, ROW)[:-14], "a check sum": file_of(H, ROW[:-1] + bytes([ROW[-1] ^ 1])),
    "the header behind": file_of(ROW, H), "no cells": file_of(header(0, 1), ROW), "three bits": file_of(header(3, 1, 3), ROW),
    "too large": file_of(header(2 ** 20, 2 ** 20), ROW), "no pixels": file_of(H), "no deflated pixels": file_of(H, chunk(b"IDAT", b"xx")),
    "too few pixels": file_of(H, pixels(b"\0\1\2")), "an unknown filter": file_of(H, pixels(b"\5\1\2\3")), "no palette": file_of(P, ROW)}


@pytest.mark.parametrize("what", DAMAGED)
def test_damage_is_told_with_the_files_name(tmp_path, without_pillow, what):
    (tmp_path / "x.png").write_bytes(DAMAGED[what])
    with pytest.raises(OSError) as error:
        folder.pil_loader(tmp_path / "x.png")
    assert str(tmp_path / "x.png") in str(error.value)


# ---- folders of pictures

def test_folders_of_png_files_need_no_pillow(tmp_path, without_pillow):
    for label, name in enumerate(("cat", "dog")):
        (tmp_path / name).mkdir()
        for i in range(2):
            Picture(cg.full((1 + 2 * i, 3, 4), 10 * i + label, dtype=cg.uint8)).save(tmp_path / name / f"{i}.png")
    dataset = datasets.ImageFolder(str(tmp_path), transform=transforms.ToTensor())
    assert dataset.classes == ["cat", "dog"] and dataset.targets == [0, 0, 1, 1]
    assert [x.shape for x, _ in dataset] == [(3, 3, 4)] * 4 and [round(x.max().item() * 255) for x, _ in dataset] == [0, 10, 1, 11]
    picture, _ = datasets.ImageFolder(str(tmp_path))[3]
    assert isinstance(picture, Picture) and picture.mode == "RGB" and picture.size == (4, 3)
    x, y = next(iter(cg.utils.data.DataLoader(dataset, batch_size=4)))
    assert x.shape == (4, 3, 3, 4) and y.tolist() == [0, 0, 1, 1]


OTHERS = {"a.jpg": (b"\xff\xd8\xff\xe0", "a JPEG file"), "b.png": (b"GIF89a", "a GIF file"), "c.bmp": (b"BM", "a BMP file"),
          "d.webp": (b"RIFF\0\0\0\0WEBP", "a WebP file"), "e.tiff": (b"II*\0", "a TIFF file"), "f.ppm": (b"P6 1 1", "a PPM file"), "g.jpg": (b"", "no PNG file")}


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_kinds_say_what_is_missing(tmp_path, without_pillow, name):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / name).write_bytes(OTHERS[name][0])
    with pytest.raises(ImportError, match=f"{OTHERS[name][1]}, and without Pillow only PNG files are read: pip install pillow") as error:
        datasets.ImageFolder(str(tmp_path))[0]
    assert str(tmp_path / "x" / name) in str(error.value)


def test_a_file_that_is_named_so_and_is_none_is_told(tmp_path, without_pillow):
    (tmp_path / "x.png").write_text("a text")
    with pytest.raises(OSError, match="^cannot identify image file '.*x.png'$"):
        folder.pil_loader(tmp_path / "x.png")
    with pytest.raises(FileNotFoundError):
        folder.pil_loader(tmp_path / "nothing.png")


def test_both_readers_give_the_same_pixels(tmp_path, monkeypatch):
    pytest.importorskip("PIL.Image")
    (tmp_path / "x.png").write_bytes(some(21, 17, 8, 6))
    with_pillow = transforms.functional.pil_to_tensor(folder.pil_loader(tmp_path / "x.png"))
    monkeypatch.setattr(folder, "pillow", lambda: None)
    assert (transforms.functional.pil_to_tensor(folder.pil_loader(tmp_path / "x.png")) == with_pillow).all()
