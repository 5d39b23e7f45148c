"""Records what torchvision 0.29.1 gives for vision_cases.py, into vision.json. Needs torch 2.13.0, Pillow 13 and NumPy.

usage: make_vision.py FOLDER, into which torchvision's wheel was unpacked. Its extension does not load beside the CPU build
of PyTorch and is not needed: the package's __init__.py, which asks for it, is left out.
"""
import json
import pathlib
import sys
import types

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), sys.argv[1]]
package = types.ModuleType("torchvision")
package.__path__ = [str(pathlib.Path(sys.argv[1]) / "torchvision")]
package.get_image_backend = lambda: "PIL"
sys.modules["torchvision"] = package

import torch  # noqa: E402
import vision_cases as cases  # noqa: E402
from PIL import Image  # noqa: E402
from torchvision import datasets, transforms, utils  # noqa: E402


def recorded(value):
    if isinstance(value, tuple):
        return [recorded(v) for v in value]
    if isinstance(value, torch.Tensor):
        return {"dtype": str(value.dtype), "shape": list(value.shape), "values": [round(v, 7) if isinstance(v, float) else v for v in value.flatten().tolist()]}
    return cases.digest(value.height, value.width, len(value.getbands()), value.tobytes())


def attempt(function):
    try:
        return recorded(function())
    except Exception as error:
        return {"error": type(error).__name__, "text": str(error)}


def run():
    out = {"pictures": [], "tensors": [], "grids": [], "wrong": [], "fake": []}
    for name, options in cases.PICTURES:
        transform = cases.made(transforms, torch, name, options)
        results = []
        for mode, sizes in cases.SIZES.items():
            for height, width in sizes:
                picture = Image.frombytes(mode, (width, height), cases.pixels(mode, height, width))
                for seed in (0, 1):
                    torch.manual_seed(seed)
                    result = attempt(lambda: transform(picture))
                    if isinstance(result, dict) and "values" in result:
                        result = {**result, "values": cases.digest(0, 0, 0, bytes(result["values"]))}
                    results.append([result, torch.rand(1).item()])
        out["pictures"].append({"repr": repr(transform), "results": results})
    for name, options in cases.TENSORS:
        transform = cases.made(transforms, torch, name, options)
        results = []
        for dtype in ("float32", "uint8"):
            x = torch.tensor(cases.floats(cases.SHAPE)).reshape(cases.SHAPE)
            x = x if dtype == "float32" else (x * 255).to(torch.uint8)
            torch.manual_seed(5)
            results.append([attempt(lambda: transform(x)), torch.rand(1).item()])
        out["tensors"].append({"repr": repr(transform), "results": results})
    for count, channels, options in cases.GRIDS:
        x = torch.tensor(cases.floats((count, channels, 2, 3))).reshape(count, channels, 2, 3)
        out["grids"].append(recorded(utils.make_grid(x, **options)))
    for name, options in cases.WRONG:
        picture = Image.frombytes("L", (28, 28), cases.pixels("L", 28, 28))
        out["wrong"].append(attempt(lambda: cases.made(transforms, torch, name, options)(picture)))
    fake = datasets.FakeData(5, (3, 8, 9), transform=transforms.Compose([transforms.ToTensor()]))
    out["fake"] = [repr(fake)] + [[recorded(x), y] for x, y in (datasets.FakeData(5, (3, 8, 9))[i] for i in range(3))]
    return out


(HERE / "vision.json").write_text(json.dumps(run(), separators=(",", ":")).replace("],[[", "],\n[[") + "\n")
