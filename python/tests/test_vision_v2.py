"""Transforms of samples against torchvision.transforms.v2's results, recorded by golden/make_vision_v2.py; with Pillow and without."""
import copy
import json
import pathlib
import pickle
import struct
import warnings

import pytest
import vision_v2_cases as cases

import convgrad as cg
from convgrad.utils.data import DataLoader
from convgrad.vision import _pictures, datasets, transforms, tv_tensors
from convgrad.vision._pictures import Picture, is_picture
from convgrad.vision.transforms import functional as v1_functional
from convgrad.vision.transforms import v2

GOLDEN = json.loads((pathlib.Path(__file__).parent / "golden" / "vision_v2.json").read_text())

pytestmark = pytest.mark.filterwarnings("ignore:RandomErasing", "ignore:The function", "ignore:The transform", "ignore:scale was set")


@pytest.fixture(params=["pillow", "own"])
def pictures(request, monkeypatch):
    """How pictures are made: Pillow's, or ours as where it is not installed."""
    if request.param == "pillow":
        image = pytest.importorskip("PIL.Image")
        return lambda mode, h, w: image.frombytes(mode, (w, h), cases.pixels(mode, h, w))
    monkeypatch.setattr(_pictures, "pillow", lambda: None)
    monkeypatch.setattr(v1_functional, "pillow", lambda: None)
    return own


def own(mode, h, w):
    return Picture(cg._C._from_bytes(cases.pixels(mode, h, w), cg.uint8, h * w * len(mode)).reshape(h, w, len(mode)).permute(2, 0, 1).contiguous())


