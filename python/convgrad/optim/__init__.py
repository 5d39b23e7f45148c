"""Optimizers, schedules of their learning rates, averages of models. Like torch.optim."""
from . import lr_scheduler, swa_utils
from ._adafactor import Adafactor
from ._muon import Muon
from ._stateless import swap_in_optimizer_params_and_state
from .adadelta import Adadelta
from .adagrad import Adagrad
from .adam import Adam, AdamW
from .adamax import Adamax
from .asgd import ASGD
from .lbfgs import LBFGS
from .nadam import NAdam
from .optimizer import Optimizer
from .radam import RAdam
from .rmsprop import RMSprop
from .rprop import Rprop
from .sgd import SGD

__all__ = ["ASGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "LBFGS", "Muon", "NAdam", "Optimizer", "RAdam", "RMSprop",
           "Rprop", "SGD", "lr_scheduler", "swa_utils", "swap_in_optimizer_params_and_state"]

for _public in (Adafactor, Muon, swap_in_optimizer_params_and_state):
    _public.__module__ = __name__  # the name that pickles and messages give, as PyTorch's


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    from .._support import missing
    error = missing("torch.optim", name, __all__)
    if name == "SparseAdam":
        error.add_note("  it takes sparse gradients, and convgrad has none; torch.optim.Adam takes dense ones")
    raise error
