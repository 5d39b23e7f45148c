"""Optimizers that treat one parameter after the other by a rule."""
from __future__ import annotations

from typing import Any

from .. import _C
from ..autograd.grad_mode import enable_grad
from .optimizer import Optimizer, _scalar_dtype, _use_grad_for_differentiable

Tensor = _C.Tensor
_F = _C._functions

_CAPTURABLE = "['cuda', 'xpu', 'hpu', 'privateuseone'%s]"
_FUSED = "['mps', 'cuda', 'xpu', 'hpu', 'cpu', 'mtia', 'privateuseone']"


class Rule(Optimizer):
    """step() for the classes derived from it: `_new_state` once for each parameter, `_update` at each step."""

    # Options that states saved by older versions lack.
    _later_options: dict[str, Any] = {"foreach": None, "maximize": False, "differentiable": False, "capturable": False}
    # Numbers among the state that were plain ones in older versions.
    _numbers: tuple[str, ...] = ("step",)
    # What a capturable step wants to see on a graphics card, and the last of the devices that it names: (one by one, foreach).
    _capturable = ("params and state_steps", "params and state_steps")
    _capturable_xla = (", 'xla'", "")

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for group in self.param_groups:
            for name, default in self._later_options.items():
                group.setdefault(name, default)
            for p in group["params"]:
                own = self.state.get(p)
                for name in self._numbers if own else ():
                    if not isinstance(own[name], Tensor):
                        own[name] = _C.tensor(float(own[name]), dtype=_scalar_dtype(group.get("fused")))

    def _state_of(self, group: dict[str, Any], p: Tensor) -> dict[str, Any]:
        state = self.state[p]
        if not state:
            state.update(self._new_state(group, p))
        return state

    def _new_state(self, group: dict[str, Any], p: Tensor) -> dict[str, Any]:
        """What is remembered of a parameter, before its first step."""
        raise NotImplementedError

    def _update(self, group: dict[str, Any], p: Tensor, grad: Tensor, state: dict[str, Any]) -> None:
        """Changes p and its state by its gradient, which must stay as it is."""
        raise NotImplementedError

    @_use_grad_for_differentiable
    def step(self, closure=None):
        """Changes every parameter that has a gradient.

        closure: computes the loss with gradients, where given; it is called first, and what it returns is returned.
        """
        return self._step(closure)

    def _step(self, closure):
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                grad = p.grad
                if grad is None:
                    continue
                state = self._state_of(group, p)
                self._check(group)
                self._update(group, p, -grad if group.get("maximize") else grad, state)
        return loss

    def _check(self, group: dict[str, Any]) -> None:
        foreach = bool(group["foreach"])
        if foreach and group["differentiable"]:
            raise AssertionError("_foreach ops don't support autograd")
        if group.get("capturable"):
            raise AssertionError(f"If capturable=True, {self._capturable[foreach]} must be on supported devices: "
                                 f"{_CAPTURABLE % self._capturable_xla[foreach]}.")


def zero_number(group: dict[str, Any], value: float = 0.0) -> Tensor:
    """A number among the state: how many steps were made."""
    return _C.tensor(value, dtype=_scalar_dtype(group.get("fused")))


def zeros_like(p: Tensor) -> Tensor:
    return _F.zeros_like(p, memory_format=_C.preserve_format)


def check_fused(p: Tensor) -> None:
    """RuntimeError for a parameter that a fused step does not take."""
    if not p.is_floating_point():
        raise RuntimeError(f"`fused=True` requires all the params to be floating point Tensors of supported devices: {_FUSED} but "
                           f"{p.dtype} and {p.device.type}")


def check_fused_options(fused: Any, differentiable: bool, foreach: Any) -> None:
    if fused:
        if differentiable:
            raise RuntimeError("`fused` does not support `differentiable`")
        if foreach:
            raise RuntimeError("`fused` and `foreach` cannot be `True` together.")


def check_lr(lr: Any) -> None:
    """ValueError for a learning rate of several elements, or one below zero."""
    if isinstance(lr, Tensor) and lr.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")
    check_not_negative("learning rate", lr)


def check_not_negative(name: str, value: Any) -> None:
    if not 0.0 <= value:
        raise ValueError(f"Invalid {name}: {value}")


def check_betas(betas: Any) -> None:
    for i in (0, 1):
        if not 0.0 <= betas[i] < 1.0:
            raise ValueError(f"Invalid beta parameter at index {i}: {betas[i]}")


def number(value: Any) -> Any:
    """The number in a tensor of the state."""
    return value.item() if isinstance(value, Tensor) else value
