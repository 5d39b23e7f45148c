"""Functions of torch that are made of others. Like torch.functional."""
from __future__ import annotations

from . import _C

TYPE_CHECKING = False  # importing typing takes longer than the rest
if TYPE_CHECKING:
    from typing import Any

Tensor = _C.Tensor
_f = _C._functions

__all__ = ["asarray", "atleast_1d", "atleast_2d", "atleast_3d", "block_diag", "broadcast_shapes", "broadcast_tensors", "cartesian_prod", "cdist", "chain_matmul",
           "cumulative_trapezoid", "einsum", "frombuffer", "get_device", "is_anomaly_enabled", "is_inference",
           "is_inference_mode_enabled", "kron", "meshgrid", "multinomial", "norm", "resize_as_", "split", "tensordot", "unique",
           "unique_consecutive"]


def asarray(obj, *, dtype=None, device=None, copy=None, requires_grad=None):
    """A tensor of what `obj` holds, which shares its memory where it can; a copy with copy=True, never one with copy=False. Like
    torch.asarray."""
    array = type(obj).__module__ == "numpy" and type(obj).__name__ == "ndarray"
    number = type(obj).__module__ == "numpy" and not array
    if copy is False and number:
        raise RuntimeError("can't alias NumPy scalars. Either remove copy=False or transform it in a ndarray. ")
    if copy is False and not array and not isinstance(obj, Tensor):
        raise ValueError("can't alias arbitrary sequence into a tensor.")
    shared = _C.as_tensor(obj) if array or isinstance(obj, Tensor) else None
    if copy is False and dtype not in (None, shared.dtype):
        raise ValueError(f"can't alias tensor with dtype '{_legacy_name(shared)}' into dtype '{_legacy_name(_f.empty(0, dtype=dtype))}'.")
    result = _C.as_tensor(obj, dtype=dtype, device=device) if shared is None else shared.to(dtype or shared.dtype)
    if copy and result is shared:
        result = result.clone()
    if requires_grad is False and result.requires_grad:
        return result.detach()
    if requires_grad and not result.is_floating_point():
        raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
    return result.requires_grad_() if requires_grad and not result.requires_grad else result


def _legacy_name(t):
    """"Float" of a float32 tensor."""
    return t.type().removeprefix("torch.").removesuffix("Tensor")


def broadcast_shapes(*shapes):
    """The shape that these shapes have together after broadcasting."""
    sizes = [(s,) if isinstance(s, int) else tuple(s) for s in shapes]
    length = max((len(s) for s in sizes), default=0)
    out = [1] * length
    for shape in sizes:
        for i in range(-1, -1 - len(shape), -1):
            if shape[i] < 0:
                raise RuntimeError(f"Trying to create tensor with negative dimension ({shape[i]}): ({shape[i]})")
            if shape[i] in (1, out[i]):
                continue
            if out[i] != 1:
                raise RuntimeError("Shape mismatch: objects cannot be broadcast to a single shape")
            out[i] = shape[i]
    return _C.Size(out)


def multinomial(input, num_samples, replacement=False, *, generator=None, out=None):
    """Numbers drawn by their weights."""
    from ._multinomial import multinomial as function
    if out is not None and out.dtype != _C.int64:
        raise RuntimeError(f"multinomial expects Long tensor out, got: {out.type().split('.')[-1].removesuffix('Tensor')}")
    drawn = function(input, num_samples, replacement, generator=generator)
    return drawn if out is None else out.resize_(drawn.shape).copy_(drawn)


