"""Values in nested tuples, lists and dicts. Like torch.utils._pytree."""
from __future__ import annotations

from collections import OrderedDict
from typing import Any, Callable


def tree_map(change: Callable[[Any], Any], tree: Any) -> Any:
    """The same tuples, lists and dicts of changed values."""
    if type(tree) in (tuple, list):
        return type(tree)(tree_map(change, v) for v in tree)
    if type(tree) in (dict, OrderedDict):
        return type(tree)((k, tree_map(change, v)) for k, v in tree.items())
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(tree_map(change, v) for v in tree))
    return change(tree)


def tree_leaves(tree: Any) -> list:
    leaves: list = []
    tree_map(leaves.append, tree)
    return leaves


def with_leaves(tree: Any, leaves: Any) -> Any:
    """The same structure with these values."""
    left = iter(leaves)
    return tree_map(lambda _: next(left), tree)


class _Star:
    def __repr__(self) -> str:
        return "*"


def shown(tree: Any) -> str:
    """The structure alone: "(*, {'a': *})"."""
    return repr(tree_map(lambda _: _Star(), tree))
