"""Gradients held against finite differences. Like torch.autograd.gradcheck."""
from __future__ import annotations

import warnings
from typing import Any, Callable

from .. import _C
from . import grad as _grad
from .function import Function

Tensor = _C.Tensor
_f = _C._functions


class GradcheckError(RuntimeError):
    """The gradients of a function are not its derivatives."""


def _as_tuple(values) -> tuple:
    return values if isinstance(values, tuple) else tuple(values) if isinstance(values, list) else (values,)


def _differentiable(values) -> list[Tensor]:
    return [v for v in values if isinstance(v, Tensor) and v.requires_grad]


def _check_inputs(inputs) -> list[Tensor]:
    wanted = _differentiable(inputs)
    if not wanted:
        raise ValueError("gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True.")
    for i, x in enumerate(inputs):
        if not isinstance(x, Tensor) or not x.requires_grad:
            continue
        if x.dtype != _C.float64:
            warnings.warn(f"Input #{i} requires gradient and is not a double precision floating point or complex. This check will likely fail "
                          "if all the inputs are not of double precision floating point or complex. ", stacklevel=3)
        if any(stride == 0 and size > 1 for size, stride in zip(x.shape, x.stride())):
            raise RuntimeError(f"The {i}th input has a dimension with stride 0. gradcheck only supports inputs that are non-overlapping to be "
                               "able to compute the numerical gradients correctly. You should call .contiguous on the input before passing it "
                               "to gradcheck.")
    return wanted


def _numerical(func: Callable, inputs, x: Tensor, eps: float) -> list[Tensor]:
    """For each output the matrix of d output / d x by central differences: a row for each element of x."""
    rows: list[list[Tensor]] = []
    for index in range(x.numel()):
        place = _element(x.data, index)  # changes that no version counts
        before = place.item()
        place.fill_(before - eps)
        low = [o.detach().clone() for o in _as_tuple(func(*inputs))]
        place.fill_(before + eps)
        high = [o.detach().clone() for o in _as_tuple(func(*inputs))]
        place.fill_(before)
        rows.append([((b - a) / (2 * eps)).reshape(-1) for a, b in zip(low, high)])
    count = len(rows[0]) if rows else len(_as_tuple(func(*inputs)))
    return [_f.stack([row[k] for row in rows]) if rows else _f.zeros(0, 0) for k in range(count)]


def _element(x: Tensor, index: int) -> Tensor:
    for size, d in reversed(list(zip(x.shape, range(x.dim())))):
        x = x.select(d, index % size)
        index //= size
    return x


def _analytical(output: Tensor, wanted: list[Tensor]) -> list[Tensor]:
    """For each input the matrix of d output / d input by backward: a column for each element of the output."""
    columns: list[list[Tensor]] = [[] for _ in wanted]
    for index in range(output.numel()):
        one = _f.zeros(output.numel(), dtype=output.dtype)
        one[index] = 1
        grads = _grad((output,), wanted, (one.reshape(output.shape),), retain_graph=True, allow_unused=True)
        for column, g, x in zip(columns, grads, wanted):
            column.append((_f.zeros_like(x) if g is None else g.detach()).reshape(-1))
    return [_f.stack(column, 1) if column else _f.zeros(x.numel(), 0, dtype=output.dtype) for column, x in zip(columns, wanted)]


def _check(func: Callable, inputs, eps: float, atol: float, rtol: float, nondet_tol: float, undefined: bool) -> None:
    wanted = _check_inputs(inputs)
    results = _as_tuple(func(*inputs))
    places = [k for k, o in enumerate(results) if o.requires_grad]
    numerical = [_numerical(func, inputs, x, eps) for x in wanted]
    if not places and any((matrix != 0).any() for matrices in numerical for matrix in matrices):
        raise GradcheckError("Numerical gradient for function expected to be zero")
    for i, k in enumerate(places):
        analytical = _analytical(results[k], wanted)
        again = _analytical(results[k], wanted)
        for j, (a, b) in enumerate(zip(analytical, again)):
            if a.numel() and (a - b).abs().max().item() > nondet_tol:
                raise GradcheckError("Backward is not reentrant, i.e., running backward with same input and grad_output multiple times "
                                     "gives different values, although analytical gradient matches numerical gradient."
                                     f"The tolerance for nondeterminism was {nondet_tol}.")
            n = numerical[j][k].to(a.dtype)
            if not _f.allclose(a, n, rtol, atol):
                raise GradcheckError(f"Jacobian mismatch for output {i} with respect to input {j},\nnumerical:{n}\nanalytical:{a}\n")
    outputs = [results[k] for k in places]
    if any(g is not None and not g.eq(0).all() for g in _of_zeros(outputs, wanted)):
        raise GradcheckError("backward not multiplied by grad_output")
    if undefined:
        _check_undefined(func, inputs, wanted)


