"""Jacobians and Hessians of functions, and products with them. Like torch.autograd.functional."""
from __future__ import annotations

from typing import Any, Callable

from .. import _C
from . import grad as _grad
from .grad_mode import enable_grad

Tensor = _C.Tensor
_f = _C._functions

__all__ = ["vjp", "jvp", "jacobian", "hessian", "hvp", "vhp"]

_RESULTS = "outputs of the user-provided function"
_NOT_STRICT = "This is not allowed in strict mode"


def _as_tuple(given: Any, what: str, function: str) -> tuple[bool, tuple[Tensor, ...]]:
    """Whether several were given, and what was given as a tuple of tensors."""
    several = isinstance(given, tuple)
    values = given if several else (given,)
    for i, value in enumerate(values):
        if not isinstance(value, Tensor):
            which = f"value at index {i}" if several else f"given {what}"
            raise TypeError(f"The {what} given to {function} must be either a Tensor or a tuple of Tensors but the {which} has type "
                            f"{type(value)}.")
    return several, values


def _unpacked(values: tuple, several: bool | tuple[bool, bool]) -> Any:
    """A tuple's only element where one was given and not several; of pairs of two tuples both."""
    outer, inner = several if isinstance(several, tuple) else (several, True)
    if not inner:
        values = tuple(row[0] for row in values)
    return values if outer else values[0]


def _fresh(tensors: tuple[Tensor, ...], create_graph: bool, need_graph: bool) -> tuple[Tensor, ...]:
    """Tensors of their own, so that the same tensor caught by the function is not taken for the argument."""
    return tuple(t.view_as(t) if create_graph and t.requires_grad else t.detach().requires_grad_(need_graph) for t in tensors)


def _cleared(values: tuple, create_graph: bool) -> tuple:
    """Without history where none was asked for."""
    if create_graph:
        return values
    return tuple(v.detach() if isinstance(v, Tensor) else _cleared(v, False) for v in values)


def _check_vector(v: tuple[Tensor, ...], other: tuple[Tensor, ...], several: bool) -> None:
    if len(other) != len(v):
        raise RuntimeError(f"v is a tuple of invalid length: should be {len(other)} but got {len(v)}." if several
                           else "The given v should contain a single Tensor.")
    for i, (one, wanted) in enumerate(zip(v, other)):
        if one.size() != wanted.size():
            raise RuntimeError(f"{f'Entry {i} in ' if several else ''}v has invalid size: should be {wanted.size()} but got {one.size()}.")


def _vector(v: Any, other: tuple[Tensor, ...], several: bool, create_graph: bool, function: str) -> tuple[Tensor, ...] | None:
    """The vector of a product, checked; None, for ones, where the other side is a single number."""
    if v is not None:
        v = _fresh(_as_tuple(v, "v", function)[1], create_graph, False)
        _check_vector(v, other, several)
    elif len(other) != 1 or other[0].nelement() != 1:
        raise RuntimeError("The vector v can only be None if the user-provided function returns a single Tensor with a single element."
                           if function == "vjp" else
                           "The vector v can only be None if the input to the user-provided function is a single Tensor with a single "
                           "element.")
    return v


def _check_strict(values: tuple[Tensor | None, ...], what: str, strict: bool) -> None:
    """In strict mode everything depends on the inputs."""
    for i, value in enumerate(values if strict else ()):
        if value is None:
            raise RuntimeError(f"The output of the user-provided function is independent of input {i}. {_NOT_STRICT}.")
        if value.requires_grad:
            continue
        if what == "jacobian":
            raise RuntimeError("While computing the hessian, found that the jacobian of the user-provided function with respect to input "
                               f"{i} is independent of the input. {_NOT_STRICT}. You should ensure that your function is twice "
                               "differentiable and that the jacobian depends on the inputs (this would be violated by a linear function "
                               "for example).")
        if what == "grad_inputs":
            raise RuntimeError(f"The gradient with respect to input {i} is independent of the inputs of the user-provided function. "
                               f"{_NOT_STRICT}.")
        raise RuntimeError(f"Output {i} of the user-provided function does not require gradients. The outputs must be computed in a "
                           "differentiable manner from the input when running in strict mode.")


def _gradients(outputs: tuple, inputs: tuple, weights: tuple | None = None, create_graph: bool = False,
               retain_graph: bool | None = None) -> tuple[Tensor | None, ...]:
    """grad of those outputs that have one."""
    pairs = [(o, w) for o, w in zip(outputs, weights or (None,) * len(outputs)) if o is not None and o.requires_grad]
    if not pairs:
        return (None,) * len(inputs)
    return _grad(tuple(o for o, _ in pairs), inputs, tuple(w for _, w in pairs), allow_unused=True, create_graph=create_graph,
                 retain_graph=retain_graph)


