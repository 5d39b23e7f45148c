"""Samples changed, by chance or not: pictures with their masks and labels. Like torchvision.transforms.v2."""
from . import functional
from ._arguments import query_chw, query_size
from ._color import ColorJitter, Grayscale, RandomErasing, RandomGrayscale, RandomInvert, RGB
from ._container import Compose, RandomApply, RandomChoice, RandomOrder
from ._geometry import (CenterCrop, FiveCrop, Pad, RandomAffine, RandomCrop, RandomHorizontalFlip, RandomResizedCrop, RandomRotation,
                        RandomVerticalFlip, Resize, TenCrop)
from ._misc import (ConvertImageDtype, GaussianBlur, Identity, Lambda, LinearTransformation, Normalize, PILToTensor, ToDtype, ToImage,
                    ToPILImage, ToPureTensor, ToTensor)
from ._transform import Transform, check_type, has_all, has_any
from .functional import InterpolationMode

__all__ = ["CenterCrop", "ColorJitter", "Compose", "ConvertImageDtype", "FiveCrop", "GaussianBlur", "Grayscale", "Identity",
           "InterpolationMode", "Lambda", "LinearTransformation", "Normalize", "PILToTensor", "Pad", "RGB", "RandomAffine", "RandomApply",
           "RandomChoice", "RandomCrop", "RandomErasing", "RandomGrayscale", "RandomHorizontalFlip", "RandomInvert", "RandomOrder",
           "RandomResizedCrop", "RandomRotation", "RandomVerticalFlip", "Resize", "TenCrop", "ToDtype", "ToImage", "ToPILImage",
           "ToPureTensor", "ToTensor", "Transform", "check_type", "functional", "has_all", "has_any", "query_chw", "query_size"]


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    from ...._support import missing
    raise missing("torchvision.transforms.v2", name, __all__)
