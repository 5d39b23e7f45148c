"""As much of MXNet 2's NumPy interface and of Gluon as the book's chapters on convolution use, on convgrad's tensors.

``npx.set_np()`` is the only mode; random numbers are convgrad's stream, not MXNet's.

Example::

    >>> from convgrad.compat.mxnet import np
    >>> np.arange(4.0).reshape(2, 2)
    array([[0., 1.],
           [2., 3.]])
"""
from . import autograd, gluon, init, np, npx
from ._context import Context, cpu, current_context, gpu, num_gpus

initializer = init
numpy = np
numpy_extension = npx
__version__ = "2.0.0+convgrad"

__all__ = ["Context", "autograd", "cpu", "current_context", "gluon", "gpu", "init", "initializer", "np", "npx", "num_gpus"]


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    from ..._support import missing
    raise missing("mxnet", name, __all__)