_INDEPENDENT = {
    "back": f"The output of the user-provided function is independent of input {{}}. {_NOT_STRICT}.",
    "back_trick": "The gradient with respect to the input is independent of entry {} in the grad_outputs when using the double backward "
                  f"trick to compute forward mode gradients. {_NOT_STRICT}.",
    "double_back": f"The jacobian of the user-provided function is independent of input {{}}. {_NOT_STRICT}.",
    "double_back_trick": "The hessian of the user-provided function is independent of entry {} in the grad_jacobian. "
                         f"{_NOT_STRICT} as it prevents from using the double backward trick to replace forward mode AD.",
}


def _with_zeros(grads: tuple, like: tuple[Tensor, ...], strict: bool, create_graph: bool, stage: str) -> tuple[Tensor, ...]:
    """Zeros where a gradient is absent; in strict mode an error that says where."""
    for i, g in enumerate(grads if strict else ()):
        if g is None:
            raise RuntimeError(_INDEPENDENT[stage].format(i))
        if create_graph and not g.requires_grad:
            what = "hessian" if "double" in stage else "jacobian"
            raise RuntimeError(f"The {what} of the user-provided function is independent of input {i}. {_NOT_STRICT} when "
                               "create_graph=True.")
    return tuple(_f.zeros_like(t) if g is None else g for g, t in zip(grads, like))


def _called(func: Callable, inputs: tuple[Tensor, ...], strict: bool, function: str) -> tuple[bool, tuple[Tensor, ...]]:
    several, outputs = _as_tuple(func(*inputs), _RESULTS, function)
    _check_strict(outputs, "outputs", strict)
    return several, outputs


