"""Adam and AdamW. Like torch.optim.Adam, torch.optim.AdamW."""
from __future__ import annotations

from typing import Any

from ._rule import Rule, _F, check_betas, check_fused, check_fused_options, check_not_negative, number, zero_number, zeros_like
from .optimizer import Tensor, _to_scalar


class Adam(Rule):
    """Adam (Kingma & Ba 2014).

      g ← ∇p (−∇p where maximize) + weight_decay·p
      m ← β₁·m + (1 − β₁)·g;  v ← β₂·v + (1 − β₂)·g²
      p ← p − lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + eps)        (amsgrad: the largest v so far)

    State: "step" (t), "exp_avg" (m), "exp_avg_sq" (v), with amsgrad "max_exp_avg_sq". decoupled_weight_decay: as AdamW.
    Errors: ValueError for negative lr, eps or weight_decay and for betas outside [0, 1). Like torch.optim.Adam.

    Example::

        >>> optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, betas=(0.9, 0.99))
    """

    _later_options = {"amsgrad": False, "maximize": False, "foreach": None, "capturable": False, "differentiable": False,
                      "decoupled_weight_decay": False, "fused": None}

    def __init__(self, params, lr: float | Tensor = 1e-3, betas: tuple[float | Tensor, float | Tensor] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0, amsgrad: bool = False, *, foreach: bool | None = None,
                 maximize: bool = False, capturable: bool = False, differentiable: bool = False, fused: bool | None = None,
                 decoupled_weight_decay: bool = False) -> None:
        if isinstance(lr, Tensor):
            if foreach and not capturable:
                raise ValueError("lr as a Tensor is not supported for capturable=False and foreach=True")
            if lr.numel() != 1:
                raise ValueError("Tensor lr must be 1-element")
        check_not_negative("learning rate", lr)
        check_not_negative("epsilon value", eps)
        check_betas(betas)
        check_not_negative("weight_decay value", weight_decay)
        _check_kind_of_betas(betas, foreach, capturable)
        super().__init__(params, {"lr": lr, "betas": tuple(map(_to_scalar, betas)), "eps": eps, "weight_decay": weight_decay,
                                  "amsgrad": amsgrad, "maximize": maximize, "foreach": foreach, "capturable": capturable,
                                  "differentiable": differentiable, "fused": fused,
                                  "decoupled_weight_decay": decoupled_weight_decay})
        check_fused_options(fused, differentiable, foreach)

    def _new_state(self, group, p):
        if group["fused"]:
            check_fused(p)
        state = {"step": zero_number(group), "exp_avg": zeros_like(p), "exp_avg_sq": zeros_like(p)}
        if group["amsgrad"]:
            state["max_exp_avg_sq"] = zeros_like(p)
        return state

    def _check(self, group):
        super()._check(group)
        if group["foreach"] and isinstance(group["lr"], Tensor):
            raise RuntimeError("lr as a Tensor is not supported for capturable=False and foreach=True")

    def _update(self, group, p, grad, state):
        if group["differentiable"] and state["step"].requires_grad:
            raise RuntimeError("`requires_grad` is not supported for `step` in differentiable mode")
        lr, (beta1, beta2) = _to_scalar(group["lr"]), map(_to_scalar, group["betas"])
        m, v, step, decay = state["exp_avg"], state["exp_avg_sq"], state["step"], group["weight_decay"]
        step += 1
        if decay != 0:
            if group["decoupled_weight_decay"]:
                p.mul_(1 - lr * decay)
            elif isinstance(decay, Tensor) and decay.requires_grad:
                grad = grad.addcmul(p.clone(), decay)
            else:
                grad = grad.add(p, alpha=decay)
        m.lerp_(grad, 1 - (beta1.to(dtype=p.dtype) if isinstance(beta1, Tensor) else beta1))
        if group["differentiable"] and isinstance(beta2, Tensor) and beta2.requires_grad:
            v.lerp_(grad.square(), weight=1 - beta2)
        else:
            v.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        if group["differentiable"]:
            _differentiable_step(group, p, state, lr, beta1, beta2)
            return
        t = number(step)
        correction1, correction2 = 1 - beta1 ** t, 1 - beta2 ** t
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"]
            v = largest.copy_(_F.maximum(largest, v))
        denominator = (v.sqrt() / correction2 ** 0.5).add_(group["eps"])
        p.addcdiv_(m, denominator, value=-(lr / correction1))


def _check_kind_of_betas(betas: Any, foreach: Any, capturable: bool) -> None:
    if not (all(isinstance(b, float) for b in betas[:2]) or all(isinstance(b, Tensor) for b in betas[:2])):
        raise ValueError("betas must be either both floats or both Tensors")
    for i in (0, 1):
        if isinstance(betas[i], Tensor):
            if foreach and not capturable:
                raise ValueError(f"betas[{i}] as a Tensor is not supported for capturable=False and foreach=True")
            if betas[i].numel() != 1:
                raise ValueError(f"Tensor betas[{i}] must be 1-element")


def _differentiable_step(group: dict[str, Any], p: Tensor, state: dict[str, Any], lr: Any, beta1: Any, beta2: Any) -> None:
    """The change of p by tensor operations alone, so that it has a gradient."""
    m, v, step = state["exp_avg"], state["exp_avg_sq"], state["step"]
    correction1, correction2 = 1 - beta1 ** step.clone(), 1 - beta2 ** step.clone()
    minus_size = (lr / correction1).neg()
    root = correction2.sqrt()
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"].copy_(_F.maximum(state["max_exp_avg_sq"].clone(), v))
    denominator = (v.sqrt() / (root * minus_size)).add_(group["eps"] / minus_size)
    p.addcdiv_(m.clone(), denominator)


class AdamW(Adam):
    """Adam whose decay is no part of the gradient: p ← (1 − lr·weight_decay)·p before the step (Loshchilov & Hutter 2017).

    Like torch.optim.AdamW.
    """

    def __init__(self, params, lr: float | Tensor = 1e-3, betas: tuple[float | Tensor, float | Tensor] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 1e-2, amsgrad: bool = False, *, maximize: bool = False,
                 foreach: bool | None = None, capturable: bool = False, differentiable: bool = False,
                 fused: bool | None = None) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, foreach=foreach, maximize=maximize, capturable=capturable,
                         differentiable=differentiable, fused=fused, decoupled_weight_decay=True)

    def __setstate__(self, state):
        super().__setstate__(state)
        for group in self.param_groups:
            group["decoupled_weight_decay"] = True