def made(name, options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cases.made(v2, tv_tensors, cg, name, options)


def recorded(value, short=False):
    if isinstance(value, (tuple, list)):
        return [recorded(v, short) for v in value]
    if isinstance(value, dict):
        return {"dict": [[k, recorded(v, short)] for k, v in value.items()]}
    if isinstance(value, cg.Tensor):
        numbers = value.flatten().tolist()
        if short and value.dtype == cg.uint8:
            numbers = cases.digest(0, 0, 0, bytes(numbers))
        return {"kind": type(value).__name__, "dtype": str(value.dtype), "shape": list(value.shape), "values": numbers}
    if is_picture(value):
        return cases.digest(value.height, value.width, len(value.getbands()), value.tobytes())
    return value


def attempt(function, short=False):
    try:
        return recorded(function(), short)
    except Exception as error:
        return {"error": type(error).__name__, "text": str(error)}


def check(ours, theirs, tolerance=5e-6):
    """The same, but for the last bits of floats."""
    if isinstance(theirs, list) and [type(v) for v in theirs] != [int, int, int, str]:
        assert isinstance(ours, list) and len(ours) == len(theirs)
        for a, b in zip(ours, theirs):
            check(a, b, tolerance)
    elif isinstance(theirs, dict) and "dict" in theirs:
        assert [k for k, _ in ours["dict"]] == [k for k, _ in theirs["dict"]]
        check([v for _, v in ours["dict"]], [v for _, v in theirs["dict"]], tolerance)
    elif isinstance(theirs, dict) and "values" in theirs:
        assert {k: ours.get(k) for k in ("kind", "dtype", "shape")} == {k: theirs[k] for k in ("kind", "dtype", "shape")}, ours
        if theirs["values"] and isinstance(theirs["values"][-1], str):
            assert ours["values"] == theirs["values"]
        else:
            assert all(abs(a - b) <= (tolerance if isinstance(b, float) else max(tolerance - 5e-6, 0)) for a, b in zip(ours["values"], theirs["values"]))
    elif isinstance(theirs, dict) and "text" in theirs:
        text = theirs["text"].replace("torchvision.tv_tensors._image.", "convgrad.vision.tv_tensors.").replace("torchvision.tv_tensors._video.",
                                                                                                               "convgrad.vision.tv_tensors.")
        assert ours == {"error": theirs["error"], "text": text.replace("<class 'torch.Tensor'>", "<class 'convgrad.Tensor'>")}
    else:
        assert ours == theirs


@pytest.mark.parametrize("case", range(len(cases.PICTURES)), ids=lambda i: f"{cases.PICTURES[i][0]}-{i}")
def test_pictures_are_changed_as_by_torchvision(case, pictures):
    name, options = cases.PICTURES[case]
    transform = made(name, options)
    assert repr(transform) == GOLDEN["pictures"][case]["repr"]
    results = iter(GOLDEN["pictures"][case]["results"])
    for mode, sizes in cases.SIZES.items():
        for height, width in sizes:
            picture = pictures(mode, height, width)
            for seed in (0, 1):
                cg.manual_seed(seed)
                ours = attempt(lambda: transform(picture), True)
                theirs, after = next(results)
                if isinstance(picture, Picture) and isinstance(ours, dict) and ours.get("error") == "NotImplementedError":
                    assert "Pillow" in ours["text"] and (name in cases.WITH_PILLOW or "hue" in options)
                    continue
                check(ours, theirs)
                assert cg.rand(1).item() == after


@pytest.mark.parametrize("case", range(len(cases.TENSORS)), ids=lambda i: f"{cases.TENSORS[i][0]}-{i}")
def test_tensors_are_changed_as_by_torchvision(case):
    name, options = cases.TENSORS[case]
    transform = made(name, options)
    assert repr(transform) == GOLDEN["tensors"][case]["repr"]
    for kind, (theirs, after) in zip(("float32", "uint8"), GOLDEN["tensors"][case]["results"]):
        cg.manual_seed(5)
        # Sums in another order: the rounding of a half to 8 bits.
        check(attempt(lambda: transform(cases.numbers(cg, cases.SHAPE, kind))), theirs,
              1 + 5e-6 if kind == "uint8" and name in ("Resize", "GaussianBlur", "RandomResizedCrop", "ColorJitter") else 5e-6)
        assert cg.rand(1).item() == after


@pytest.mark.parametrize("layout", range(len(cases.LAYOUTS)), ids=cases.LAYOUTS)
@pytest.mark.parametrize("case", range(len(cases.SAMPLES)), ids=lambda i: f"{cases.SAMPLES[i][0]}-{i}")
def test_all_parts_of_a_sample_are_changed_alike(case, layout):
    name, options = cases.SAMPLES[case]
    theirs, after = GOLDEN["samples"][case][layout]
    cg.manual_seed(3)
    ours = attempt(lambda: made(name, options)(cases.sample(cases.LAYOUTS[layout], tv_tensors, cg)))
    check(ours, theirs)
    assert cg.rand(1).item() == after


@pytest.mark.parametrize("case", range(len(cases.WRONG)), ids=lambda i: f"{cases.WRONG[i][0]}-{i}")
def test_misuse_is_refused_in_torchvisions_words(case):
    name, options = cases.WRONG[case]
    ours = attempt(lambda: made(name, options)(cases.numbers(cg, cases.SHAPE, "float32")))
    assert ours == GOLDEN["wrong"][case]


@pytest.mark.parametrize("case", range(len(cases.FUNCTIONS)), ids=lambda i: f"{cases.FUNCTIONS[i][0]}-{i}")
def test_functions_give_torchvisions_results(case):
    ours = attempt(lambda: cases.called(v2, tv_tensors, cg, *cases.FUNCTIONS[case]))
    check(ours, GOLDEN["functions"][case])


# ---- what is made of others

def test_steps_share_a_sample_and_its_labels():
    seen = []
    steps = v2.Compose([v2.Lambda(lambda x: seen.append(x) or x, cg.Tensor), v2.ToDtype(cg.float32, scale=True)])
    image, label, more = steps(tv_tensors.Image([[255]], dtype=cg.uint8), 3, {"a": "b"})
    assert image.item() == 1.0 and label == 3 and more == {"a": "b"} and len(seen) == 1 and isinstance(seen[0], tv_tensors.Image)
    assert repr(v2.RandomApply([v2.Grayscale()])) == "RandomApply(    Grayscale(num_output_channels=1))"
    assert repr(v2.Lambda(len, int)) == "Lambda(len, types=['int'])"


def test_some_of_them_or_another_order():
    torch = pytest.importorskip("torch")
    add = [v2.Lambda(lambda x, i=i: f"{x}{i}") for i in range(4)]
    assert v2.RandomApply(add, p=1.0)("") == "0123" and v2.RandomApply(add, p=0.0)("", 1) == ("", 1)
    assert v2.RandomChoice(add, p=[0, 0, 1, 0])("") == "2"
    for seed in range(5):
        cg.manual_seed(seed)
        torch.manual_seed(seed)
        assert v2.RandomOrder(add)("") == "".join(map(str, torch.randperm(4).tolist()))
        assert v2.RandomChoice(add)("") == str(torch.multinomial(torch.tensor([0.25] * 4), 1).item())
        assert cg.rand(1).item() == torch.rand(1).item()


def test_transforms_of_ones_own():
    class Shifted(v2.Transform):
        def make_params(self, flat_inputs):
            return {"by": sum(v2.query_size(flat_inputs))}

        def transform(self, inpt, params):
            return inpt + params["by"]

    sample = {"image": cg.zeros(1, 2, 3), "label": 4, "other": cg.zeros(2)}
    out = Shifted()(sample)
    assert out["image"].tolist() == [[[5.0] * 3] * 2] and out["label"] == 4 and out["other"].tolist() == [0.0, 0.0]
    with pytest.raises(NotImplementedError):
        v2.Transform()(cg.zeros(1, 2, 2))
    with pytest.raises(ValueError, match="^Found multiple HxW dimensions in the sample: '\\(1, 1\\)', '\\(1, 2\\)'"):
        v2.RandomCrop(1)(tv_tensors.Image([[1]]), tv_tensors.Image([[1, 2]]))
    assert v2.RandomCrop.get_params(cg.zeros(1, 4, 4), (4, 4)) == (0, 0, 4, 4)


def test_arrays_become_images():
    numpy = pytest.importorskip("numpy")
    for shape, expected in (((4, 3, 2), (2, 4, 3)), ((4, 3), (1, 4, 3)), ((4,), (1, 4, 1))):
        image = v2.ToImage()(numpy.ones(shape, "uint8"))
        assert isinstance(image, tv_tensors.Image) and tuple(image.shape) == expected
    assert v2.ToPILImage()(numpy.ones((4, 3), "uint8")).size == (3, 4)
    with pytest.raises(TypeError, match="^Input can either be a pure Tensor, a numpy array, or a PIL image, but got <class 'int'> instead.$"):
        v2.functional.to_image(3)


def test_a_function_refuses_what_it_does_not_change():
    for call in (lambda: v2.functional.invert(tv_tensors.Mask([[1]])), lambda: v2.functional.normalize("x", [1.0], [1.0])):
        with pytest.raises(TypeError, match="^Functional F.(invert|normalize) does not support inputs of type <class '.*'>.$"):
            call()


def test_the_older_way_warns():
    with pytest.warns(UserWarning, match="The transform `ToTensor\\(\\)` is deprecated"):
        transform = v2.ToTensor()
    assert transform(own("L", 2, 2)).max().item() <= 1.0


# ---- tensors that say what they are

def test_operations_give_plain_tensors_and_copies_keep_the_class():
    image = tv_tensors.Image([[1, 2]], dtype=cg.float32)
    assert image.shape == (1, 1, 2) and isinstance(image, cg.Tensor)
    for plain in (image + 1, image[0], image.float() + 0, cg.stack([image, image]), image.reshape(2)):
        assert type(plain) is cg.Tensor
    for kept in (image.clone(), image.to(cg.float64), image.to(cg.float32), image.detach(), image.requires_grad_(False), copy.deepcopy(image),
                 pickle.loads(pickle.dumps(image)), tv_tensors.wrap(image * 2, like=image)):
        assert type(kept) is tv_tensors.Image
    assert image.to(cg.float32) is image
    with pytest.raises(ValueError, match="^Tensor must be 2D or higher, got 1D tensor.$"):
        tv_tensors.Image([1])


def test_gradients_pass_through_them():
    x = cg.ones(1, 2, 2, requires_grad=True)
    v2.Normalize([0.5], [0.25])(tv_tensors.Image(x)).sum().backward()
    assert x.grad.tolist() == [[[4.0, 4.0], [4.0, 4.0]]]


def test_they_print_as_torchvisions():
    assert repr(tv_tensors.Image(cg.ones(1, 2, 2))) == "Image([[[1., 1.],\n        [1., 1.]]], )"
    assert repr(tv_tensors.Mask([[1, 2]])) == "Mask([[1, 2]])" and repr(tv_tensors.Image([[1, 2]])) == "Image([[[1, 2]]], )"


def test_names_that_are_not_here_say_so():
    for module, name, near in ((v2, "RandomResizeCrop", "RandomResizedCrop"), (v2.functional, "adjust_colour", None), (tv_tensors, "BoundingBoxes", None)):
        with pytest.raises(AttributeError) as error:
            getattr(module, name)
        assert f"convgrad lacks torchvision.{module.__name__.removeprefix('convgrad.vision.')}.{name}" in error.value.__notes__[0]
        assert near is None or near in error.value.__notes__[0]


# ---- data sets

def digits(tmp_path, transform):
    def file(values, *sizes):
        return struct.pack(f">4B{len(sizes)}I", 0, 0, 8, len(sizes), *sizes) + bytes(values)

    (tmp_path / "train-images-idx3-ubyte").write_bytes(file((i * i % 251 for i in range(20 * 36)), 20, 6, 6))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(file(range(20), 20))
    return datasets.MNIST(str(tmp_path), transform=transform)


class Noisy(v2.Transform):
    def make_params(self, flat_inputs):
        return {"noise": cg.rand(1)}

    def transform(self, inpt, params):
        return inpt + params["noise"]


END = [v2.ToDtype(cg.float32, scale=True), v2.Normalize([0.5], [0.25])]
PIPELINES = [
    [v2.ToImage(), *END], [v2.PILToTensor(), *END], [v2.RandomCrop(6, padding=1), v2.RandomHorizontalFlip(), v2.ToImage(), *END],
    [v2.Resize(4), v2.CenterCrop(3), v2.Pad(1), v2.Grayscale(3), v2.ToImage(), *END], [v2.ToImage(), v2.RandomCrop(4), v2.RandomErasing(p=1), *END],
    [v2.Compose([v2.RandomResizedCrop(5), v2.RGB()]), v2.Compose([v2.ToImage(), *END])], [v2.ToImage(), v2.ToDtype(cg.float32), Noisy()],
    [v2.ToImage(), v2.Lambda(lambda x: x.flatten())], [v2.ToImage(), v2.FiveCrop(2)], [v2.ToImage(), v2.ToPILImage(), v2.ToImage()],
    [v2.ToImage(), v2.GaussianBlur(3)], [v2.ColorJitter(0.5, 0.5), v2.RandomInvert(), v2.ToImage(), v2.ToPureTensor()],
    [v2.RandomApply([v2.Resize(3)], p=1.0), v2.ToImage(), *END], [v2.ToImage()], [transforms.ToTensor(), v2.Normalize([0.5], [0.25])],
]


def listed(x):
    return (type(x).__name__, x.tolist()) if isinstance(x, cg.Tensor) else [listed(v) for v in x]


@pytest.mark.parametrize("i", range(len(PIPELINES)))
def test_batches_of_pixels_are_those_of_pictures(tmp_path, i):
    steps = v2.Compose(PIPELINES[i])
    dataset = digits(tmp_path, steps)

    class Pictures(list):
        """The same through pictures, one by one."""

        def __getitem__(self, index):
            return steps(_pictures.picture_of(dataset.data[index][None])), int(dataset.targets[index])

    for batch in (lambda pairs: tuple(zip(*pairs)), None):
        results = []
        for d in (dataset, Pictures(range(20))):
            cg.manual_seed(3)
            loader = DataLoader(d, batch_size=6, shuffle=True, collate_fn=batch)
            results.append([(listed(x), listed(y) if batch is None else y) for x, y in loader] + [cg.rand(1).item()])
        assert results[0] == results[1]
    one = []
    for d in (dataset, Pictures(range(20))):
        cg.manual_seed(3)
        one.append(listed(d[3][0]))
    assert one[0] == one[1]


def test_a_training_pipeline_gives_batches_of_plain_tensors(tmp_path):
    steps = v2.Compose([v2.RandomCrop(6, padding=2), v2.RandomHorizontalFlip(), v2.ToImage(), *END])
    image, label = digits(tmp_path, steps)[7]
    assert type(image) is tv_tensors.Image and label == 7
    x, y = next(iter(DataLoader(digits(tmp_path, steps), batch_size=4)))
    assert type(x) is cg.Tensor and x.shape == (4, 1, 6, 6) and x.dtype == cg.float32 and y.tolist() == [0, 1, 2, 3]
