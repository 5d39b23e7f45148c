"""Pictures changed, by chance or not. Like torchvision.transforms."""
from . import functional
from .color import ColorJitter, GaussianBlur, Grayscale, RandomErasing, RandomGrayscale, RandomInvert
from .compose import Compose, Lambda, RandomApply, RandomChoice, RandomOrder, RandomTransforms
from .convert import ConvertImageDtype, LinearTransformation, Normalize, PILToTensor, ToPILImage, ToTensor
from .functional import InterpolationMode
from .geometry import (CenterCrop, FiveCrop, Pad, RandomAffine, RandomCrop, RandomHorizontalFlip, RandomResizedCrop, RandomRotation,
                       RandomVerticalFlip, Resize, TenCrop)

__all__ = ["Compose", "ToTensor", "PILToTensor", "ConvertImageDtype", "ToPILImage", "Normalize", "Resize", "CenterCrop", "Pad", "Lambda",
           "RandomApply", "RandomChoice", "RandomOrder", "RandomCrop", "RandomHorizontalFlip", "RandomVerticalFlip", "RandomResizedCrop",
           "FiveCrop", "TenCrop", "LinearTransformation", "ColorJitter", "RandomRotation", "RandomAffine", "Grayscale", "RandomGrayscale",
           "RandomErasing", "GaussianBlur", "InterpolationMode", "RandomInvert"]


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    if name == "v2":
        import importlib
        return importlib.import_module(".v2", __name__)
    from ..._support import missing
    raise missing("torchvision.transforms", name, __all__)
