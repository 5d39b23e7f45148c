"""The inverse of the error function, with its gradient."""
from __future__ import annotations

import math

from .. import _C
from ..autograd.function import Function

_F = _C._functions
_MIDDLE = ((0.886226899, -1.645349621, 0.914624893, -0.140543331), (1.0, -2.118377725, 1.442710462, -0.329097515, 0.012229801))
_TAIL = ((-1.970840454, -1.624906493, 3.429567803, 1.641345311), (1.0, 3.543889200, 1.637067800))


def _polynomial(z, coefficients):
    out = _F.full_like(z, coefficients[-1])
    for c in reversed(coefficients[:-1]):
        out = out * z + c
    return out


class _ErfInv(Function):
    @staticmethod
    def forward(ctx, y):
        z = y * y
        middle = y * _polynomial(z, _MIDDLE[0]) / _polynomial(z, _MIDDLE[1])
        z = (-((1 - y.abs()) / 2).log()).sqrt()
        tail = _polynomial(z, _TAIL[0]) / _polynomial(z, _TAIL[1]) * y.sign()
        x = _F.where(y.abs() <= 0.7, middle, tail)
        for _ in range(2):  # Newton's steps take the approximation to full precision
            x = x - (x.erf() - y) / ((2.0 / math.sqrt(math.pi)) * (-x * x).exp())
        x = _F.where(y.abs() == 1, y.sign() * float("inf"), _F.where(y.abs() > 1, _F.full_like(y, float("nan")), x))
        ctx.save_for_backward(x)
        return x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (math.sqrt(math.pi) / 2) * (x * x).exp()


def erfinv(y):
    """x with erf(x) = y; ±infinity at ±1, NaN beyond. Giles 2010's start, then two Newton steps."""
    return _ErfInv.apply(y)
