"""Transforms, data sets and grids against torchvision's results, recorded by golden/make_vision.py; with Pillow and without."""
import gzip
import json
import os
import pathlib
import pickle
import struct
import zlib

import pytest
import vision_cases as cases

import convgrad as cg
from convgrad.utils.data import DataLoader, Subset
from convgrad.vision import _pictures, datasets, transforms, utils
from convgrad.vision._pictures import Picture, pixels_of
from convgrad.vision.transforms import functional as F

GOLDEN = json.loads((pathlib.Path(__file__).parent / "golden" / "vision.json").read_text())
FASHION = "/usr/share/datasets/fashion-mnist"


@pytest.fixture(params=["pillow", "own"])
def pictures(request, monkeypatch):
    """How pictures are made: Pillow's, or ours as where it is not installed."""
    if request.param == "pillow":
        image = pytest.importorskip("PIL.Image")
        return lambda mode, h, w: image.frombytes(mode, (w, h), cases.pixels(mode, h, w))
    monkeypatch.setattr(_pictures, "pillow", lambda: None)
    monkeypatch.setattr(F, "pillow", lambda: None)
    return lambda mode, h, w: Picture(cg._C._from_bytes(cases.pixels(mode, h, w), cg.uint8, h * w * len(mode)).reshape(h, w, len(mode)).permute(2, 0, 1).contiguous())


def recorded(value):
    if isinstance(value, (tuple, list)):
        return [recorded(v) for v in value]
    if isinstance(value, cg.Tensor):
        return {"dtype": str(value.dtype), "shape": list(value.shape), "values": value.flatten().tolist()}
    return cases.digest(value.height, value.width, len(value.getbands()), value.tobytes())


def attempt(function):
    try:
        return recorded(function())
    except Exception as error:
        return {"error": type(error).__name__, "text": str(error)}


def same(ours, theirs, tolerance=0.0):
    if not isinstance(theirs, dict) or "values" not in theirs:
        return ours == theirs
    if ours.get("dtype") != theirs["dtype"] or ours["shape"] != theirs["shape"]:
        return False
    if len(theirs["values"]) == 4 and isinstance(theirs["values"][3], str):
        return cases.digest(0, 0, 0, bytes(ours["values"])) == theirs["values"]
    return all(abs(a - b) <= tolerance for a, b in zip(ours["values"], theirs["values"]))


@pytest.mark.parametrize("case", range(len(cases.PICTURES)), ids=lambda i: f"{cases.PICTURES[i][0]}-{i}")
def test_pictures_are_changed_as_by_torchvision(case, pictures):
    name, options = cases.PICTURES[case]
    transform = cases.made(transforms, cg, name, options)
    assert repr(transform) == GOLDEN["pictures"][case]["repr"]
    results = iter(GOLDEN["pictures"][case]["results"])
    for mode, sizes in cases.SIZES.items():
        for height, width in sizes:
            picture = pictures(mode, height, width)
            for seed in (0, 1):
                cg.manual_seed(seed)
                ours = attempt(lambda: transform(picture))
                theirs, after = next(results)
                if isinstance(picture, Picture) and isinstance(ours, dict) and ours.get("error") == "NotImplementedError":
                    assert "Pillow" in ours["text"] and (name in cases.WITH_PILLOW or "hue" in options)
                    continue
                assert same(ours, theirs), (mode, height, width, seed)
                assert cg.rand(1).item() == after


ON_PIXELS = [i for i, case in enumerate(cases.PICTURES) if cases.made(transforms, cg, *case).takes_pixels()]


