"""Products, norms and powers of matrices. Like torch.linalg, as far as convgrad has it."""
from __future__ import annotations

import math

from . import _C

Tensor = _C.Tensor
_f = _C._functions
_l = _C._linalg

cross, matmul, matrix_power = _l.cross, _l.matmul, _l.matrix_power


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The diagonals of the last two dimensions."""
    return _f.diagonal(A, offset, dim1, dim2)


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1, out=None) -> Tensor:
    """Σ x·y along a dimension."""
    return _into(out, (x * y).sum(dim))


def _into(out, result: Tensor) -> Tensor:
    return result if out is None else out.resize_(result.shape).copy_(result)


def _converted(x: Tensor, dtype) -> Tensor:
    return x if dtype is None else x.to(dtype)


def vector_norm(x: Tensor, ord: float = 2, dim=None, keepdim: bool = False, *, dtype=None, out=None) -> Tensor:
    """(Σ |x|ᵒ)^(1/o) of all elements or along dimensions, o = ord."""
    if not x.is_floating_point():
        raise RuntimeError(f"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {_legacy(x)}")
    x = _converted(x, dtype)
    if dim is None:
        dim = list(range(x.dim()))
    return _into(out, _f.norm(x, ord, [dim] if isinstance(dim, int) else dim, keepdim))


def _legacy(x: Tensor) -> str:
    return {"torch.int64": "Long", "torch.int32": "Int", "torch.uint8": "Byte", "torch.bool": "Bool"}[str(x.dtype)]


def matrix_norm(A: Tensor, ord="fro", dim=(-2, -1), keepdim: bool = False, *, dtype=None, out=None) -> Tensor:
    """Norms of matrices: "fro", ±1 (columns' sums) and ±inf (rows' sums)."""
    if A.dim() < 2:
        raise RuntimeError(f"linalg.matrix_norm: The input tensor A must have at least 2 dimensions.")
    A = _converted(A, dtype)
    rows, columns = (d % A.dim() for d in dim)
    if ord == "fro":
        return _into(out, vector_norm(A, 2, [rows, columns], keepdim))
    if ord not in (1, -1, math.inf, -math.inf):
        raise NotImplementedError(f"convgrad has no matrix norm of order {ord!r}; the nearest is 'fro'")
    first, second = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = A.abs().sum(first, keepdim=True)
    best = sums.amax(second, keepdim=True) if ord > 0 else sums.amin(second, keepdim=True)
    return _into(out, best if keepdim else best.squeeze((rows, columns)))


def norm(A: Tensor, ord=None, dim=None, keepdim: bool = False, *, out=None, dtype=None) -> Tensor:
    """The vector or matrix norm that ord and dim ask for; without them that of all elements."""
    if ord is not None and (dim is not None and not isinstance(dim, int) and len(dim) == 2 or dim is None and A.dim() == 2):
        return matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype, out=out)
    if ord is not None and dim is None and A.dim() > 2:
        raise RuntimeError("linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got "
                           f"{A.dim()}D.")
    return vector_norm(A, 2 if ord is None else ord, dim, keepdim, dtype=dtype, out=out)


def multi_dot(tensors, *, out=None) -> Tensor:
    """The product of several matrices, in the order that costs least for two or three of them."""
    result = tensors[0]
    for t in tensors[1:]:
        result = _f.matmul(result, t)
    return _into(out, result)


def __getattr__(name: str):
    from ._support import missing
    raise missing("torch.linalg", name, globals())
