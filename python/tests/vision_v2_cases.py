"""Transforms of samples that the recorded results of torchvision.transforms.v2 were made from. No import of either library here."""
from vision_cases import SHAPE, SIZES, digest, floats, pixels  # noqa: F401


def mode(name):
    return "InterpolationMode", name


def dtype(name):
    return "dtype", name


PICTURES = [
    *[("Resize", dict(size=size, interpolation=name)) for name in ("nearest", "bilinear", "bicubic", "box", "hamming", "lanczos")
      for size in (32, [16], (20, 50))],
    ("Resize", dict(size=20, max_size=24)), ("Resize", dict(size=None, max_size=24)), ("Resize", dict(size=9, interpolation=mode("BICUBIC"))),
    ("Resize", dict(size=9, interpolation=2)), ("CenterCrop", dict(size=20)), ("CenterCrop", dict(size=(40, 10))), ("CenterCrop", dict(size=[50])),
    ("Pad", dict(padding=3)), ("Pad", dict(padding=(1, 2), fill=7)), ("Pad", dict(padding=2, fill=7.5)), ("Pad", dict(padding=2, fill=(1, 2, 3))),
    ("Pad", dict(padding=(1, 2, 3, 4), padding_mode="edge")), ("Pad", dict(padding=[4], padding_mode="reflect")),
    ("Pad", dict(padding=4, padding_mode="symmetric")), ("Pad", dict(padding=2, fill={"others": 9})), ("Grayscale", dict()),
    ("Grayscale", dict(num_output_channels=3)), ("RGB", dict()), ("RandomCrop", dict(size=20)), ("RandomCrop", dict(size=28, padding=4)),
    ("RandomCrop", dict(size=(20, 28), padding=(1, 2, 3, 4), fill=3)), ("RandomCrop", dict(size=60, pad_if_needed=True)),
    ("RandomCrop", dict(size=(60, 20), padding=2, pad_if_needed=True, padding_mode="reflect")), ("RandomCrop", dict(size=99)),
    ("RandomCrop", dict(size=99, padding=1)), ("RandomHorizontalFlip", dict()), ("RandomVerticalFlip", dict(p=0.7)),
    ("RandomResizedCrop", dict(size=24)), ("RandomResizedCrop", dict(size=(5, 6), scale=(0.9, 1.0), ratio=(3.0, 4.0))),
    ("RandomGrayscale", dict(p=0.5)), ("RandomInvert", dict()), ("ColorJitter", dict(brightness=0.5, contrast=0.5, saturation=0.5)),
    ("ColorJitter", dict(brightness=(0.2, 0.4))), ("FiveCrop", dict(size=10)), ("TenCrop", dict(size=10, vertical_flip=True)),
    ("PILToTensor", dict()),
    ("ToImage", dict()), ("Identity", dict()), ("GaussianBlur", dict(kernel_size=3)), ("RandomErasing", dict(p=1)),
    ("ToDtype", dict(dtype=dtype("float32"))),
    ("Normalize", dict(mean=[0.5], std=[0.5])), ("ToPureTensor", dict()),
    # with Pillow only
    ("RandomRotation", dict(degrees=30)), ("RandomRotation", dict(degrees=(10, 20), interpolation="bilinear", expand=True, fill=9)),
    ("RandomAffine", dict(degrees=30, translate=(0.1, 0.2), scale=(0.5, 1.5), shear=10)), ("ColorJitter", dict(hue=0.3, brightness=0.2)),
]
WITH_PILLOW = {"RandomRotation", "RandomAffine"}