def _listed(tensors):
    """f(a, b) and f([a, b]) are the same."""
    return tuple(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors


def broadcast_tensors(*tensors):
    """Views of the tensors, broadcast against each other."""
    return _f.broadcast_tensors(_listed(tensors))


def split(tensor: Tensor, split_size_or_sections, dim: int = 0):
    """Pieces of one size, the last one smaller, or of these sizes."""
    return tensor.split(split_size_or_sections, dim)


def norm(input, p: Any = "fro", dim=None, keepdim=False, out=None, dtype=None):
    """(Σ |x|ᵖ)^(1/p), of all elements or along dimensions."""
    if dtype is not None:
        input = input.to(dtype)
    if p == "nuc":
        raise NotImplementedError("convgrad has no nuclear norm; the nearest is p='fro'")
    if p == "fro":
        p = 2
    if p is None:
        p = 2
    if dim is None:
        result = _f.norm(input, p) if not keepdim else _f.norm(input, p, list(range(input.dim())), True)
    else:
        result = _f.norm(input, p, [dim] if isinstance(dim, int) else dim, keepdim)
    if out is not None:
        return out.resize_(result.shape).copy_(result)
    return result


def meshgrid(*tensors, indexing: str | None = None):
    """Grids of coordinates: one tensor of all sizes for each given one."""
    tensors = _listed(tensors)
    if indexing is None:
        import warnings
        warnings.warn("torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.", UserWarning, stacklevel=2)
        indexing = "ij"
    return _f.meshgrid(tensors, indexing=indexing)


def tensordot(a, b, dims=2, out=None):
    """Products summed over several dimensions of both: dims of each, or so many of a's last and b's first."""
    if not isinstance(dims, (tuple, list, Tensor, int)):
        raise RuntimeError(f"tensordot expects dims to be int or tuple[list[int], list[int]] or list[list[int]] containing two lists, but got "
                           f"dims={dims}")
    dims_a: list = []
    dims_b: list = []
    if isinstance(dims, (tuple, list)):
        dims_a, dims_b = dims
    elif isinstance(dims, Tensor) and dims.numel() > 1:
        if dims.dim() != 2 or dims.size(0) != 2:
            raise AssertionError(f"dims must be a 2D tensor with size(0) == 2, got dim={dims.dim()}, size={dims.size()}")
        dims_a, dims_b = dims[0].tolist(), dims[1].tolist()
    else:
        count = int(dims.item()) if isinstance(dims, Tensor) else dims
        if count < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={count}")
        if count > min(a.dim(), b.dim()):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={count}")
        dims_a, dims_b = list(range(-count, 0)), list(range(count))
    return _f.tensordot(a, b, dims_a, dims_b) if out is None else _f.tensordot(a, b, dims_a, dims_b, out=out)


def _letter(subscript) -> str:
    if subscript is Ellipsis:
        return "..."
    if 0 <= subscript < 26:
        return chr(ord("A") + subscript)
    if 26 <= subscript < 52:
        return chr(ord("a") + subscript - 26)
    raise ValueError("einsum(): subscript in subscript list is not within the valid range [0, 52)")


def einsum(*args):
    """Sums of products in Einstein's notation.

    Each operand's dimensions have letters; those of the result stand behind "->", the others are summed.

    Example::

        >>> torch.einsum("ij,jk->ik", torch.ones(2, 3), torch.ones(3, 2))
        tensor([[3., 3.],
                [3., 3.]])
    """
    if len(args) < 2:
        raise ValueError("einsum(): must specify the equation string and at least one operand, or at least one operand and its subscripts list")
    equation, operands = args[0], args[1:]
    if isinstance(equation, Tensor):
        equation = ",".join("".join(_letter(s) for s in subscripts) for subscripts in args[1::2])
        if len(args) % 2 == 1:
            equation = ",".join("".join(_letter(s) for s in subscripts) for subscripts in args[1:-1:2]) + "->" + "".join(map(_letter, args[-1]))
            operands = args[:-1:2]
        else:
            operands = args[::2]
    return _f.einsum(equation, _listed(operands))


def _unique_results(values, inverse, counts, return_inverse: bool, return_counts: bool):
    results = [values] + [inverse] * return_inverse + [counts] * return_counts
    return results[0] if len(results) == 1 else tuple(results)


def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The different elements in ascending order (or the different slices along dim); where each came from, how often.

    Example::

        >>> torch.unique(torch.tensor([3, 1, 3]), return_counts=True)
        (tensor([1, 3]), tensor([1, 2]))
    """
    return _unique_results(*_f.unique(input, sorted, return_inverse, return_counts, dim), return_inverse, return_counts)


def unique_consecutive(input, return_inverse=False, return_counts=False, dim=None):
    """Without elements (or slices along dim) that equal the one before."""
    return _unique_results(*_f.unique_consecutive(input, return_inverse, return_counts, dim), return_inverse, return_counts)


def _at_least(dims, tensors):
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        return tuple(_at_least(dims, (t,)) for t in tensors[0])
    if len(tensors) != 1:
        return tuple(_at_least(dims, (t,)) for t in tensors)
    t = tensors[0]
    if t.dim() >= dims:
        return t
    if t.dim() == 0:
        return t.reshape([1] * dims)
    if t.dim() == 1:
        return t.unsqueeze(0) if dims == 2 else t.unsqueeze(0).unsqueeze(-1)
    return t.unsqueeze(-1)


def atleast_1d(*tensors):
    return _at_least(1, tensors)


def atleast_2d(*tensors):
    return _at_least(2, tensors)


def atleast_3d(*tensors):
    return _at_least(3, tensors)


def block_diag(*tensors):
    """Matrices along the diagonal of one matrix."""
    return _f.block_diag(tensors)


def cartesian_prod(*tensors):
    """All combinations, one a row."""
    return _f.cartesian_prod(tensors)


def chain_matmul(*matrices, out=None):
    """The product of several matrices."""
    result = matrices[0]
    for m in matrices[1:]:
        result = _f.mm(result, m)
    return result if out is None else out.resize_(result.shape).copy_(result)


def cdist(x1, x2, p: float = 2.0, compute_mode: str = "use_mm_for_euclid_dist_if_necessary"):
    """The distance of order p of each row of x1 from each row of x2: […, P, M] and […, R, M] give […, P, R]."""
    return (x1.unsqueeze(-2) - x2.unsqueeze(-3)).norm(p, -1)


def cumulative_trapezoid(y, x=None, *, dx=1, dim=-1):
    """The running integral along a dimension by trapezoids, of points dx apart or at the places x; one element less than y has."""
    size = y.size(dim)
    sums = y.narrow(dim, 1, max(size - 1, 0)) + y.narrow(dim, 0, max(size - 1, 0)) if size else y
    if x is None:
        return (sums * (dx / 2.0)).cumsum(dim)
    if x.dim() == 1 and y.dim() != 1:
        if x.size(0) != size:
            raise RuntimeError("cumulative_trapezoid: There must be one `x` value for each sample point")
        x = x.reshape([-1 if d == dim % y.dim() else 1 for d in range(y.dim())])
    return (sums * x.diff(dim=dim if x.dim() == y.dim() else -1) / 2.0).cumsum(dim)


def resize_as_(input, the_template, *, memory_format=None):
    """input, resized in place to the other tensor's sizes."""
    return input.resize_(the_template.shape)


def _checked(function: str, value, name: str = "input", place: int = 1):
    if not isinstance(value, Tensor):
        raise TypeError(f"{function}(): argument '{name}' (position {place}) must be Tensor, not {type(value).__name__}")
    return value


def kron(input, other, *, out=None):
    """The Kronecker product: every element of input times all of other.

    Example::

        >>> torch.kron(torch.eye(2), torch.ones(1, 2))
        tensor([[1., 1., 0., 0.],
                [0., 0., 1., 1.]])
    """
    _checked("kron", input)
    _checked("kron", other, "other", 2)
    dims = max(input.dim(), other.dim())
    a, b = ([1] * (dims - t.dim()) + list(t.shape) for t in (input, other))
    product = input.reshape([n for size in a for n in (size, 1)]) * other.reshape([n for size in b for n in (1, size)])
    result = product.reshape([m * n for m, n in zip(a, b)])
    return result if out is None else out.resize_(result.shape).copy_(result)


_warned_of_buffer = False


def frombuffer(buffer, *, dtype, count=-1, offset=0, requires_grad=False):
    """A tensor of one dimension in the memory of an object (bytearray, array, mmap …): `count` elements from the byte `offset` on."""
    import numpy
    try:
        data = memoryview(buffer)
    except TypeError:
        raise ValueError("object does not implement Python buffer protocol.") from None
    if not data.c_contiguous:
        raise RuntimeError("could not retrieve buffer from object")
    length, size = data.nbytes, dtype.itemsize
    if length == 0 or count == 0:
        raise ValueError(f"both buffer length ({length}) and count ({count}) must not be 0")
    if not 0 <= offset < length:
        raise ValueError(f"offset ({offset} bytes) must be non-negative and no greater than buffer length ({length} bytes) minus 1")
    if count > 0 and offset + count * size > length:
        raise ValueError(f"requested buffer length ({count} * {size} bytes) after offset ({offset} bytes) must not be greater than actual "
                         f"buffer length ({length} bytes)")
    if count < 0 and (length - offset) % size:
        raise ValueError(f"buffer length ({length - offset} bytes) after offset ({offset} bytes) must be a multiple of element size "
                         f"({size})")
    import warnings
    global _warned_of_buffer
    if data.readonly and not _warned_of_buffer:
        _warned_of_buffer = True
        warnings.warn("The given buffer is not writable, and PyTorch does not support non-writable tensors. This means you can write to "
                      "the underlying (supposedly non-writable) buffer using the tensor. You may want to copy the buffer to protect its data "
                      "or make it writable before converting it to a tensor. This type of warning will be suppressed for the rest of this "
                      "program.", stacklevel=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's own way to say the same
        result = _C.from_numpy(numpy.frombuffer(data, str(dtype).removeprefix("torch."), count, offset))
    if requires_grad and not result.is_floating_point():
        raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
    return result.requires_grad_() if requires_grad else result


def get_device(input) -> int:
    """-1: the processor."""
    return _checked("get_device", input).get_device()


def is_inference(input):
    """False: tensors made in inference mode are no different."""
    return _checked("is_inference", input).is_inference()


def is_inference_mode_enabled():
    from .autograd import grad_mode
    return grad_mode.is_inference_mode_enabled()


def is_anomaly_enabled():
    return _C._anomaly_mode()[0]