def vjp(func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple[Any, Any]:
    """func(*inputs), and the product of v with its Jacobian.

    Example::

        >>> torch.autograd.functional.vjp(torch.exp, torch.zeros(2), torch.tensor([1., 2.]))
        (tensor([1., 1.]), tensor([1., 2.]))
    """
    with enable_grad():
        several_inputs, inputs = _as_tuple(inputs, "inputs", "vjp")
        inputs = _fresh(inputs, create_graph, True)
        several, outputs = _called(func, inputs, strict, "vjp")
        v = _vector(v, outputs, several, create_graph, "vjp")
    product = _with_zeros(_gradients(outputs, inputs, v, create_graph), inputs, strict, create_graph, "back")
    return _unpacked(_cleared(outputs, create_graph), several), _unpacked(_cleared(product, create_graph), several_inputs)


def jvp(func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple[Any, Any]:
    """func(*inputs), and the product of its Jacobian with v, by the backward of backward.

    Example::

        >>> torch.autograd.functional.jvp(torch.exp, torch.zeros(2), torch.tensor([1., 2.]))
        (tensor([1., 1.]), tensor([1., 2.]))
    """
    with enable_grad():
        several_inputs, inputs = _as_tuple(inputs, "inputs", "jvp")
        inputs = _fresh(inputs, create_graph, True)
        v = _vector(v, inputs, several_inputs, create_graph, "jvp")
        several, outputs = _called(func, inputs, strict, "jvp")
        # backward is linear in these, so their values do not matter as long as they are finite
        weights = tuple(_f.zeros_like(out, requires_grad=True) for out in outputs)
        grads = _gradients(outputs, inputs, weights, create_graph=True)
        _check_strict(grads, "grad_inputs", strict)
    product = _with_zeros(_gradients(grads, weights, v, create_graph), outputs, strict, create_graph, "back_trick")
    return _unpacked(_cleared(outputs, create_graph), several), _unpacked(_cleared(product, create_graph), several)


def _forward_mode(strict: bool, create_graph: bool, vectorize: bool) -> None:
    """Refuses it: as PyTorch where that refuses it, too."""
    if create_graph:
        raise NotImplementedError('torch.autograd.functional.jacobian: `create_graph=True` and `strategy="forward-mode"` are not supported '
                                  'together (yet). Please either set `create_graph=False` or `strategy="reverse-mode"`.')
    if strict:
        raise RuntimeError('torch.autograd.functional.jacobian: `strict=True` and `strategy="forward-mode"` are not supported together '
                           '(yet). Please either set `strict=False` or `strategy="reverse-mode"`.')
    if not vectorize:
        raise NotImplementedError("Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for "
                                  "`vectorize=True`.")
    raise NotImplementedError('convgrad has no jacobian(…, strategy="forward-mode"); the nearest is strategy="reverse-mode", '
                              'vectorize=False')


def _rows(out: Tensor, place: int, inputs: tuple[Tensor, ...], create_graph: bool, strict: bool) -> tuple[Tensor, ...]:
    """One output's Jacobians, for each input: a row for each element of the output."""
    rows: tuple[list[Tensor], ...] = tuple([] for _ in inputs)
    for j in range(out.nelement()):
        grads = _gradients((out.reshape(-1)[j],), inputs, retain_graph=True, create_graph=create_graph)
        for i, (row, g, x) in enumerate(zip(rows, grads, inputs)):
            if strict and g is None:
                raise RuntimeError(f"Output {place} of the user-provided function is independent of input {i}. {_NOT_STRICT}.")
            if strict and create_graph and not g.requires_grad:
                raise RuntimeError(f"The jacobian of the user-provided function is independent of input {place}. {_NOT_STRICT} when "
                                   "create_graph=True.")
            row.append(_f.zeros_like(x) if g is None else g)
    return tuple(_f.stack(row, 0).view(out.size() + x.size()) for row, x in zip(rows, inputs))


def jacobian(func: Callable, inputs: Any, create_graph: bool = False, strict: bool = False, vectorize: bool = False,
             strategy: str = "reverse-mode") -> Any:
    """The derivatives of all outputs for all inputs: [output's sizes…, input's sizes…]; tuples of them where several are given.

    Example::

        >>> torch.autograd.functional.jacobian(lambda x: x ** 2, torch.tensor([1., 2.]))
        tensor([[2., 0.],
                [0., 4.]])
    """
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs '
                             'than inputs, "forward-mode" tends to be more performant. Otherwise, prefer to use "reverse-mode".')
    if strategy == "forward-mode":
        _forward_mode(strict, create_graph, vectorize)
    with enable_grad():
        several_inputs, inputs = _as_tuple(inputs, "inputs", "jacobian")
        inputs = _fresh(inputs, create_graph, True)
        several, outputs = _called(func, inputs, strict, "jacobian")
        if vectorize and strict:
            raise RuntimeError("torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. Please "
                               "either set `strict=False` or `vectorize=False`.")
        if vectorize:
            raise NotImplementedError("convgrad has no jacobian(…, vectorize=True); the nearest is vectorize=False")
        result = tuple(_rows(out, i, inputs, create_graph, strict) for i, out in enumerate(outputs))
        return _unpacked(_cleared(result, create_graph), (several, several_inputs))


def _check_scalar(several: bool, out: Tensor, function: str) -> None:
    if several:
        raise RuntimeError(f"The function given to {function} should return a single Tensor")
    if out.nelement() != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {function} should contain a single element")


def hessian(func: Callable, inputs: Any, create_graph: bool = False, strict: bool = False, vectorize: bool = False,
            outer_jacobian_strategy: str = "reverse-mode") -> Any:
    """The second derivatives of a function whose result is one number: [sizes…, sizes…]; tuples of tuples for several inputs.

    Example::

        >>> torch.autograd.functional.hessian(lambda x: x.prod(), torch.tensor([2., 3.]))
        tensor([[0., 1.],
                [1., 0.]])
    """
    several, inputs = _as_tuple(inputs, "inputs", "hessian")
    if outer_jacobian_strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')

    def scalar(*x):
        is_tuple, outputs = _called(func, x, strict, "hessian")
        _check_scalar(is_tuple, outputs[0], "hessian")
        return outputs[0].squeeze()

    def first(*x):
        result = jacobian(scalar, x, create_graph=True)
        _check_strict(result, "jacobian", strict)
        return result

    result = jacobian(first, inputs, create_graph, strict, vectorize, outer_jacobian_strategy)
    return _unpacked(result, (several, several))


def _first(func: Callable, inputs: Any, v: Any, create_graph: bool, strict: bool, function: str):
    """What both products with the Hessian begin with: the result and the gradients, recorded."""
    several, inputs = _as_tuple(inputs, "inputs", function)
    inputs = _fresh(inputs, create_graph, True)
    v = _vector(v, inputs, several, create_graph, function)
    several_outputs, outputs = _called(func, inputs, strict, function)
    _check_scalar(several_outputs, outputs[0], function)
    grads = _gradients(outputs, inputs, create_graph=True)
    _check_strict(grads, "jacobian", strict)
    return several, inputs, v, outputs, grads


def vhp(func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple[Any, Any]:
    """func(*inputs), one number, and the product of v with its Hessian."""
    with enable_grad():
        several, inputs, v, outputs, grads = _first(func, inputs, v, create_graph, strict, "vhp")
    product = _with_zeros(_gradients(grads, inputs, v, create_graph), inputs, strict, create_graph, "double_back")
    return _cleared(outputs, create_graph)[0], _unpacked(_cleared(product, create_graph), several)


def hvp(func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple[Any, Any]:
    """func(*inputs), one number, and the product of its Hessian with v; vhp is faster, and the same where the Hessian is symmetric."""
    with enable_grad():
        several, inputs, v, outputs, grads = _first(func, inputs, v, create_graph, strict, "hvp")
        weights = tuple(_f.zeros_like(x, requires_grad=True) for x in inputs)
        second = _gradients(grads, inputs, weights, create_graph=True)
    product = _with_zeros(_gradients(second, weights, v, create_graph), inputs, strict, create_graph, "double_back_trick")
    return _cleared(outputs, create_graph)[0], _unpacked(_cleared(product, create_graph), several)