TENSORS = [
    ("Resize", dict(size=4)), ("Resize", dict(size=9)), ("Resize", dict(size=(3, 12), antialias=False)),
    ("Resize", dict(size=4, interpolation="bicubic")),
    ("Resize", dict(size=9, interpolation="nearest")), ("Resize", dict(size=9, interpolation="nearest-exact")),
    ("Resize", dict(size=None, max_size=5)),
    ("CenterCrop", dict(size=4)), ("CenterCrop", dict(size=9)), ("Pad", dict(padding=(1, 2, 3, 0), fill=3)),
    ("Pad", dict(padding=2, padding_mode="reflect")),
    ("Pad", dict(padding=1, fill=(0.25, 0.5, 0.75))), ("Pad", dict(padding=1, fill=[3])), ("Pad", dict(padding=-1)),
    ("Grayscale", dict()), ("Grayscale", dict(num_output_channels=3)), ("RGB", dict()),
    ("ColorJitter", dict(brightness=0.5, contrast=0.5, saturation=0.5, hue=0.2)),
    ("ColorJitter", dict(contrast=0.5)), ("ColorJitter", dict(saturation=0.9)), ("ColorJitter", dict(hue=0.4)),
    ("RandomCrop", dict(size=4)), ("RandomCrop", dict(size=9)),
    ("RandomCrop", dict(size=(7, 4))), ("RandomCrop", dict(size=5, padding=2, fill=(1, 2, 3))), ("RandomResizedCrop", dict(size=5)),
    ("RandomHorizontalFlip", dict()),
    ("RandomVerticalFlip", dict()), ("Normalize", dict(mean=(0.1, 0.2, 0.3), std=(0.5, 0.6, 0.7))),
    ("Normalize", dict(mean=[0.5], std=[0.0])), ("RandomErasing", dict(p=1)),
    ("RandomErasing", dict(p=1, value="random")), ("RandomErasing", dict(p=1, value=(1, 2, 3), scale=(0.9, 1.0), ratio=(0.1, 9.0))),
    ("RandomErasing", dict(p=1, value=(1, 2))),
    ("GaussianBlur", dict(kernel_size=3)), ("GaussianBlur", dict(kernel_size=(3, 5), sigma=0.7)), ("RandomInvert", dict()),
    ("FiveCrop", dict(size=3)), ("TenCrop", dict(size=3)),
    ("ConvertImageDtype", dict(dtype=dtype("float64"))), ("ToDtype", dict(dtype=dtype("float32"), scale=True)),
    ("ToDtype", dict(dtype=dtype("float64"))),
    ("ToDtype", dict(dtype=dtype("uint8"), scale=True)), ("ToDtype", dict(dtype=dtype("int64"), scale=True)),
    ("ToDtype", dict(dtype=dtype("int32"), scale=True)),
    ("ToDtype", dict(dtype={"others": None}, scale=True)), ("RandomGrayscale", dict(p=0.5)), ("ToImage", dict()), ("PILToTensor", dict()),
    ("ToPureTensor", dict()),
]

# Samples of a picture [3, 7, 6], a mask [7, 6] and other things, by their layout; and what is done to them.
LAYOUTS = ["image, label", "mask, image", "dict", "tensors", "deep", "masks", "video"]
SAMPLES = [
    ("Resize", dict(size=(5, 9))), ("Resize", dict(size=9, interpolation="nearest-exact")), ("CenterCrop", dict(size=(9, 4))),
    ("RandomCrop", dict(size=5)),
    ("RandomCrop", dict(size=7, padding=2, fill={"Mask": 7, "others": 0.5})), ("RandomHorizontalFlip", dict(p=1.0)),
    ("RandomVerticalFlip", dict(p=0.5)),
    ("RandomResizedCrop", dict(size=5)), ("Pad", dict(padding=2, padding_mode="edge")), ("Pad", dict(padding=2, fill=(1, 2, 3))),
    ("Normalize", dict(mean=[0.5], std=[0.25])), ("ToDtype", dict(dtype=dtype("float64"), scale=True)),
    ("ToDtype", dict(dtype={"Image": "float64", "Mask": "int64", "others": None}, scale=True)), ("ToDtype", dict(dtype={"Mask": "float32"})),
    ("ColorJitter", dict(brightness=0.5, contrast=0.5)), ("Grayscale", dict()), ("FiveCrop", dict(size=3)), ("GaussianBlur", dict(kernel_size=3)),
    ("RandomInvert", dict(p=1.0)), ("ToPureTensor", dict()), ("RandomGrayscale", dict(p=1.0)),
]

