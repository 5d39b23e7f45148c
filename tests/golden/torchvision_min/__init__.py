"""The few parts of torchvision that make_lenet5.py uses, on Pillow: torchvision itself does not import beside the CPU build of
torch 2.13.0."""
from . import datasets, transforms