@pytest.mark.parametrize("case", ON_PIXELS, ids=lambda i: f"{cases.PICTURES[i][0]}-{i}")
def test_pixels_of_a_data_set_are_changed_as_its_pictures(case):
    transform = cases.made(transforms, cg, *cases.PICTURES[case])
    results = iter(GOLDEN["pictures"][case]["results"])
    for mode, sizes in cases.SIZES.items():
        for height, width in sizes:
            flat = cg._C._from_bytes(cases.pixels(mode, height, width), cg.uint8, height * width * len(mode))
            x = flat.reshape(1, height, width, len(mode)).permute(0, 3, 1, 2)
            for seed in (0, 1):
                cg.manual_seed(seed)
                theirs, _ = next(results)
                ours = attempt(lambda: transform.on_pixels(x)[0])
                if "error" in ours:
                    assert ours == theirs
                elif isinstance(theirs, dict):
                    assert same(ours, theirs)
                else:
                    assert recorded(Picture(cg.tensor(ours["values"], dtype=cg.uint8).reshape(ours["shape"]))) == theirs


@pytest.mark.parametrize("case", range(len(cases.TENSORS)), ids=lambda i: f"{cases.TENSORS[i][0]}-{i}")
def test_tensors_are_changed_as_by_torchvision(case):
    name, options = cases.TENSORS[case]
    transform = cases.made(transforms, cg, name, options)
    assert repr(transform) == GOLDEN["tensors"][case]["repr"]
    for dtype, (theirs, after) in zip(("float32", "uint8"), GOLDEN["tensors"][case]["results"]):
        x = cg.tensor(cases.floats(cases.SHAPE)).reshape(cases.SHAPE)
        x = x if dtype == "float32" else (x * 255).to(cg.uint8)
        cg.manual_seed(5)
        ours = attempt(lambda: transform(x))
        # Sums in another order: the last bits of floats, and the rounding of a half to 8 bits.
        sums = name in ("Resize", "GaussianBlur", "RandomResizedCrop", "ColorJitter")
        assert same(ours, theirs, 3e-6 if "float" in theirs.get("dtype", "") else 1 if sums else 0), dtype
        assert cg.rand(1).item() == after


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact"])
def test_tensors_take_the_nearest_pixels_that_pytorch_takes(mode):
    torch = pytest.importorskip("torch")
    for before in range(1, 40):
        for after in range(1, 60):
            theirs = [torch.nn.functional.interpolate(torch.arange(before).to(kind).reshape(1, 1, 1, -1), size=(1, after), mode=mode).flatten().tolist()
                      for kind in (torch.float32, torch.uint8)]
            ours = F.resize(cg.arange(before).reshape(1, 1, -1), [1, after], F.InterpolationMode(mode)).flatten().tolist()
            assert ours in theirs, (before, after)  # where PyTorch's own kernels differ, of a pixel right between two, either


@pytest.mark.parametrize("case", range(len(cases.WRONG)), ids=lambda i: f"{cases.WRONG[i][0]}-{i}")
def test_misuse_is_refused_in_torchvisions_words(case):
    picture = Picture(cg.zeros(1, 28, 28, dtype=cg.uint8))
    assert attempt(lambda: cases.made(transforms, cg, *cases.WRONG[case])(picture)) == GOLDEN["wrong"][case]


@pytest.mark.parametrize("case", range(len(cases.GRIDS)))
def test_grids_are_laid_out_as_by_torchvision(case):
    count, channels, options = cases.GRIDS[case]
    x = cg.tensor(cases.floats((count, channels, 2, 3))).reshape(count, channels, 2, 3)
    assert same(recorded(utils.make_grid(x, **options)), GOLDEN["grids"][case], 1e-6)
    assert same(recorded(utils.make_grid(list(x.unbind(0)), **options)), GOLDEN["grids"][case], 1e-6) or count == 1


def test_what_is_no_tensor_makes_no_grid():
    with pytest.raises(TypeError, match="tensor or list of tensors expected, got a list containing <class 'int'>"):
        utils.make_grid([1])


