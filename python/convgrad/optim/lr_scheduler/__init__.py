"""Learning rates that change while a net is trained. Like torch.optim.lr_scheduler."""
from .chain import ChainedScheduler, SequentialLR
from .cycle import CosineAnnealingWarmRestarts, CyclicLR, OneCycleLR
from .formula import (ConstantLR, CosineAnnealingLR, ExponentialLR, LambdaLR, LinearLR, MultiplicativeLR, MultiStepLR, PolynomialLR,
                      StepLR)
from .plateau import ReduceLROnPlateau
from .schedule import EPOCH_DEPRECATION_WARNING, LRScheduler, _LRScheduler

__all__ = ["LambdaLR", "MultiplicativeLR", "StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "SequentialLR",
           "CosineAnnealingLR", "ChainedScheduler", "ReduceLROnPlateau", "CyclicLR", "CosineAnnealingWarmRestarts", "OneCycleLR",
           "PolynomialLR", "LRScheduler"]
