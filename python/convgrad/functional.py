"""Functions of torch that are made of others. Like torch.functional."""
from __future__ import annotations

import operator
from typing import Any

from . import _C

Tensor = _C.Tensor
_f = _C._functions

__all__ = ["atleast_1d", "atleast_2d", "atleast_3d", "block_diag", "broadcast_shapes", "broadcast_tensors", "cartesian_prod", "chain_matmul",
           "einsum", "meshgrid", "norm", "split", "tensordot", "unique", "unique_consecutive"]


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


def broadcast_tensors(*tensors):
    """Views of the tensors, broadcast against each other."""
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        tensors = tuple(tensors[0])
    shape: list[int] = []
    for t in tensors:
        for i in range(1, t.dim() + 1):
            if i > len(shape):
                shape.insert(0, t.shape[-i])
            elif shape[-i] == 1:
                shape[-i] = t.shape[-i]
            elif t.shape[-i] != 1 and t.shape[-i] != shape[-i]:
                raise RuntimeError(f"The size of tensor a ({shape[-i]}) must match the size of tensor b ({t.shape[-i]}) at non-singleton "
                                   f"dimension {len(shape) - i}")
    return tuple(t.expand(shape) for t in tensors)


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
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        tensors = tuple(tensors[0])
    if not tensors:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    if indexing is None:
        import warnings
        warnings.warn("torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.", UserWarning, stacklevel=2)
        indexing = "ij"
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    swap = indexing == "xy" and len(tensors) >= 2
    order = list(tensors)
    if swap:
        order[0], order[1] = order[1], order[0]
    sizes = [t.numel() for t in order]
    grids = []
    for i, t in enumerate(order):
        if t.dim() > 1:
            raise RuntimeError(f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {t}")
        grids.append(t.reshape([-1 if k == i else 1 for k in range(len(order))]).expand(sizes))
    if swap:
        grids = [g.transpose(0, 1) for g in grids]
        grids[0], grids[1] = grids[1], grids[0]
    return tuple(grids)


def tensordot(a, b, dims=2, out=None):
    """Products summed over several dimensions of both."""
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        dims_a, dims_b = list(range(a.dim() - dims, a.dim())), list(range(dims))
    else:
        dims_a, dims_b = ([d] if isinstance(d, int) else list(d) for d in dims)
    if len(dims_a) != len(dims_b):
        raise RuntimeError("both dimension lists should have same length")
    dims_a = [d % a.dim() for d in dims_a]
    dims_b = [d % b.dim() for d in dims_b]
    for i, j in zip(dims_a, dims_b):
        if a.shape[i] != b.shape[j]:
            raise RuntimeError("contracted dimensions need to match, but first has size "
                               f"{a.shape[i]} in dim {i} and second has size {b.shape[j]} in dim {j}")
    left = [d for d in range(a.dim()) if d not in dims_a]
    right = [d for d in range(b.dim()) if d not in dims_b]
    inner = 1
    for d in dims_a:
        inner *= a.shape[d]
    flat_a = a.permute(left + dims_a).reshape(-1, inner)
    flat_b = b.permute(dims_b + right).reshape(inner, -1)
    result = _f.mm(flat_a, flat_b).reshape([a.shape[d] for d in left] + [b.shape[d] for d in right])
    if out is not None:
        return out.resize_(result.shape).copy_(result)
    return result


def einsum(*args):
    """Sums of products in Einstein's notation: einsum("bij,bjk->bik", a, b)."""
    if len(args) < 2:
        raise ValueError("einsum(): must specify the equation string and at least one operand, or at least one operand and its subscripts list")
    equation, operands = args[0], list(args[1:])
    if isinstance(equation, Tensor):
        letters = lambda subscripts: "".join("..." if s is Ellipsis else chr(ord("a") + s) if s < 26 else chr(ord("A") + s - 26) for s in subscripts)
        pairs = list(args)
        output = pairs.pop() if len(pairs) % 2 else None
        operands = pairs[0::2]
        equation = ",".join(letters(s) for s in pairs[1::2])
        if output is not None:
            equation += "->" + letters(output)
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = list(operands[0])
    return _einsum(equation.replace(" ", ""), operands)


def _einsum(equation: str, operands: list):
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        more = "more" if len(terms) > len(operands) else "fewer"
        raise RuntimeError(f"einsum(): {more} operands were provided than specified in the equation" if more == "fewer"
                           else "einsum(): fewer operands were provided than specified in the equation")
    width = max((t.dim() - len(term.replace("...", "")) for term, t in zip(terms, operands) if "..." in term), default=0)
    dots = [f"*{i}" for i in range(width)]

    def labels(term, dims=None):
        head, sep, tail = term.partition("...")
        middle = (dots[width - (dims - len(head) - len(tail)):] if dims is not None else dots) if sep else []
        return list(head) + middle + list(tail)

    names = [labels(term, t.dim()) for term, t in zip(terms, operands)]
    for i, (own, t) in enumerate(zip(names, operands)):
        if len(own) != t.dim():
            raise RuntimeError(f"einsum(): the number of subscripts in the equation ({len(own)}) does not match the number of dimensions "
                               f"({t.dim()}) for operand {i} and no ellipsis was given")
    sizes: dict = {}
    for own, t in zip(names, operands):
        for name, size in zip(own, t.shape):
            if sizes.get(name, 1) == 1:
                sizes[name] = size
            elif size not in (1, sizes[name]):
                raise RuntimeError(f"einsum(): subscript {name} has size {size} for operand {names.index(own)} which does not broadcast with "
                                   f"previously seen size {sizes[name]}")
    if arrow:
        output = labels(right)
    else:
        counts: dict = {}
        for own in names:
            for name in own:
                counts[name] = counts.get(name, 0) + 1
        output = dots + sorted(name for name, count in counts.items() if count == 1 and name not in dots)
    for name in output:
        if name not in sizes:
            raise RuntimeError(f"einsum(): output subscript {name} does not appear in the equation for any input operand")

    def unique_labels(own, t):
        """Repeated labels of one operand are its diagonal."""
        out = list(own)
        for name in dict.fromkeys(own):
            while out.count(name) > 1:
                i = out.index(name)
                j = out.index(name, i + 1)
                t = t.diagonal(0, i, j)
                out = out[:i] + out[i + 1:j] + out[j + 1:] + [name]
        return out, t

    names, tensors = map(list, zip(*(unique_labels(own, t) for own, t in zip(names, operands))))
    current, result = names[0], tensors[0]
    for k in range(1, len(tensors)):
        needed = set(output).union(*names[k + 1:]) if k + 1 < len(names) else set(output)
        current, result = _contract(current, result, names[k], tensors[k], needed)
    summed = [i for i, name in enumerate(current) if name not in output]
    if summed:
        result = result.sum(summed)
        current = [name for name in current if name in output]
    if current != output:
        result = result.permute([current.index(name) for name in output])
    return result


def _contract(a_names, a, b_names, b, needed):
    """One product of two operands, as a batch of matrix products."""
    shared = [n for n in a_names if n in b_names]
    batch = [n for n in shared if n in needed]
    inner = [n for n in shared if n not in needed]
    only_a = [n for n in a_names if n not in b_names]
    only_b = [n for n in b_names if n not in a_names]

    def arrange(names, t, order):
        return t.permute([names.index(n) for n in order])

    size = {}
    for names, t in ((a_names, a), (b_names, b)):
        for n, s in zip(names, t.shape):
            size[n] = max(size.get(n, 1), s) if s != 0 and size.get(n, 1) != 0 else 0
    a = arrange(a_names, a, batch + only_a + inner).expand([size[n] for n in batch + only_a + inner])
    b = arrange(b_names, b, batch + inner + only_b).expand([size[n] for n in batch + inner + only_b])
    count = lambda names: _product(size[n] for n in names)
    product = _f.bmm(a.reshape(count(batch), count(only_a), count(inner)), b.reshape(count(batch), count(inner), count(only_b)))
    order = batch + only_a + only_b
    return order, product.reshape([size[n] for n in order])


def _product(numbers):
    out = 1
    for n in numbers:
        out *= n
    return out


def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The different elements in ascending order (or the different slices along dim); where each came from, how often."""
    if dim is None:
        values, order = _f.sort(input.reshape(-1), stable=True)
        first = _f.cat([_f.ones(min(1, values.numel()), dtype=_C.bool), values[1:] != values[:-1]])
        out = values[first]
        shape = input.shape
    else:
        dim = dim % input.dim()
        rows = input.movedim(dim, 0).reshape(input.shape[dim], -1)
        order = _C.tensor(builtin_sorted(range(len(rows)), key=lambda i: rows[i].tolist()), dtype=_C.int64)
        values = rows[order]
        first = _f.cat([_f.ones(min(1, len(rows)), dtype=_C.bool), (values[1:] != values[:-1]).any(1)])
        out = input.index_select(dim, order[first])
        shape = (input.shape[dim],)
    results = [out]
    group = _f.cumsum(first, 0) - 1
    if return_inverse:
        results.append(_f.zeros(group.shape, dtype=_C.int64).scatter_(0, order, group).reshape(shape))
    if return_counts:
        results.append(_f.zeros(int(first.sum()), dtype=_C.int64).index_add_(0, group, _f.ones(group.numel(), dtype=_C.int64)))
    return results[0] if len(results) == 1 else tuple(results)


builtin_sorted = sorted


def unique_consecutive(input, return_inverse=False, return_counts=False, dim=None):
    """Without elements that equal the one before."""
    if dim is not None:
        raise NotImplementedError("convgrad has unique_consecutive of all elements alone; the nearest along a dimension is unique(x, dim=…)")
    values = input.reshape(-1)
    first = _f.cat([_f.ones(min(1, values.numel()), dtype=_C.bool), values[1:] != values[:-1]])
    group = _f.cumsum(first, 0) - 1
    results = [values[first]]
    if return_inverse:
        results.append(group.reshape(input.shape))
    if return_counts:
        results.append(_f.zeros(int(first.sum()), dtype=_C.int64).index_add_(0, group, _f.ones(group.numel(), dtype=_C.int64)))
    return results[0] if len(results) == 1 else tuple(results)


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
    blocks = [atleast_2d(t) for t in tensors]
    dtype = blocks[0].dtype
    for b in blocks[1:]:
        dtype = _C.promote_types(dtype, b.dtype)
    out = _f.zeros(sum(b.shape[0] for b in blocks), sum(b.shape[1] for b in blocks), dtype=dtype)
    row = column = 0
    for b in blocks:
        out[row:row + b.shape[0], column:column + b.shape[1]] = b.to(dtype)
        row, column = row + b.shape[0], column + b.shape[1]
    return out


def cartesian_prod(*tensors):
    """All combinations, one a row."""
    if len(tensors) == 1:
        return tensors[0]
    return _f.stack([g.reshape(-1) for g in meshgrid(*tensors, indexing="ij")], dim=1)


def chain_matmul(*matrices, out=None):
    result = matrices[0]
    for m in matrices[1:]:
        result = _f.mm(result, m)
    return result
