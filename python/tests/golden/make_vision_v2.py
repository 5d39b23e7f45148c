"""Records what torchvision 0.29.1 gives for vision_v2_cases.py, into vision_v2.json. Needs torch 2.13.0, Pillow 13 and NumPy.

usage: make_vision_v2.py FOLDER, into which torchvision's wheel was unpacked; as for make_vision.py.
"""
import json
import pathlib
import sys
import types
import warnings

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), sys.argv[1]]
package = types.ModuleType("torchvision")
package.__path__ = [str(pathlib.Path(sys.argv[1]) / "torchvision")]
package.get_image_backend = lambda: "PIL"
sys.modules["torchvision"] = package

import torch  # noqa: E402
import vision_v2_cases as cases  # noqa: E402
from PIL import Image  # noqa: E402
from torchvision import tv_tensors  # noqa: E402
from torchvision.transforms import v2  # noqa: E402

warnings.simplefilter("ignore")


def recorded(value, short=False):
    if isinstance(value, (tuple, list)):
        return [recorded(v, short) for v in value]
    if isinstance(value, dict):
        return {"dict": [[k, recorded(v, short)] for k, v in value.items()]}
    if isinstance(value, torch.Tensor):
        numbers = value.flatten().tolist()
        if short and value.dtype == torch.uint8:
            numbers = cases.digest(0, 0, 0, bytes(numbers))
        return {"kind": type(value).__name__, "dtype": str(value.dtype), "shape": list(value.shape),
                "values": [round(v, 6) if isinstance(v, float) else v for v in numbers]}
    if isinstance(value, Image.Image):
        return cases.digest(value.height, value.width, len(value.getbands()), value.tobytes())
    return value


def attempt(function, short=False):
    try:
        return recorded(function(), short)
    except Exception as error:
        return {"error": type(error).__name__, "text": str(error)}


def run():
    out = {"pictures": [], "tensors": [], "samples": [], "wrong": [], "functions": []}
    for name, options in cases.PICTURES:
        transform = cases.made(v2, tv_tensors, torch, name, options)
        results = []
        for mode, sizes in cases.SIZES.items():
            for height, width in sizes:
                picture = Image.frombytes(mode, (width, height), cases.pixels(mode, height, width))
                for seed in (0, 1):
                    torch.manual_seed(seed)
                    results.append([attempt(lambda: transform(picture), True), torch.rand(1).item()])
        out["pictures"].append({"repr": repr(transform), "results": results})
    for name, options in cases.TENSORS:
        transform = cases.made(v2, tv_tensors, torch, name, options)
        results = []
        for kind in ("float32", "uint8"):
            torch.manual_seed(5)
            results.append([attempt(lambda: transform(cases.numbers(torch, cases.SHAPE, kind))), torch.rand(1).item()])
        out["tensors"].append({"repr": repr(transform), "results": results})
    for name, options in cases.SAMPLES:
        results = []
        for layout in cases.LAYOUTS:
            torch.manual_seed(3)
            results.append([attempt(lambda: cases.made(v2, tv_tensors, torch, name, options)(cases.sample(layout, tv_tensors, torch))), torch.rand(1).item()])
        out["samples"].append(results)
    for name, options in cases.WRONG:
        x = cases.numbers(torch, cases.SHAPE, "float32")
        out["wrong"].append(attempt(lambda: cases.made(v2, tv_tensors, torch, name, options)(x) and None))
    for call in cases.FUNCTIONS:
        out["functions"].append(attempt(lambda: cases.called(v2, tv_tensors, torch, *call)))
    return out


(HERE / "vision_v2.json").write_text(json.dumps(run(), separators=(",", ":")).replace("],[[", "],\n[[").replace("},{", "},\n{") + "\n")
