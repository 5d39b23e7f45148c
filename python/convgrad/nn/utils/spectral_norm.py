"""Weights divided by their largest singular value, by a hook. Like torch.nn.utils.spectral_norm."""
from __future__ import annotations

from typing import Any

from ... import _C
from ...autograd.grad_mode import no_grad
from .. import functional as F
from ..modules.module import Module
from ..parameter import Parameter, is_lazy

Tensor = _C.Tensor
_F = _C._functions


def as_matrix(weight: Tensor, dim: int) -> Tensor:
    """[weight.size(dim), all the rest]."""
    if dim != 0:
        weight = weight.permute([dim] + [d for d in range(weight.dim()) if d != dim])
    return weight.reshape(weight.size(0), -1)


def default_dim(module: Module) -> int:
    """The dimension of a weight's output channels."""
    from ..modules.conv import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
    return 1 if isinstance(module, (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)) else 0


class SpectralNorm:
    """The hook that makes the weight before each forward; in training it improves its singular vectors first."""

    _version = 1

    def __init__(self, name: str = "weight", n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        self.name = name
        self.dim = dim
        if n_power_iterations <= 0:
            raise ValueError(f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}")
        self.n_power_iterations = n_power_iterations
        self.eps = eps

    def compute_weight(self, module: Module, do_power_iteration: bool) -> Tensor:
        weight, u, v = (getattr(module, self.name + suffix) for suffix in ("_orig", "_u", "_v"))
        matrix = as_matrix(weight, self.dim)
        if do_power_iteration:
            with no_grad():
                for _ in range(self.n_power_iterations):
                    v.copy_(F.normalize(_F.mv(matrix.t(), u), dim=0, eps=self.eps))
                    u.copy_(F.normalize(_F.mv(matrix, v), dim=0, eps=self.eps))
                # the buffers change at the next call, and backward needs those of this one
                u, v = u.clone(), v.clone()
        return weight / _F.dot(u, _F.mv(matrix, v))

    def remove(self, module: Module) -> None:
        with no_grad():
            weight = self.compute_weight(module, do_power_iteration=False)
        for suffix in ("", "_u", "_v", "_orig"):
            delattr(module, self.name + suffix)
        module.register_parameter(self.name, Parameter(weight.detach()))

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module, do_power_iteration=module.training))

    @staticmethod
    def apply(module: Module, name: str, n_power_iterations: int, dim: int, eps: float) -> SpectralNorm:
        for hook in module._forward_pre_hooks.values():
            if isinstance(hook, SpectralNorm) and hook.name == name:
                raise RuntimeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
        hook = SpectralNorm(name, n_power_iterations, dim, eps)
        weight = module._parameters[name]
        if weight is None:
            raise ValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
        if is_lazy(weight):
            raise ValueError("The module passed to `SpectralNorm` can't have uninitialized parameters. Make sure to run the dummy forward before "
                             "applying spectral normalization")
        with no_grad():
            h, w = as_matrix(weight, dim).shape
            u = F.normalize(weight.new_empty([h]).normal_(0, 1), dim=0, eps=eps)
            v = F.normalize(weight.new_empty([w]).normal_(0, 1), dim=0, eps=eps)
        delattr(module, name)
        module.register_parameter(name + "_orig", weight)
        setattr(module, name, weight.data)  # a plain attribute: the hook makes it anew at each forward
        module.register_buffer(name + "_u", u)
        module.register_buffer(name + "_v", v)
        module.register_forward_pre_hook(hook)
        module._register_state_dict_hook(_NoteVersion(hook))
        return hook


class _NoteVersion:
    """Writes the version into a state's metadata, as PyTorch looks for it."""

    def __init__(self, hook: SpectralNorm) -> None:
        self.hook = hook

    def __call__(self, module, state_dict, prefix, local_metadata) -> None:
        noted = local_metadata.setdefault("spectral_norm", {})
        key = self.hook.name + ".version"
        if key in noted:
            raise RuntimeError(f"Unexpected key in metadata['spectral_norm']: {key}")
        noted[key] = self.hook._version


def spectral_norm(module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None) -> Module:
    """w / σ(w), σ by power iteration (Miyato et al. 2018): parameter name_orig, buffers name_u and name_v.

    Errors: RuntimeError where it is so already, ValueError for n_power_iterations < 1, no weight, lazy modules.
    Like torch.nn.utils.spectral_norm; newer programs use parametrizations.spectral_norm.
    """
    SpectralNorm.apply(module, name, n_power_iterations, default_dim(module) if dim is None else dim, eps)
    return module


def remove_spectral_norm(module: Module, name: str = "weight") -> Module:
    """One parameter again. ValueError where there is no such hook."""
    for key, hook in module._forward_pre_hooks.items():
        if isinstance(hook, SpectralNorm) and hook.name == name:
            hook.remove(module)
            del module._forward_pre_hooks[key]
            break
    else:
        raise ValueError(f"spectral_norm of '{name}' not found in {module}")
    for key, hook in module._state_dict_hooks.items():
        if isinstance(hook, _NoteVersion) and hook.hook.name == name:
            del module._state_dict_hooks[key]
            break
    return module
