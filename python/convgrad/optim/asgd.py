"""Averaged stochastic gradient descent. Like torch.optim.ASGD."""
from __future__ import annotations

from .. import _C
from ._rule import Rule, check_lr, check_not_negative, number, zero_number, zeros_like
from .optimizer import Tensor, _scalar_dtype, _to_scalar


class ASGD(Rule):
    """Stochastic gradient descent that keeps an average of the parameters (Polyak & Juditsky 1992).

      g ← ∇p (−∇p where maximize) + weight_decay·p;  p ← (1 − lambd·η)·p − η·g
      a ← a + μ·(p − a)  (a ← p while μ = 1);  η ← lr / (1 + lambd·lr·t)^alpha;  μ ← 1 / max(1, t − t0)

    State: "step" (t), "eta" (η), "mu" (μ), "ax" (a). Errors: ValueError for negative lr or weight_decay.
    Like torch.optim.ASGD.
    """

    _numbers = ("step", "eta", "mu")
    _capturable = ("params, mus, etas, and state_steps", "params, mus, etas, and state_steps")

    def __init__(self, params, lr: float | Tensor = 1e-2, lambd: float = 1e-4, alpha: float = 0.75, t0: float = 1e6,
                 weight_decay: float = 0, foreach: bool | None = None, maximize: bool = False, differentiable: bool = False,
                 capturable: bool = False) -> None:
        check_lr(lr)
        check_not_negative("weight_decay value", weight_decay)
        super().__init__(params, {"lr": lr, "lambd": lambd, "alpha": alpha, "t0": t0, "weight_decay": weight_decay,
                                  "foreach": foreach, "maximize": maximize, "differentiable": differentiable,
                                  "capturable": capturable})

    def _new_state(self, group, p):
        eta = _C.as_tensor(_to_scalar(group["lr"]), dtype=_scalar_dtype()).clone().detach()
        return {"step": zero_number(group), "eta": eta, "mu": zero_number(group, 1.0), "ax": zeros_like(p)}

    def _update(self, group, p, grad, state):
        lr, lambd, eta, mu, average = _to_scalar(group["lr"]), group["lambd"], state["eta"], state["mu"], state["ax"]
        state["step"] += 1
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        rate = number(eta)
        p.mul_(1 - lambd * rate)
        p.add_(grad, alpha=-rate)
        if mu.item() != 1:
            average.add_(p.sub(average).mul_(mu))
        else:
            average.copy_(p)
        t = number(state["step"])
        eta.copy_(_C.as_tensor(lr / ((1 + lambd * lr * t) ** group["alpha"])))
        mu.copy_(_C.as_tensor(1 / max(1, t - group["t0"])))