WRONG = [
    ("Resize", dict(size="x")), ("Resize", dict(size=(1, 2, 3))), ("Resize", dict(size=None)),
    ("Resize", dict(size=9, interpolation="cubic")), ("Resize", dict(size=9, interpolation=2.5)),
    ("Resize", dict(size=(3, 4), max_size=9)), ("Resize", dict(size=9, max_size=9)), ("CenterCrop", dict(size=(1, 2, 3))),
    ("Pad", dict(padding="x")), ("Pad", dict(padding=1, fill="x")),
    ("Pad", dict(padding=1, padding_mode="x")), ("Pad", dict(padding=(1, 2, 3))), ("Pad", dict(padding=1, fill=(1, 2))),
    ("Pad", dict(padding=1, fill=(1, 2, 3), padding_mode="edge")),
    ("RandomCrop", dict(size=3, padding=(1.5, 2))), ("RandomCrop", dict(size=3, padding=1, padding_mode="x")), ("RandomCrop", dict(size=(1, 2, 3))),
    ("RandomResizedCrop", dict(size=3, scale=1)), ("RandomResizedCrop", dict(size=3, ratio=(1, 2, 3))), ("RandomHorizontalFlip", dict(p=2)),
    ("RandomErasing", dict(p=-1)),
    ("ColorJitter", dict(brightness=-1)), ("ColorJitter", dict(hue=0.6)), ("ColorJitter", dict(contrast="x")),
    ("ColorJitter", dict(contrast=(3, 2))), ("RandomErasing", dict(value="x")),
    ("RandomErasing", dict(scale=(0, 2))), ("RandomErasing", dict(scale=3)), ("RandomRotation", dict(degrees=-1)),
    ("RandomRotation", dict(degrees=(1, 2, 3))),
    ("RandomAffine", dict(degrees=1, translate=(2, 2))), ("RandomAffine", dict(degrees=1, scale=(0, 1))),
    ("GaussianBlur", dict(kernel_size=2)), ("GaussianBlur", dict(kernel_size=3, sigma=0)),
    ("GaussianBlur", dict(kernel_size=3, sigma="x")), ("GaussianBlur", dict(kernel_size=3, sigma=(1, 2, 3))),
    ("Grayscale", dict(num_output_channels=2)), ("ToDtype", dict(dtype="float32")),
    ("Compose", dict(transforms=3)), ("Compose", dict(transforms=[])), ("RandomChoice", dict(transforms=3)),
    ("RandomChoice", dict(transforms=[3], p=[1, 2])), ("RandomOrder", dict(transforms=[])),
    ("RandomApply", dict(transforms=3)), ("RandomApply", dict(transforms=[3], p=2)), ("FiveCrop", dict(size=99)), ("TenCrop", dict(size=(99, 3))),
]

