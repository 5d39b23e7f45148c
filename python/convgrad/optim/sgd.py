"""Stochastic gradient descent. Like torch.optim.SGD."""
from __future__ import annotations

from typing import Any

from ._rule import Rule, check_fused, check_fused_options
from .optimizer import Tensor, _to_scalar


class SGD(Rule):
    """Stochastic gradient descent with momentum, Nesterov's too (Sutskever et al. 2013).

      g ← ∇p (−∇p where maximize) + weight_decay·p
      b ← g at the first step, then momentum·b + (1 − dampening)·g
      p ← p − lr·(g + momentum·b where nesterov, b where momentum ≠ 0, else g)

    State: "momentum_buffer" where momentum ≠ 0. Errors: ValueError for negative lr, momentum or weight_decay, and for
    nesterov without momentum or with dampening. Like torch.optim.SGD.

    Example::

        >>> optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    """

    _later_options = {"nesterov": False, "maximize": False, "foreach": None, "differentiable": False, "fused": False}
    _numbers = ()

    def __init__(self, params, lr: float | Tensor = 1e-3, momentum: float = 0, dampening: float = 0,
                 weight_decay: float | Tensor = 0, nesterov: bool = False, *, maximize: bool = False, foreach: bool | None = None,
                 differentiable: bool = False, fused: bool | None = None) -> None:
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        # NaN passes here, as in PyTorch.
        for name, value in (("learning rate", lr), ("momentum value", momentum), ("weight_decay value", weight_decay)):
            if value < 0.0:
                raise ValueError(f"Invalid {name}: {value}")
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(params, {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
                                  "nesterov": nesterov, "maximize": maximize, "foreach": foreach,
                                  "differentiable": differentiable, "fused": fused})
        check_fused_options(fused, differentiable, foreach)

    def _check(self, group: dict[str, Any]) -> None:
        pass

    def _state_of(self, group, p):
        if group["fused"]:
            check_fused(p)
        return self.state[p] if group["momentum"] != 0 else {}

    def _update(self, group, p, grad, state):
        weight_decay, momentum, lr = group["weight_decay"], group["momentum"], _to_scalar(group["lr"])
        if weight_decay != 0:
            if isinstance(weight_decay, Tensor) and weight_decay.requires_grad:
                grad = grad.addcmul(p.clone(), weight_decay)
            else:
                grad = grad.add(p, alpha=weight_decay)
        if momentum != 0:
            buffer = state.get("momentum_buffer")
            if buffer is None:
                buffer = state["momentum_buffer"] = grad.detach().clone()
            else:
                buffer.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
            grad = grad.add(buffer, alpha=momentum) if group["nesterov"] else buffer
        if isinstance(lr, Tensor) and lr.requires_grad:
            p.addcmul_(grad, lr, value=-1)
        else:
            p.add_(grad, alpha=-lr)
