"""Base of the schedules that follow the number of their steps."""
from __future__ import annotations

import contextlib
import types
import warnings
from functools import wraps
from typing import Any, Callable
from weakref import ref

from ..optimizer import Optimizer, Tensor, _to_scalar

EPOCH_DEPRECATION_WARNING = (
    "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible. Please use "
    "`scheduler.step()` to step the scheduler. During the deprecation, if epoch is different from None, the closed form is used "
    "instead of the new chainable form, where available. Please open an issue if you are unable to replicate your use case: "
    "https://github.com/pytorch/pytorch/issues/new/choose.")
_MORE = " See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate"


def _copied(value: Any) -> Any:
    return value.clone() if isinstance(value, Tensor) else value


def _format_param(name: str, optimizer: Optimizer, param: Any) -> list:
    """One value for each parameter group, from a list of them or one for all."""
    groups = len(optimizer.param_groups)
    if isinstance(param, (list, tuple)):
        if len(param) != groups:
            raise ValueError(f"{name} must have the same length as optimizer.param_groups. {name} has {len(param)} values, "
                             f"param_groups has {groups}.")
    else:
        param = [param] * groups
    return [_copied(value) for value in param]


def _values(optimizer: Optimizer, key: str) -> list:
    """An option of all parameter groups."""
    return [_copied(group[key]) for group in optimizer.param_groups]


def _set_value(group: dict[str, Any], key: str, value: Any) -> None:
    """Sets an option; a tensor keeps its place."""
    if isinstance(group[key], Tensor):
        group[key].fill_(_to_scalar(value))
    else:
        group[key] = value


def check_is_optimizer(optimizer: Any) -> None:
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")


class LRScheduler:
    """Sets "lr" in the optimizer's groups at its construction and at each step(), after the optimizer's.

    The rates are computed from those before, so that several schedules work on one optimizer. last_epoch: −1 at the
    beginning; k ≥ 0 goes on after k steps, with the optimizer's loaded state (KeyError where its groups have no
    "initial_lr"). A schedule of your own derives from it and writes get_lr().
    """

    _get_lr_called_within_step = False
    _is_initial = False

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        check_is_optimizer(optimizer)
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", _copied(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{i}] when resuming scheduler with last_epoch >= 0.\n"
                    "This typically happens when:\n"
                    "1. You're trying to resume training from a checkpoint but haven't properly loaded the optimizer state\n"
                    "2. You're using last_epoch >= 0 for a fresh training run (not recommended)")
        self.base_lrs: list[float | Tensor] = _values(optimizer, "initial_lr")
        self.last_epoch = last_epoch
        _note_steps(optimizer)
        self._initial_step()

    def _initial_step(self) -> None:
        self._step_count = 0
        self._is_initial = True
        try:
            self.step()
        finally:
            self._is_initial = False

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule remembers, but for the optimizer."""
        return {key: value for key, value in self.__dict__.items() if key != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Goes on where another schedule of its kind stood; the optimizer's state is loaded on its own."""
        self.__dict__.update(state_dict)

    def get_last_lr(self) -> list[float | Tensor]:
        """The learning rates of the groups."""
        return self._last_lr

    def get_lr(self) -> list[float | Tensor]:
        """The rates of the next step, from the present ones."""
        raise NotImplementedError

    def step(self, epoch: int | None = None) -> None:
        """On to the next epoch; or, deprecated, to the one given, computed directly where there is a formula."""
        if self._step_count == 1:
            self._warn_of_order()
        self._step_count += 1
        if epoch is not None:
            warnings.warn(EPOCH_DEPRECATION_WARNING, UserWarning, stacklevel=2)
        self._update_lr(epoch)

    def _warn_of_order(self) -> None:
        if not hasattr(self.optimizer.step, "_wrapped_by_lr_sched"):
            warnings.warn(
                "Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization. Please, make sure to "
                "call `optimizer.step()` before `lr_scheduler.step()`." + _MORE, UserWarning, stacklevel=3)
        elif not getattr(self.optimizer, "_opt_called", False):
            warnings.warn(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you should call them in "
                "the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure to do this will result in PyTorch "
                "skipping the first value of the learning rate schedule." + _MORE, UserWarning, stacklevel=3)

    def _update_lr(self, epoch: int | None = None) -> None:
        with within_step(self):
            if epoch is None:
                self.last_epoch += 1
                values = self.get_lr()
            else:
                self.last_epoch = epoch
                values = self._get_closed_form_lr() if hasattr(self, "_get_closed_form_lr") else self.get_lr()
        self._set_lr(values)

    def _set_lr(self, values: list) -> None:
        for group, lr in zip(self.optimizer.param_groups, values, strict=True):
            _set_value(group, "lr", lr)
        self._last_lr = _values(self.optimizer, "lr")

    def _present(self) -> list:
        return _values(self.optimizer, "lr")

    def _present_times(self, factor: float) -> list:
        return [group["lr"] * factor for group in self.optimizer.param_groups]

    def _initial_times(self, factor: float) -> list:
        return [base_lr * factor for base_lr in self.base_lrs]


class _LRScheduler(LRScheduler):
    """The name that older programs derive from."""


@contextlib.contextmanager
def within_step(schedule: LRScheduler):
    """get_lr() is called by step() and not by the user."""
    schedule._get_lr_called_within_step = True
    try:
        yield
    finally:
        schedule._get_lr_called_within_step = False


def warn_unless_within_step(schedule: LRScheduler) -> None:
    if not schedule._get_lr_called_within_step:
        warnings.warn("To get the last learning rate computed by the scheduler, please use `get_last_lr()`.", UserWarning, stacklevel=3)


def _note_steps(optimizer: Optimizer) -> None:
    """Lets the optimizer's step note that it was called."""
    if hasattr(optimizer.step, "_wrapped_by_lr_sched"):
        return
    function = optimizer.step.__func__
    held = ref(optimizer)  # the wrapper is held by the optimizer itself

    @wraps(function)
    def step(*args, **kwargs):
        optimizer = held()
        optimizer._opt_called = True
        return function.__get__(optimizer, type(optimizer))(*args, **kwargs)

    step._wrapped_by_lr_sched = True
    optimizer.step = step


def saved_function(function: Callable | None) -> dict[str, Any] | None:
    """What is remembered of a user's function: nothing of a plain one, the attributes of a callable object."""
    if function is None or isinstance(function, types.FunctionType):
        return None
    return function.__dict__.copy()
