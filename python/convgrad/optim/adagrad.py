"""Adagrad. Like torch.optim.Adagrad."""
from __future__ import annotations

from ._rule import Rule, _F, check_fused, check_fused_options, check_lr, check_not_negative, number, zero_number
from .optimizer import Tensor, _to_scalar


class Adagrad(Rule):
    """Adagrad (Duchi et al. 2011).

      g ← ∇p (−∇p where maximize) + weight_decay·p;  s ← s + g²
      p ← p − lr / (1 + (t − 1)·lr_decay) · g / (√s + eps)

    State, from the beginning: "step" (t), "sum" (s, of initial_accumulator_value). Errors: ValueError for negative
    options. Like torch.optim.Adagrad.
    """

    _later_options = {"foreach": None, "maximize": False, "differentiable": False, "fused": None}

    def __init__(self, params, lr: float | Tensor = 1e-2, lr_decay: float = 0, weight_decay: float = 0,
                 initial_accumulator_value: float = 0, eps: float = 1e-10, foreach: bool | None = None, *, maximize: bool = False,
                 differentiable: bool = False, fused: bool | None = None) -> None:
        check_lr(lr)
        check_not_negative("lr_decay value", lr_decay)
        check_not_negative("weight_decay value", weight_decay)
        check_not_negative("initial_accumulator_value value", initial_accumulator_value)
        check_not_negative("epsilon value", eps)
        super().__init__(params, {"lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
                                  "initial_accumulator_value": initial_accumulator_value, "foreach": foreach, "maximize": maximize,
                                  "differentiable": differentiable, "fused": fused})
        check_fused_options(fused, differentiable, foreach)
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p].update(self._new_state(group, p))

    def _new_state(self, group, p):
        if group["fused"]:
            check_fused(p)
        return {"step": zero_number(group),
                "sum": _F.full_like(p, self.defaults["initial_accumulator_value"], memory_format=None)}

    def share_memory(self) -> None:
        """Nothing to do for threads: they share all memory."""
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["sum"].share_memory_()

    def _update(self, group, p, grad, state):
        total, step = state["sum"], state["step"]
        step += 1
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        rate = _to_scalar(group["lr"]) / (1 + (number(step) - 1) * group["lr_decay"])
        total.addcmul_(grad, grad, value=1)
        root = total.sqrt()
        root = root + group["eps"] if group["differentiable"] else root.add_(group["eps"])
        p.addcdiv_(grad, root, value=-rate)