def test_fake_data_are_torchvisions():
    fake = datasets.FakeData(5, (3, 8, 9), transform=transforms.Compose([transforms.ToTensor()]))
    assert repr(fake) == GOLDEN["fake"][0]
    plain = datasets.FakeData(5, (3, 8, 9))
    assert [[recorded(x), y] for x, y in (plain[i] for i in range(3))] == GOLDEN["fake"][1:]
    with pytest.raises(IndexError, match="FakeData index out of range"):
        plain[5]


def test_pictures_and_arrays_become_tensors_and_back(pictures):
    picture = pictures("RGB", 5, 4)
    x = F.to_tensor(picture)
    assert x.shape == (3, 5, 4) and x.dtype == cg.float32 and x[0, 0, 0].item() == pytest.approx(cases.pixels("RGB", 5, 4)[0] / 255)
    assert F.to_pil_image(x).tobytes() == picture.tobytes() and F.to_pil_image(F.pil_to_tensor(picture)).tobytes() == picture.tobytes()
    with pytest.raises(TypeError, match="^pic should be PIL Image or ndarray. Got <class 'int'>$"):
        F.to_tensor(3)
    with pytest.raises(ValueError, match="^pic should not have > 4 channels. Got 5 channels.$"):
        F.to_pil_image(cg.zeros(5, 2, 2))
    with pytest.raises(ValueError, match="^Incorrect mode"):
        F.to_pil_image(cg.zeros(1, 2, 2, dtype=cg.uint8), mode="RGB")


def test_arrays_become_tensors():
    numpy = pytest.importorskip("numpy")
    x = F.to_tensor(numpy.full((4, 3, 2), 255, "uint8"))
    assert x.shape == (2, 4, 3) and (x == 1).all()
    assert F.to_tensor(numpy.ones((4, 3), "float64")).dtype == cg.float64
    with pytest.raises(ValueError, match="^pic should be 2/3 dimensional. Got 1 dimensions.$"):
        F.to_tensor(numpy.ones(3))


# ---- our own pictures

def own(mode="RGB", h=6, w=5):
    return Picture(cg._C._from_bytes(cases.pixels(mode, h, w), cg.uint8, h * w * len(mode)).reshape(h, w, len(mode)).permute(2, 0, 1).contiguous())


def test_our_pictures_do_what_pillows_do():
    image = pytest.importorskip("PIL.Image")
    for mode in ("L", "RGB"):
        ours, theirs = own(mode), image.frombytes(mode, (5, 6), cases.pixels(mode, 6, 5))
        for method in range(5):
            assert ours.transpose(method).tobytes() == theirs.transpose(method).tobytes()
        assert ours.crop((-1, 2, 4, 9)).tobytes() == theirs.crop((-1, 2, 4, 9)).tobytes()
        assert ours.convert("L").tobytes() == theirs.convert("L").tobytes() and ours.getpixel((3, 2)) == theirs.getpixel((3, 2))
        assert (ours.size, ours.mode, ours.getbands()) == (theirs.size, theirs.mode, theirs.getbands())
        assert pixels_of(theirs).tolist() == ours.pixels.tolist()


def test_our_pictures_are_saved_as_png(tmp_path):
    image = pytest.importorskip("PIL.Image")
    for mode in ("L", "RGB"):
        path = tmp_path / f"{mode}.png"
        own(mode).save(path)
        assert image.open(path).mode == mode and image.open(path).tobytes() == own(mode).tobytes()
    with pytest.raises(ValueError, match="without Pillow"):
        own().save(str(tmp_path / "x.jpg"))


def test_our_pictures_are_arrays_to_numpy():
    numpy = pytest.importorskip("numpy")
    assert numpy.asarray(own()).shape == (6, 5, 3) and numpy.asarray(own("L")).shape == (6, 5)


def test_a_grid_is_saved(tmp_path, pictures):
    utils.save_image(cg.rand(4, 1, 3, 3), str(tmp_path / "grid.png"))
    assert (tmp_path / "grid.png").read_bytes()[:4] == b"\x89PNG"


# ---- compositions

