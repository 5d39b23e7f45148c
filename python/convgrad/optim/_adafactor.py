"""Adafactor. Like torch.optim.Adafactor."""
from __future__ import annotations

from .._info import finfo
from ..autograd.grad_mode import no_grad
from ._rule import Rule, number, zero_number, zeros_like
from .optimizer import Tensor, _to_scalar


class Adafactor(Rule):
    """Adafactor (Shazeer & Stern 2018): of a matrix only the squares' means over rows and over columns are remembered.

      g ← ∇p (−∇p where maximize);  s = t^beta2_decay;  ρ = min(lr, 1/√t);  a = max(ε₂, RMS(p))·ρ
      p ← p − lr·weight_decay·p
      R ← R + s·(mean of g² over the last axis − R);  C ← C + s·(… over the last but one − C);  V = R·C / max(mean of R, ε₁)
      of a vector:  V ← V + s·(g² − V)
      u = g / √max(V, ε₁²);  p ← p − a / max(1, RMS(u)/d) · u

    eps: (ε₁, ε₂); ε₁ None is the resolution of the parameters' type. State: "step" (t), "row_var" (R) and "col_var" (C), or
    "variance" (V). Errors: ValueError for negative lr, eps and weight_decay, beta2_decay above 0, d below 1.
    Like torch.optim.Adafactor.

    Example::

        >>> optimizer = torch.optim.Adafactor(net.parameters(), lr=1e-2)
    """

    _later_options = {"foreach": None}

    def __init__(self, params, lr: float | Tensor = 1e-2, beta2_decay: float = -0.8, eps: tuple[float | None, float] = (None, 1e-3),
                 d: float = 1.0, weight_decay: float = 0.0, *, foreach: bool | None = None, maximize: bool = False) -> None:
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        _check_at_least("Learning rate", lr, 0)
        if not 0.0 >= beta2_decay:
            raise ValueError(f"beta2_decay should be <= 0 but is: {beta2_decay}")
        if eps[0] is not None:
            _check_at_least("epsilon1", eps[0], 0)
        _check_at_least("epsilon2", eps[1], 0)
        _check_at_least("Clipping threshold d", d, 1)
        _check_at_least("weight_decay", weight_decay, 0)
        super().__init__(params, {"lr": lr, "beta2_decay": beta2_decay, "eps": eps, "d": d, "weight_decay": weight_decay,
                                  "foreach": foreach, "maximize": maximize})

    @no_grad()
    def step(self, closure=None):
        """Changes every parameter that has a gradient; closure, where given, computes the loss first, which is returned."""
        return self._step(closure)

    def _check(self, group):
        """foreach computes the same."""

    def _new_state(self, group, p):
        grad = p.grad
        if grad.dim() < 2:
            return {"step": zero_number(group), "variance": zeros_like(grad)}
        *rest, rows, columns = grad.shape
        return {"step": zero_number(group), "row_var": grad.new_zeros([*rest, rows, 1]), "col_var": grad.new_zeros([*rest, 1, columns])}

    def _update(self, group, p, grad, state):
        lr, d, (eps1, eps2) = _to_scalar(group["lr"]), group["d"], group["eps"]
        if eps1 is None:  # of the first parameter's type for all of the group, as PyTorch has it
            eps1 = finfo(next(q for q in group["params"] if q.grad is not None).dtype).eps
        state["step"] += 1
        t = number(state["step"])
        share = t ** group["beta2_decay"]
        rate = max(eps2, _rms(p)) * min(lr, 1 / t ** 0.5)
        if group["weight_decay"] != 0:
            p.mul_(1 - lr * group["weight_decay"])
        update = _estimate(grad, state, share, eps1).clamp_(min=eps1 * eps1).rsqrt_().mul_(grad)
        p.add_(update, alpha=-rate / max(1.0, _rms(update, d)))


def _estimate(grad: Tensor, state: dict, share: float, eps: float) -> Tensor:
    """The mean of the squared gradients so far, from what is remembered of it; fresh memory."""
    if grad.dim() < 2:
        return state["variance"].lerp_(grad * grad, share).clone()
    rows, columns = state["row_var"], state["col_var"]
    rows.lerp_(_mean_square(grad, -1), share)
    columns.lerp_(_mean_square(grad, -2), share)
    return (rows @ columns).div_(rows.mean(dim=-2, keepdim=True).clamp_(min=eps))


def _mean_square(x: Tensor, dim: int) -> Tensor:
    return x.norm(2, dim, keepdim=True).square_().div_(x.size(dim))


def _rms(x: Tensor, times: float = 1.0) -> float:
    """The root of the mean of squares, over `times`."""
    return x.norm(2).item() / (x.numel() ** 0.5 * times)


def _check_at_least(name: str, value, least: int) -> None:
    if not least <= value:
        raise ValueError(f"{name} should be >= {least} but is: {value}")
