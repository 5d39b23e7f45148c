"""Automatic differentiation. Like torch.autograd."""
from __future__ import annotations

from _thread import _local

from .. import _C
from . import grad_mode
from .anomaly_mode import detect_anomaly, set_detect_anomaly
from .function import Function
from .grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from .variable import Variable


def _as_tuple(tensors):
    return (tensors,) if isinstance(tensors, _C.Tensor) else tuple(tensors)


_running = _local()  # .partial: how many calls that are for some inputs alone are on their way in this thread


class _Partial:
    """While gradients of some inputs alone are computed: what must add to all leaves' .grad refuses itself (reentrant checkpoints)."""

    def __enter__(self) -> None:
        _running.partial = getattr(_running, "partial", 0) + 1

    def __exit__(self, *error) -> None:
        _running.partial -= 1


def _is_checkpoint_valid() -> bool:
    return getattr(_running, "partial", 0) == 0


def _inputs(inputs, function: str):
    """What to differentiate for, as a tuple: of a tensor, several, or a dict's values."""
    if type(inputs) is dict:
        found = tuple(inputs.values())
    elif isinstance(inputs, (_C.Tensor, tuple, list)):
        found = _as_tuple(inputs)
    else:
        from collections.abc import Mapping
        if isinstance(inputs, Mapping):
            raise TypeError(f"`inputs` argument to `{function}()` must be a dict, not {type(inputs).__name__}. Other Mapping types are not "
                            "supported.")
        found = tuple(inputs)
    if len(found) == 0:
        raise RuntimeError(f"`inputs` argument to `{function}()` cannot be empty.")
    return found


def _make_grads(outputs, grads):
    """The gradients of the outputs, checked; None where one is made: of a scalar."""
    new = []
    for i, (out, grad) in enumerate(zip(outputs, grads)):
        if not isinstance(out, _C.Tensor):
            raise AssertionError("Expected output to be a torch.Tensor")
        if isinstance(grad, _C.Tensor):
            if grad.shape != out.shape:
                raise RuntimeError(f"Mismatch in shape: grad_output[{i}] has a shape of {grad.shape} and output[{i}] has a shape of {out.shape}.")
            new.append(grad)
        elif grad is None:
            if out.requires_grad:
                if out.numel() != 1:
                    raise RuntimeError("grad can be implicitly created only for scalar outputs")
                if not out.dtype.is_floating_point:
                    raise RuntimeError(f"grad can be implicitly created only for real scalar outputs but got {out.dtype}")
            new.append(None)
        else:
            raise TypeError(f"gradients can be either Tensors or None, but got {type(grad).__name__}")
    return tuple(new)


def _grads_for(outputs, grads):
    if isinstance(grads, _C.Tensor):
        return (grads,)
    if grads is not None:
        return tuple(grads)
    return (None,) * len(outputs)


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False, grad_variables=None, inputs=None) -> None:
    """Adds the gradients of `tensors` to .grad of the leaves they were made of (or of `inputs` alone)."""
    if grad_variables is not None:
        import warnings
        warnings.warn("`grad_variables` is deprecated. Use `grad_tensors` instead.", FutureWarning, stacklevel=2)
        if grad_tensors is not None:
            raise RuntimeError("`grad_tensors` and `grad_variables` (deprecated) arguments both passed to `backward()`. Please only use "
                               "`grad_tensors`.")
        grad_tensors = grad_variables
    wanted = None if inputs is None else _inputs(inputs, "backward")
    tensors = _as_tuple(tensors)
    grads = _make_grads(tensors, _grads_for(tensors, grad_tensors))
    if wanted is None:
        _C._backward(tensors, grads, retain_graph, create_graph, wanted)
    else:
        with _Partial():
            _C._backward(tensors, grads, retain_graph, create_graph, wanted)


def grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, only_inputs=True, allow_unused=None,
         is_grads_batched=False, materialize_grads=False):
    """The gradients of `outputs` for `inputs` (tensors, or a dict of them as the result then is), returned and not added to .grad."""
    if materialize_grads and allow_unused is False:
        raise ValueError("Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False.")
    if allow_unused is None:
        allow_unused = materialize_grads
    if is_grads_batched:
        raise NotImplementedError("convgrad has no grad(…, is_grads_batched=True); the nearest is one call for each gradient")
    outputs = _as_tuple(outputs)
    wanted = _inputs(inputs, "grad")
    if not only_inputs:
        import warnings
        warnings.warn("only_inputs argument is deprecated and is ignored now (defaults to True). To accumulate gradient for other parts of "
                      "the graph, please use torch.autograd.backward.", FutureWarning, stacklevel=2)
    grads = _make_grads(outputs, _grads_for(outputs, grad_outputs))
    with _Partial():
        result = _C._grad(outputs, wanted, grads, retain_graph, create_graph, allow_unused)
    if materialize_grads:
        result = tuple(_C._functions.zeros_like(i, requires_grad=create_graph) if g is None else g for g, i in zip(result, wanted))
    return dict(zip(inputs, result)) if type(inputs) is dict else result


def __getattr__(name):
    import importlib
    if name in ("gradcheck", "gradgradcheck", "GradcheckError"):
        return getattr(importlib.import_module("._gradcheck", __name__), name)
    if name in ("forward_ad", "functional", "graph"):
        return importlib.import_module("." + name, __name__)
    from .._support import missing
    raise missing("torch.autograd", name, globals())