def test_some_of_them_or_another_order():
    add = [transforms.Lambda(lambda x, i=i: x + [i]) for i in range(3)]
    import random
    random.seed(1)
    assert sorted(transforms.RandomOrder(add)([])) == [0, 1, 2] and transforms.RandomChoice(add, p=[0, 1, 0])([]) == [1]
    assert transforms.RandomApply(add, p=1.0)([]) == [0, 1, 2] and transforms.RandomApply(add, p=-1.0)([]) == []
    assert repr(transforms.Compose([transforms.ToTensor(), transforms.RandomApply(add[:1])])) == (
        "Compose(\n    ToTensor()\n    RandomApply(\n    p=0.5\n    Lambda()\n)\n)")


def test_a_name_that_is_not_here_says_so():
    with pytest.raises(AttributeError) as error:
        transforms.RandomCropp
    assert "RandomCrop" in "".join(getattr(error.value, "__notes__", []))


# ---- MNIST and its kin

def idx(values, *sizes):
    return struct.pack(f">4B{len(sizes)}I", 0, 0, 8, len(sizes), *sizes) + bytes(values)


def write_mnist(folder, packed=True, images=None, labels=None, n=5):
    folder.mkdir(parents=True, exist_ok=True)
    images = idx((i % 256 for i in range(n * 16)), n, 4, 4) if images is None else images
    labels = idx(range(n), n) if labels is None else labels
    for part in ("train", "t10k"):
        for name, data in ((f"{part}-images-idx3-ubyte", images), (f"{part}-labels-idx1-ubyte", labels)):
            (folder / (name + ".gz" if packed else name)).write_bytes(gzip.compress(data) if packed else data)


@pytest.mark.parametrize("place", ["MNIST/raw", "", "raw"])
@pytest.mark.parametrize("packed", [True, False])
def test_mnist_is_read_from_where_it_is(tmp_path, place, packed):
    write_mnist(tmp_path / place, packed)
    dataset = datasets.MNIST(str(tmp_path), train=False, transform=transforms.ToTensor())
    image, label = dataset[3]
    assert len(dataset) == 5 and label == 3 and image.shape == (1, 4, 4) and image[0, 0, 0].item() == pytest.approx(48 / 255)
    assert dataset.data.dtype == cg.uint8 and dataset.targets.tolist() == [0, 1, 2, 3, 4] and dataset.class_to_idx["3 - three"] == 3
    assert repr(dataset) == (f"Dataset MNIST\n    Number of datapoints: 5\n    Root location: {tmp_path}\n    Split: Test\n"
                             "    StandardTransform\nTransform: ToTensor()")


def test_files_that_are_missing_are_told_and_nothing_is_downloaded(tmp_path):
    with pytest.raises(RuntimeError, match="^Dataset not found. You can use download=True to download it") as error:
        datasets.KMNIST(str(tmp_path), download=True)
    assert str(tmp_path) in " ".join(error.value.__notes__) and "downloads nothing" in error.value.__notes__[0] and os.listdir(tmp_path) == []


