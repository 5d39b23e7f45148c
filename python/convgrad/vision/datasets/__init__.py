"""Data sets of pictures, read from files that are there; nothing is ever downloaded. Like torchvision.datasets."""
from .cifar import CIFAR10, CIFAR100
from .fakedata import FakeData
from .folder import DatasetFolder, ImageFolder
from .mnist import KMNIST, MNIST, FashionMNIST
from .vision import VisionDataset

__all__ = ["CIFAR10", "CIFAR100", "DatasetFolder", "FakeData", "FashionMNIST", "ImageFolder", "KMNIST", "MNIST", "VisionDataset"]


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    from ..._support import missing
    raise missing("torchvision.datasets", name, __all__)
