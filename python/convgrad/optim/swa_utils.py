"""Averages of a model's parameters over the course of its training. Like torch.optim.swa_utils."""
from __future__ import annotations

import itertools
import math
from copy import deepcopy
from typing import Any, Callable, Iterable

from .. import _C
from ..autograd.grad_mode import no_grad
from ..nn.modules.module import Module
from .lr_scheduler.schedule import LRScheduler, _format_param, warn_unless_within_step
from .optimizer import Optimizer, Tensor

__all__ = ["AveragedModel", "update_bn", "SWALR", "get_ema_multi_avg_fn", "get_swa_multi_avg_fn", "get_ema_avg_fn", "get_swa_avg_fn"]


def _check_decay(decay: float) -> None:
    if decay < 0.0 or decay > 1.0:
        raise ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")


def get_ema_multi_avg_fn(decay: float = 0.999) -> Callable:
    """For AveragedModel's multi_avg_fn: decay·average + (1 − decay)·parameter."""
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_param_list, current_param_list, _):
        for average, now in zip(ema_param_list, current_param_list, strict=True):
            if average.is_floating_point():
                average.lerp_(now, 1 - decay)
            else:
                average.copy_(average * decay + now * (1 - decay))

    return ema_update


def get_swa_multi_avg_fn() -> Callable:
    """For AveragedModel's multi_avg_fn: all parameters so far, weighted alike."""

    @no_grad()
    def swa_update(averaged_param_list, current_param_list, num_averaged):
        for average, now in zip(averaged_param_list, current_param_list, strict=True):
            if average.is_floating_point():
                average.lerp_(now, float(1 / (num_averaged + 1)))
            else:
                average.copy_(average + (now - average) / (num_averaged + 1))

    return swa_update


def get_ema_avg_fn(decay: float = 0.999) -> Callable:
    """For AveragedModel's avg_fn: decay·average + (1 − decay)·parameter."""
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_param, current_param, num_averaged):
        return decay * ema_param + (1 - decay) * current_param

    return ema_update


def get_swa_avg_fn() -> Callable:
    """For AveragedModel's avg_fn: all parameters so far, weighted alike."""

    @no_grad()
    def swa_update(averaged_param, current_param, num_averaged):
        return averaged_param + (current_param - averaged_param) / (num_averaged + 1)

    return swa_update


class AveragedModel(Module):
    """A copy of a model whose parameters are averages of the model's: update_parameters(model) after each epoch.

    avg_fn(average, parameter, count): the next average, for each parameter (default: get_swa_avg_fn()); or
    multi_avg_fn(averages, parameters, count), which changes them in place. use_buffers: buffers are averaged, too, else
    copied. AssertionError where both functions are given. (Izmailov et al. 2018.) Like torch.optim.swa_utils.AveragedModel.
    """

    n_averaged: Tensor

    def __init__(self, model: Module, device: Any = None, avg_fn: Callable | None = None, multi_avg_fn: Callable | None = None,
                 use_buffers: bool = False) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", _C.tensor(0, dtype=_C.int64, device=device))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args, **kwargs):
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Takes the model's parameters as they are now into the averages."""
        mine, theirs = self.parameters(), model.parameters()
        if self.use_buffers:
            mine = itertools.chain(self.module.parameters(), self.module.buffers())
            theirs = itertools.chain(model.parameters(), model.buffers())
        pairs = [(average.detach(), now.detach()) for average, now in zip(mine, theirs)]
        if self.n_averaged == 0:
            for average, now in pairs:
                average.copy_(now)
        elif self.multi_avg_fn is not None:
            self._update_by_type(pairs)
        else:
            function = self.avg_fn or get_swa_avg_fn()
            for average, now in pairs:
                average.copy_(function(average, now, self.n_averaged))
        if not self.use_buffers:
            for average, now in zip(self.module.buffers(), model.buffers(), strict=True):
                average.detach().copy_(now.detach())
        self.n_averaged += 1

    def _update_by_type(self, pairs: list[tuple[Tensor, Tensor]]) -> None:
        by_type: dict[Any, tuple[list[Tensor], list[Tensor]]] = {}
        for average, now in pairs:
            averages, nows = by_type.setdefault(average.dtype, ([], []))
            averages.append(average)
            nows.append(now)
        for averages, nows in by_type.values():
            self.multi_avg_fn(averages, nows, self.n_averaged)


@no_grad()
def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """The running means of a model's batch normalisations anew, from one pass over the data.

    loader: batches, or lists whose first entry is the batch. Like torch.optim.swa_utils.update_bn.
    """
    from ..nn.modules.batchnorm import _BatchNorm
    momenta = {}
    for module in model.modules():
        if isinstance(module, _BatchNorm):
            module.reset_running_stats()
            momenta[module] = module.momentum
    if not momenta:
        return
    was_training = model.training
    model.train()
    for module in momenta:
        module.momentum = None
    for batch in loader:
        if isinstance(batch, (list, tuple)):
            batch = batch[0]
        if device is not None:
            batch = batch.to(device)
        model(batch)
    for module, momentum in momenta.items():
        module.momentum = momentum
    model.train(was_training)


class SWALR(LRScheduler):
    """From the present rate to swa_lr in anneal_epochs epochs, where it stays. Like torch.optim.swa_utils.SWALR.

    Errors: ValueError for an anneal_strategy that is neither "cos" nor "linear" and for anneal_epochs < 0.
    """

    def __init__(self, optimizer: Optimizer, swa_lr: float, anneal_epochs: int = 10, anneal_strategy: str = "cos",
                 last_epoch: int = -1) -> None:
        for rate, group in zip(_format_param("swa_lr", optimizer, swa_lr), optimizer.param_groups, strict=True):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        self._set_anneal_func(anneal_strategy)
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    @staticmethod
    def _linear_anneal(t: float) -> float:
        return t

    @staticmethod
    def _cosine_anneal(t: float) -> float:
        return (1 - math.cos(math.pi * t)) / 2

    @staticmethod
    def _get_initial_lr(lr, swa_lr, alpha):
        return swa_lr if alpha == 1 else (lr - alpha * swa_lr) / (1 - alpha)

    def get_lr(self):
        warn_unless_within_step(self)
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        share = self.anneal_func(self._progress(step - 1))
        before = [self._get_initial_lr(group["lr"], group["swa_lr"], share) for group in self.optimizer.param_groups]
        alpha = self.anneal_func(self._progress(step))
        return [group["swa_lr"] * alpha + lr * (1 - alpha) for group, lr in zip(self.optimizer.param_groups, before, strict=True)]

    def _progress(self, step: int) -> float:
        return max(0, min(1, step / max(1, self.anneal_epochs)))

    def _set_anneal_func(self, anneal_strategy: str) -> None:
        self._anneal_strategy = anneal_strategy
        self.anneal_func = self._cosine_anneal if anneal_strategy == "cos" else self._linear_anneal

    def state_dict(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key not in ("optimizer", "anneal_func")}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.__dict__.update(state_dict)
        self._set_anneal_func(self._anneal_strategy)