DAMAGED = {
    "no idx": dict(images=b"hello, this is no such file"), "short": dict(images=idx(range(79), 5, 4, 4)), "long": dict(images=idx(range(81), 5, 4, 4)),
    "other type": dict(images=b"\0\0\x0c\3" + bytes(12)), "labels as pictures": dict(images=idx(range(5), 5)), "huge": dict(images=idx([1], 2 ** 31, 2 ** 31, 4)),
    "pairs": dict(labels=idx(range(4), 4)), "empty": dict(images=b""),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files_are_an_error_with_a_path(tmp_path, name):
    write_mnist(tmp_path, packed=False, **DAMAGED[name])
    with pytest.raises(ValueError) as error:
        datasets.MNIST(str(tmp_path))
    assert str(tmp_path) in str(error.value)


def test_damaged_packing_is_an_error_too(tmp_path):
    write_mnist(tmp_path)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    whole = path.read_bytes()
    for damaged in (whole[:-10], whole[:20], whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="damaged"):
            datasets.MNIST(str(tmp_path))
    path.write_bytes(gzip.compress(idx([0] * 16, 1, 4, 4) + zlib.compress(bytes(10 ** 7))))
    with pytest.raises(ValueError, match="holds more"):
        datasets.MNIST(str(tmp_path))


def digits(tmp_path, transform, **options):
    write_mnist(tmp_path, n=20)
    return datasets.MNIST(str(tmp_path), transform=transform, **options)


def noise(x):
    return x + 1


class Noisy(transforms.Normalize):
    def forward(self, tensor):
        return super().forward(tensor) + cg.rand(1)


PIPELINES = [
    transforms.ToTensor(), transforms.Compose([transforms.Resize(7), transforms.ToTensor()]),
    transforms.Compose([transforms.RandomCrop(4, padding=1), transforms.RandomHorizontalFlip(), transforms.ToTensor(), transforms.Normalize(0.5, 0.5)]),
    transforms.Compose([transforms.ToTensor(), transforms.Lambda(lambda x: x.view(-1))]),
    transforms.Compose([transforms.ToTensor(), transforms.RandomErasing(p=1)]),
    transforms.Compose([transforms.Grayscale(3), transforms.Compose([transforms.PILToTensor()])]),
    transforms.Compose([transforms.ColorJitter(0.5, 0.5), transforms.ToTensor(), noise]),
    transforms.Compose([transforms.Lambda(lambda p: p), transforms.ToTensor()]),
    # what draws for each picture, or takes one at a time, after it has become a tensor
    transforms.Compose([transforms.ToTensor(), transforms.GaussianBlur(3)]), transforms.Compose([transforms.ToTensor(), Noisy(0.5, 0.5)]),
    transforms.Compose([transforms.ToTensor(), transforms.ToPILImage(), transforms.ToTensor()]),
    transforms.Compose([transforms.ToTensor(), transforms.TenCrop(2)]), transforms.Compose([transforms.ToTensor(), transforms.FiveCrop(2)]),
]


def listed(x):
    return x.tolist() if isinstance(x, cg.Tensor) else [listed(v) for v in x]



@pytest.mark.parametrize("i", range(len(PIPELINES)))
def test_batches_of_pixels_are_those_of_pictures(tmp_path, i):
    dataset = digits(tmp_path, PIPELINES[i])

    class Pictures(list):
        """The same through pictures, one by one."""

        def __getitem__(self, index):
            return PIPELINES[i](_pictures.picture_of(dataset.data[index][None])), int(dataset.targets[index])

    for make in (lambda d: d, lambda d: Subset(d, [5, 1, 7])):
        results = []
        for d in (dataset, Pictures(range(20))):
            cg.manual_seed(3)
            results.append([(listed(x), y.tolist()) for x, y in DataLoader(make(d), batch_size=6, shuffle=True)] + [cg.rand(1).item()])
        assert results[0] == results[1]


def test_workers_augment_by_their_own_stream(tmp_path):
    dataset = digits(tmp_path, PIPELINES[2])

    def epoch():
        cg.manual_seed(3)
        return [x.tolist() for x, _ in DataLoader(dataset, batch_size=3, num_workers=2)] + [cg.rand(1).item()]

    first = epoch()
    assert all(epoch() == first for _ in range(3))


def test_a_getitem_of_ones_own_is_not_gone_around(tmp_path):
    class Doubled(datasets.MNIST):
        def __getitem__(self, index):
            image, label = super().__getitem__(index)
            return image, label + 100

    write_mnist(tmp_path)
    labels = [y.tolist() for _, y in DataLoader(Doubled(str(tmp_path), transform=transforms.ToTensor()), batch_size=5)]
    assert labels == [[100, 101, 102, 103, 104]]


def test_a_forward_of_ones_own_is_not_gone_around(tmp_path):
    class Loud(transforms.Resize):
        def forward(self, img):
            return super().forward(super().forward(img).transpose(0))

    dataset = digits(tmp_path, transforms.Compose([Loud(4), transforms.ToTensor()]))
    assert dataset[1][0][0, 0].tolist() == pytest.approx([v / 255 for v in (19, 18, 17, 16)])


def test_targets_and_both_are_transformed(tmp_path):
    dataset = digits(tmp_path, transforms.ToTensor(), target_transform=lambda t: t * 10)
    assert dataset[3][1] == 30 and [y.tolist() for _, y in DataLoader(dataset, batch_size=3)][0] == [0, 10, 20]
    with pytest.raises(ValueError, match="Only transforms or transform/target_transform"):
        datasets.VisionDataset("x", transforms=noise, transform=noise)


def test_debians_fashion_mnist_is_found():
    if not os.path.isdir(FASHION):
        pytest.skip("dataset-fashion-mnist is not installed")
    dataset = datasets.FashionMNIST("/nowhere", train=False, download=True)
    image, label = dataset[0]
    assert len(dataset) == 10000 and label == 9 and dataset.classes[label] == "Ankle boot" and image.size == (28, 28)


# ---- CIFAR, folders

def cifar_file(n, labels="labels", protocol=2):
    numpy = pytest.importorskip("numpy")
    rows = numpy.arange(n * 3072, dtype="uint32").astype("uint8").reshape(n, 3072)
    return pickle.dumps({"data": rows, labels: list(range(n)), "filenames": ["a"] * n, "batch_label": "x"}, protocol=protocol)


def write_cifar(folder, protocol=2):
    folder.mkdir(parents=True)
    for name in datasets.CIFAR10.train_list + datasets.CIFAR10.test_list:
        (folder / name).write_bytes(cifar_file(3, protocol=protocol))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": ["a", "b", "c"]}, protocol=protocol))


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_cifar_is_read(tmp_path, protocol):
    write_cifar(tmp_path / "cifar-10-batches-py", protocol)
    dataset = datasets.CIFAR10(str(tmp_path), transform=transforms.ToTensor())
    image, label = dataset[4]
    assert len(dataset) == 15 and label == 1 and image.shape == (3, 32, 32) and dataset.data.shape == (15, 32, 32, 3) and dataset.classes == ["a", "b", "c"]
    assert (image[1, 0, 3] * 255).item() == pytest.approx((3072 + 1024 + 3) % 256)


def test_cifars_files_run_no_code(tmp_path):
    write_cifar(tmp_path / "cifar-10-batches-py")
    (tmp_path / "cifar-10-batches-py" / "data_batch_2").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(ValueError, match="os.system is not expected here"):
        datasets.CIFAR10(str(tmp_path))
    with pytest.raises(RuntimeError, match="^Dataset not found"):
        datasets.CIFAR10(str(tmp_path / "x"), download=True)


def test_folders_are_classes(tmp_path):
    image = pytest.importorskip("PIL.Image")
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for i in range(2):
            image.new("L", (4, 3), 10 * i).save(tmp_path / name / f"{i}.png")
        (tmp_path / name / "notes.txt").write_text("no picture")
    dataset = datasets.ImageFolder(str(tmp_path), transform=transforms.ToTensor())
    assert dataset.classes == ["cat", "dog"] and dataset.targets == [0, 0, 1, 1] and dataset[3][0].shape == (3, 3, 4) and dataset.imgs is dataset.samples
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="^Found no valid file for the classes empty. Supported extensions are: .jpg"):
        datasets.ImageFolder(str(tmp_path))
    assert len(datasets.ImageFolder(str(tmp_path), allow_empty=True)) == 4
    with pytest.raises(FileNotFoundError, match="^Couldn't find any class folder in "):
        datasets.ImageFolder(str(tmp_path / "empty"))
