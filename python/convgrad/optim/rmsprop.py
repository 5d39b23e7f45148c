"""RMSprop. Like torch.optim.RMSprop."""
from __future__ import annotations

from ._rule import Rule, check_lr, check_not_negative, zero_number, zeros_like
from .optimizer import Tensor, _to_scalar


class RMSprop(Rule):
    """RMSprop (Hinton's lecture 6; centered: Graves 2013).

      g ← ∇p (−∇p where maximize) + weight_decay·p;  v ← alpha·v + (1 − alpha)·g²
      centered: a ← alpha·a + (1 − alpha)·g, and v − a² in v's place below
      b ← momentum·b + g / (√v + eps);  p ← p − lr·b

    State: "step", "square_avg" (v), "momentum_buffer" (b) where momentum > 0, "grad_avg" (a) where centered. Errors:
    ValueError for negative options. Like torch.optim.RMSprop.
    """

    _later_options = {"momentum": 0, "centered": False, **Rule._later_options}
    _capturable_xla = (", 'xla'", ", 'xla'")

    def __init__(self, params, lr: float | Tensor = 1e-2, alpha: float = 0.99, eps: float = 1e-8, weight_decay: float = 0,
                 momentum: float = 0, centered: bool = False, capturable: bool = False, foreach: bool | None = None,
                 maximize: bool = False, differentiable: bool = False) -> None:
        check_lr(lr)
        check_not_negative("epsilon value", eps)
        check_not_negative("momentum value", momentum)
        check_not_negative("weight_decay value", weight_decay)
        check_not_negative("alpha value", alpha)
        super().__init__(params, {"lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered,
                                  "weight_decay": weight_decay, "capturable": capturable, "foreach": foreach,
                                  "maximize": maximize, "differentiable": differentiable})

    def _new_state(self, group, p):
        state = {"step": zero_number(group), "square_avg": zeros_like(p)}
        if group["momentum"] > 0:
            state["momentum_buffer"] = zeros_like(p)
        if group["centered"]:
            state["grad_avg"] = zeros_like(p)
        return state

    def _update(self, group, p, grad, state):
        alpha, momentum, lr, v = group["alpha"], group["momentum"], _to_scalar(group["lr"]), state["square_avg"]
        state["step"] += 1
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        v.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
        if group["centered"]:
            mean = state["grad_avg"].lerp_(grad, 1 - alpha)
            root = v.addcmul(mean, mean, value=-1).sqrt_()
        else:
            root = v.sqrt()
        root = root.add(group["eps"]) if group["differentiable"] else root.add_(group["eps"])
        if momentum > 0:
            p.add_(state["momentum_buffer"].mul_(momentum).addcdiv_(grad, root), alpha=-lr)
        else:
            p.addcdiv_(grad, root, value=-lr)
