#!/usr/bin/env python3
"""What Pillow's Image.resize(size, BILINEAR) gives on 8-bit pictures; resize.txt holds what this printed.

A line a case: mode, input width and height, output width and height, and the CRC-32 of the result's bytes (of small results
the bytes too). The picture's bytes are x = x * 1103515245 + 12345 mod 2**31 from x = the case's number, each x >> 16 & 255.
"""
import zlib
import PIL
from PIL import Image

SIZES = [(28, 28, 32, 32), (28, 28, 28, 28), (28, 28, 28, 32), (28, 28, 32, 28), (32, 32, 28, 28), (1, 1, 5, 4), (2, 1, 7, 3),
         (1, 9, 4, 2), (5, 7, 1, 1), (3, 3, 4, 4), (4, 4, 3, 3), (28, 28, 224, 224), (64, 48, 32, 24), (100, 75, 33, 91),
         (257, 129, 31, 200), (640, 480, 43, 32), (1000, 3, 7, 11), (3, 1000, 11, 7), (33, 65, 34, 66), (2000, 2, 1, 2),
         (20, 40, 10, 20), (20, 41, 10, 20), (60, 126, 7, 19), (60, 125, 7, 19)]  # either side of the order's turning point


def pixels(count, x):
    out = bytearray()
    for _ in range(count):
        x = (x * 1103515245 + 12345) % 2**31
        out.append(x >> 16 & 255)
    return bytes(out)


print('# Pillow', PIL.__version__)
case = 0
for mode, channels in (('L', 1), ('RGB', 3)):
    for w, h, out_w, out_h in SIZES:
        case += 1
        picture = Image.frombytes(mode, (w, h), pixels(w * h * channels, case)).resize((out_w, out_h), Image.BILINEAR)
        result = picture.tobytes()
        print(mode, w, h, out_w, out_h, '%08x' % zlib.crc32(result), result.hex() if len(result) <= 32 else '-')
