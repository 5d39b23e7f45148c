"""Transforms, inputs and options that the recorded results of torchvision were made from. No import of either library here."""
import hashlib

SIZES = {"L": [(28, 28), (30, 41)], "RGB": [(37, 29)]}


def pixels(mode, height, width):
    """Bytes [H, W, C] that look like nothing, the same everywhere."""
    channels = {"L": 1, "RGB": 3}[mode]
    return bytes((i * i * 7 + i * 13 + (i >> 3) * 101) % 256 for i in range(height * width * channels))


def floats(shape):
    count = 1
    for n in shape:
        count *= n
    return [((i * 37 + i * i * 11) % 997) / 997 for i in range(count)]


def modes(name):
    return name if name is None else ("InterpolationMode", name)


PICTURES = [
    *[("Resize", dict(size=size, interpolation=modes(mode))) for mode in ("NEAREST", "BILINEAR", "BICUBIC", "BOX", "HAMMING", "LANCZOS")
      for size in (32, 16, (20, 50), (5, 3))],
    ("Resize", dict(size=20, max_size=24)), ("CenterCrop", dict(size=20)), ("CenterCrop", dict(size=(40, 10))), ("CenterCrop", dict(size=50)),
    ("Pad", dict(padding=3)), ("Pad", dict(padding=(1, 2), fill=7)), ("Pad", dict(padding=(1, 2, 3, 4), padding_mode="edge")),
    ("Pad", dict(padding=4, padding_mode="reflect")), ("Pad", dict(padding=4, padding_mode="symmetric")), ("Grayscale", dict()),
    ("Grayscale", dict(num_output_channels=3)), ("RandomCrop", dict(size=20)), ("RandomCrop", dict(size=28, padding=4)),
    ("RandomCrop", dict(size=60, pad_if_needed=True)), ("RandomCrop", dict(size=99)), ("RandomHorizontalFlip", dict()), ("RandomVerticalFlip", dict(p=0.7)),
    ("RandomResizedCrop", dict(size=24)), ("RandomGrayscale", dict(p=0.5)), ("RandomInvert", dict()),
    ("ColorJitter", dict(brightness=0.5, contrast=0.5, saturation=0.5)), ("FiveCrop", dict(size=10)), ("TenCrop", dict(size=10)),
    ("PILToTensor", dict()),
    # with Pillow only
    ("RandomRotation", dict(degrees=30)), ("RandomRotation", dict(degrees=(10, 20), interpolation=modes("BILINEAR"), expand=True, fill=9)),
    ("RandomAffine", dict(degrees=30, translate=(0.1, 0.2), scale=(0.5, 1.5), shear=10)), ("ColorJitter", dict(hue=0.3, brightness=0.2)),
]
WITH_PILLOW = {"RandomRotation", "RandomAffine"}

TENSORS = [
    ("Resize", dict(size=4)), ("Resize", dict(size=9)), ("Resize", dict(size=(3, 12), antialias=False)), ("Resize", dict(size=4, interpolation=modes("BICUBIC"))),
    ("Resize", dict(size=9, interpolation=modes("NEAREST"))), ("CenterCrop", dict(size=4)), ("CenterCrop", dict(size=9)), ("Pad", dict(padding=(1, 2, 3, 0), fill=3)),
    ("Pad", dict(padding=2, padding_mode="reflect")), ("Grayscale", dict()), ("ColorJitter", dict(brightness=0.5, contrast=0.5, saturation=0.5, hue=0.2)),
    ("RandomCrop", dict(size=4)), ("RandomResizedCrop", dict(size=5)), ("RandomHorizontalFlip", dict()), ("Normalize", dict(mean=(0.1, 0.2, 0.3), std=(0.5, 0.6, 0.7))),
    ("Normalize", dict(mean=0.5, std=0.0)), ("RandomErasing", dict(p=1)), ("RandomErasing", dict(p=1, value="random")), ("GaussianBlur", dict(kernel_size=3)),
    ("RandomInvert", dict()), ("ConvertImageDtype", dict(dtype=("dtype", "float64"))), ("ConvertImageDtype", dict(dtype=("dtype", "uint8"))),
    ("RandomGrayscale", dict(p=0.5)), ("RandomCrop", dict(size=9)),
]
SHAPE = (3, 7, 6)

GRIDS = [(count, channels, options) for count in (1, 5, 10) for channels in (1, 3)
         for options in (dict(), dict(nrow=3, padding=1, pad_value=0.5), dict(normalize=True), dict(normalize=True, scale_each=True),
                         dict(normalize=True, value_range=(0.0, 0.5)))]

WRONG = [
    ("Resize", dict(size="x")), ("Resize", dict(size=(1, 2, 3))), ("CenterCrop", dict(size=(1, 2, 3))), ("Pad", dict(padding="x")), ("Pad", dict(padding=1, fill="x")),
    ("Pad", dict(padding=1, padding_mode="x")), ("Pad", dict(padding=(1, 2, 3))), ("Lambda", dict(lambd=3)), ("RandomChoice", dict(transforms=3)),
    ("RandomResizedCrop", dict(size=3, scale=1)), ("RandomResizedCrop", dict(size=3, ratio=1)), ("ColorJitter", dict(brightness=-1)), ("ColorJitter", dict(hue=0.6)),
    ("ColorJitter", dict(contrast="x")), ("RandomErasing", dict(value="x")), ("RandomErasing", dict(scale=(0, 2))), ("RandomErasing", dict(p=2)),
    ("RandomRotation", dict(degrees=-1)), ("RandomRotation", dict(degrees=(1, 2, 3))), ("RandomAffine", dict(degrees=1, translate=(2, 2))),
    ("RandomAffine", dict(degrees=1, scale=(0, 1))), ("GaussianBlur", dict(kernel_size=2)), ("GaussianBlur", dict(kernel_size=3, sigma=0)), ("Grayscale", dict(num_output_channels=2)),
]


def made(transforms, torch, name, options):
    """The transform of either library."""
    def value(v):
        if isinstance(v, tuple) and v and v[0] == "InterpolationMode":
            return getattr(transforms.InterpolationMode, v[1])
        if isinstance(v, tuple) and v and v[0] == "dtype":
            return getattr(torch, v[1])
        return v

    return getattr(transforms, name)(**{k: value(v) for k, v in options.items() if v is not None})


def digest(height, width, channels, data):
    return [height, width, channels, hashlib.sha256(data).hexdigest()[:16]]