def _of_zeros(outputs: list[Tensor], wanted: list[Tensor]):
    return _grad(outputs, wanted, [_f.zeros_like(o) for o in outputs], allow_unused=True)


class _Undefined(Function):
    """Passes a value on, and gives no gradient back."""

    @staticmethod
    def forward(ctx, x):
        return x.view_as(x)

    @staticmethod
    def backward(ctx, g):
        return None


def _check_undefined(func: Callable, inputs, wanted: list[Tensor]) -> None:
    """Backward must take it that all outputs have no gradient, or that one of several has none."""
    count = len(_differentiable(_as_tuple(func(*inputs))))
    where = 'Please look at "Notes about undefined output gradients" in "tools/autograd/derivatives.yaml"'
    for without in [range(count)] + ([[k] for k in range(count)] if count > 1 else []):
        outputs = _differentiable(_as_tuple(func(*inputs)))
        outputs = [_Undefined.apply(o) if k in without else o for k, o in enumerate(outputs)]
        try:
            grads = _of_zeros(outputs, wanted)
        except RuntimeError as error:
            raise GradcheckError(f"Expected backward function to handle undefined output grads. {where}") from error
        if any(g is not None and not g.eq(0).all() for g in grads):
            raise GradcheckError("Expected all input grads to be undefined or zero when all output grads are undefined or zero. "
                                 f"{where}")


def gradcheck(func: Callable, inputs, *, eps: float = 1e-6, atol: float = 1e-5, rtol: float = 1e-3, raise_exception: bool = True,
              nondet_tol: float = 0.0, check_undefined_grad: bool = True, check_grad_dtypes: bool = False, check_batched_grad: bool = False,
              check_batched_forward_grad: bool = False, check_forward_ad: bool = False, check_backward_ad: bool = True,
              fast_mode: bool = False, masked: bool | None = None) -> bool:
    """Whether the gradients of func(*inputs) are its derivatives, as central differences of step eps show them; else GradcheckError.

    Example::

        >>> x = torch.randn(3, dtype=torch.float64, requires_grad=True)
        >>> torch.autograd.gradcheck(torch.tanh, x)
        True
    """
    try:
        _check(func, _as_tuple(inputs), eps, atol, rtol, nondet_tol, check_undefined_grad)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(func: Callable, inputs, grad_outputs=None, *, eps: float = 1e-6, atol: float = 1e-5, rtol: float = 1e-3,
                  gen_non_contig_grad_outputs: bool = False, raise_exception: bool = True, nondet_tol: float = 0.0,
                  check_undefined_grad: bool = True, **options: Any) -> bool:
    """The same for the gradients of the gradients."""
    inputs = _as_tuple(inputs)
    if grad_outputs is None:
        grad_outputs = tuple(_f.randn_like(o.detach()).requires_grad_() for o in _differentiable(_as_tuple(func(*inputs))))
    grad_outputs = _as_tuple(grad_outputs)
    count = len(grad_outputs)

    def gradients(*arguments):
        arguments, weights = arguments[:-count], arguments[-count:]
        outputs = _differentiable(_as_tuple(func(*arguments)))
        grads = _grad(outputs, _differentiable(arguments), weights, create_graph=True, allow_unused=True)
        return tuple(g for g in grads if g is not None)

    return gradcheck(gradients, inputs + grad_outputs, eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception,
                     nondet_tol=nondet_tol, check_undefined_grad=check_undefined_grad)
