#!/usr/bin/env python3
"""Pictures turned, cropped and recoloured by Pillow 13.0.0, with torchvision's formulas for the numbers: augment.json
holds what this printed."""
import json
import math
import numpy as np
from PIL import Image, ImageEnhance

WIDTH, HEIGHT = 9, 7
values = (np.arange(HEIGHT * WIDTH * 3, dtype=np.uint32) * 2654435761 >> 11) % 256
picture = Image.fromarray(values.astype(np.uint8).reshape(HEIGHT, WIDTH, 3), 'RGB')
grey = picture.getchannel(0)


def planes(image):
    array = np.asarray(image)
    return (array if array.ndim == 2 else array.transpose(2, 0, 1)).flatten().tolist()


def inverse_affine(angle, across, down, scale, shear):
    rot, sx, sy = math.radians(angle), math.radians(shear), 0.0
    cx, cy = WIDTH * 0.5, HEIGHT * 0.5
    a = math.cos(rot - sy) / math.cos(sy)
    b = -math.cos(rot - sy) * math.tan(sx) / math.cos(sy) - math.sin(rot)
    c = math.sin(rot - sy) / math.cos(sy)
    d = -math.sin(rot - sy) * math.tan(sx) / math.cos(sy) + math.cos(rot)
    m = [x / scale for x in [d, -b, 0.0, -c, a, 0.0]]
    m[2] += m[0] * (-cx - across) + m[1] * (-cy - down)
    m[5] += m[3] * (-cx - across) + m[4] * (-cy - down)
    m[2] += cx
    m[5] += cy
    return m


def affine(args, bilinear):
    method = Image.Resampling.BILINEAR if bilinear else Image.Resampling.NEAREST
    return dict(args=args, bilinear=bilinear, fill=7,
                out=planes(grey.transform((WIDTH, HEIGHT), Image.Transform.AFFINE, inverse_affine(*args), method, fillcolor=7)))


def hue(factor):
    h, s, v = picture.convert('HSV').split()
    turned = np.asarray(h) + np.int32(factor * 255).astype(np.uint8)
    return Image.merge('HSV', (Image.fromarray(turned.astype(np.uint8), 'L'), s, v)).convert('RGB')


settings = [[0, 0, 0, 1, 0], [30, 0, 0, 1, 0], [-17.5, 1, -2, 1.25, 0], [90, 0, 0, 1, 0], [8, 2, 1, 0.6, 21]]
enhance = dict(brightness=ImageEnhance.Brightness, contrast=ImageEnhance.Contrast, saturation=ImageEnhance.Color)
print(json.dumps(dict(
    width=WIDTH, height=HEIGHT, picture=planes(picture),
    affine=[affine(s, bilinear) for s in settings for bilinear in (False, True)],
    color=[dict(kind=kind, factor=f, out=planes(make(picture).enhance(f)), grey=planes(make(grey).enhance(f)))
           for kind, make in enhance.items() for f in (0.0, 0.35, 1.0, 1.7)] +
          [dict(kind='hue', factor=f, out=planes(hue(f)), grey=planes(grey)) for f in (-0.5, -0.1, 0.0, 0.3, 0.5)])))