# Calls of torchvision.transforms.v2.functional, of a tensor [3, 7, 6]: name, type of the tensor, arguments, options.
FUNCTIONS = [
    ("resize", "float32", ([4, 5],), dict()), ("resize", "float32", (4,), dict(max_size=4)),
    ("pad", "uint8", ([1, 2],), dict(fill=[1.0, 2.0, 3.0])), ("pad", "float32", ("x",), dict()),
    ("pad", "float32", ([1, 2, 3],), dict()), ("pad", "float32", ([1],), dict(padding_mode="x")),
    ("crop", "float32", (-1, 2, 5, 9), dict()), ("center_crop", "uint8", ([3],), dict()),
    ("resized_crop", "float32", (1, 1, 4, 3, [5, 5]), dict()), ("horizontal_flip", "uint8", (), dict()), ("vflip", "uint8", (), dict()),
    ("rgb_to_grayscale", "uint8", (3,), dict()),
    ("rgb_to_grayscale", "float32", (2,), dict()), ("adjust_brightness", "uint8", (1.7,), dict()),
    ("adjust_brightness", "float32", (-1,), dict()), ("adjust_contrast", "uint8", (0.3,), dict()),
    ("adjust_saturation", "uint8", (2.5,), dict()), ("adjust_hue", "float32", (0.2,), dict()), ("adjust_hue", "float32", (0.6,), dict()),
    ("invert", "uint8", (), dict()), ("invert", "int32", (), dict()),
    ("gaussian_blur", "float32", ([3, 5],), dict()), ("gaussian_blur", "float32", (3, "x"), dict()),
    ("gaussian_blur", "float32", (4,), dict()), ("gaussian_blur", "float32", (3, -1.0), dict()),
    ("normalize", "float32", ([0.5], [0.5]), dict()), ("normalize", "uint8", ([0.5], [0.5]), dict()),
    ("normalize", "float32", ([0.5], [0.0]), dict()), ("to_dtype", "float32", (), dict(dtype="uint8", scale=True)),
    ("to_dtype", "uint8", (), dict(dtype="int32", scale=True)), ("to_dtype", "int32", (), dict(dtype="uint8", scale=True)),
    ("to_dtype", "int64", (), dict(dtype="float64", scale=True)),
    ("to_dtype", "float32", (), dict(dtype="int32", scale=True)), ("to_dtype", "float64", (), dict(dtype="int64", scale=True)),
    ("to_dtype", "uint8", (), dict(scale=True)),
    ("convert_image_dtype", "uint8", (), dict(dtype="float64")), ("get_dimensions", "uint8", (), dict()), ("get_size", "uint8", (), dict()),
    ("get_num_channels", "uint8", (), dict()),
    ("get_image_size", "uint8", (), dict()), ("five_crop", "uint8", ([3, 4],), dict()), ("ten_crop", "uint8", ([9, 9],), dict()),
    ("erase", "float32", (1, 2, 3, 3), dict(v=("tensor", 0.5))),
    ("to_image", "uint8", (), dict()), ("grayscale_to_rgb", "uint8", (), dict()),
]


def value(v, v2, tv_tensors, torch):
    """An option of either library."""
    if isinstance(v, tuple) and v and v[0] == "InterpolationMode":
        return getattr(v2.InterpolationMode, v[1])
    if isinstance(v, tuple) and v and v[0] == "dtype":
        return getattr(torch, v[1])
    if isinstance(v, tuple) and v and v[0] == "tensor":
        return torch.tensor(v[1])
    if isinstance(v, dict):
        return {getattr(tv_tensors, k, k): getattr(torch, x) if isinstance(x, str) else x for k, x in v.items()}
    return v


def made(v2, tv_tensors, torch, name, options):
    return getattr(v2, name)(**{k: value(v, v2, tv_tensors, torch) for k, v in options.items()})


def called(v2, tv_tensors, torch, name, kind, args, options):
    x = numbers(torch, SHAPE, kind)
    options = {k: getattr(torch, v) if k == "dtype" else value(v, v2, tv_tensors, torch) for k, v in options.items()}
    return getattr(v2.functional, name)(x, *args, **options)


def numbers(torch, shape, kind):
    """Of each type in its range."""
    x = torch.tensor(floats(shape)).reshape(shape)
    if kind.startswith("float"):
        return x.to(getattr(torch, kind))
    return (x * {"uint8": 255, "int32": 2 ** 30, "int64": 2 ** 30}[kind]).to(getattr(torch, kind)) * (1 if kind != "int64" else 2 ** 33)


def sample(layout, tv_tensors, torch):
    image = tv_tensors.Image(numbers(torch, SHAPE, "float32"))
    labels = (numbers(torch, SHAPE[1:], "float32") * 9).to(torch.uint8)
    if layout == "image, label":
        return image, 3
    if layout == "mask, image":
        return tv_tensors.Mask(labels), image
    if layout == "dict":
        return {"image": image, "target": {"mask": tv_tensors.Mask(labels), "box": torch.tensor([1, 2]), "name": "a"}, "id": 7}
    if layout == "tensors":
        return [numbers(torch, SHAPE, "float32"), numbers(torch, SHAPE, "float32"), tv_tensors.Mask(labels)]
    if layout == "deep":
        return ((image, (None, [tv_tensors.Mask(labels[None])])), {"x": (torch.tensor(2.0),)})
    if layout == "masks":
        return tv_tensors.Mask(labels), tv_tensors.Mask(labels)
    return tv_tensors.Video(torch.stack([image, image + 0.25])[None] / 2), "text"
