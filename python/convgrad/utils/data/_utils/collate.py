"""Examples to batches. Like torch.utils.data._utils.collate."""
from __future__ import annotations

import collections.abc
import copy
import re
import sys
from typing import Any, Callable

from .... import _C

np_str_obj_array_pattern = re.compile(r"[SaUO]")
default_collate_err_msg_format = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"


def default_convert(data: Any) -> Any:
    """An example without a batch: its arrays and numbers of NumPy become tensors, in containers too."""
    kind = type(data)
    if isinstance(data, _C.Tensor):
        return data
    if kind.__module__ == "numpy" and kind.__name__ not in ("str_", "string_"):
        if kind.__name__ == "ndarray" and np_str_obj_array_pattern.search(data.dtype.str) is not None:
            return data
        return _C.as_tensor(data)
    if isinstance(data, collections.abc.Mapping):
        return _mapped(data, lambda key: default_convert(data[key]))
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return kind(*(default_convert(d) for d in data))
    if isinstance(data, tuple):
        return [default_convert(d) for d in data]
    if isinstance(data, collections.abc.Sequence) and not isinstance(data, (str, bytes)):
        return _listed(data, [default_convert(d) for d in data])
    return data


def _mapped(like: Any, value_of: Callable[[Any], Any]) -> Any:
    """A mapping of the same type with other values; a dict where the type cannot be made so."""
    values = {key: value_of(key) for key in like}
    try:
        if isinstance(like, collections.abc.MutableMapping):
            clone = copy.copy(like)
            clone.update(values)
            return clone
        return type(like)(values)
    except TypeError:
        return values


def _listed(like: Any, values: list) -> Any:
    """A sequence of the same type with other values; a list where the type cannot be made so."""
    try:
        if isinstance(like, collections.abc.MutableSequence):
            clone = copy.copy(like)
            for i, value in enumerate(values):
                clone[i] = value
            return clone
        return type(like)(values)
    except TypeError:
        return values


def collate(batch: list, *, collate_fn_map: dict[type | tuple[type, ...], Callable] | None = None) -> Any:
    """A batch of examples, by the function that the map has for their type; containers are taken apart."""
    element = batch[0]
    kind = type(element)
    if collate_fn_map is not None:
        function = collate_fn_map.get(kind) or next((f for t, f in collate_fn_map.items() if isinstance(element, t)), None)
        if function is not None:
            return function(batch, collate_fn_map=collate_fn_map)

    def collated(samples):
        return collate(samples, collate_fn_map=collate_fn_map)

    if isinstance(element, collections.abc.Mapping):
        return _mapped(element, lambda key: collated([d[key] for d in batch]))
    if isinstance(element, tuple) and hasattr(element, "_fields"):
        return kind(*(collated(samples) for samples in zip(*batch)))
    if isinstance(element, collections.abc.Sequence):
        if any(len(e) != len(element) for e in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        columns = [collated(samples) for samples in zip(*batch)]
        return columns if isinstance(element, tuple) else _listed(element, columns)
    raise TypeError(default_collate_err_msg_format.format(kind))


def collate_tensor_fn(batch, *, collate_fn_map=None):
    return _C._functions.stack(list(batch), 0)


def collate_numpy_array_fn(batch, *, collate_fn_map=None):
    if np_str_obj_array_pattern.search(batch[0].dtype.str) is not None:
        raise TypeError(default_collate_err_msg_format.format(batch[0].dtype))
    return collate([_C.as_tensor(b) for b in batch], collate_fn_map=collate_fn_map)


def collate_numpy_scalar_fn(batch, *, collate_fn_map=None):
    return _C.as_tensor(batch)


def collate_float_fn(batch, *, collate_fn_map=None):
    return _C.tensor(batch, dtype=_C.float64)


def collate_int_fn(batch, *, collate_fn_map=None):
    return _C.tensor(batch)


def collate_str_fn(batch, *, collate_fn_map=None):
    return batch


default_collate_fn_map: dict[type | tuple[type, ...], Callable] = {
    _C.Tensor: collate_tensor_fn, float: collate_float_fn, int: collate_int_fn, str: collate_str_fn, bytes: collate_str_fn}


def _know_numpy() -> None:
    """NumPy's types come before Python's, of which some of them are; nothing to do until somebody has imported it."""
    numpy = sys.modules.get("numpy")
    if numpy is None or numpy.ndarray in default_collate_fn_map:
        return
    others = dict(default_collate_fn_map)
    default_collate_fn_map.clear()
    default_collate_fn_map.update({
        _C.Tensor: others.pop(_C.Tensor), numpy.ndarray: collate_numpy_array_fn,
        (numpy.bool_, numpy.number, numpy.object_): collate_numpy_scalar_fn, **others})


def default_collate(batch: list) -> Any:
    """Tensors and arrays are stacked, numbers become a tensor (float64, int64), texts a list; containers are kept.

    Errors: TypeError for other types, RuntimeError for lists of unequal lengths and tensors of unequal shapes.

    Example::

        >>> default_collate([(torch.zeros(2), 1), (torch.ones(2), 2)])
        [tensor([[0., 0.],
                [1., 1.]]), tensor([1, 2])]
    """
    _know_numpy()
    return collate(batch, collate_fn_map=default_collate_fn_map)
