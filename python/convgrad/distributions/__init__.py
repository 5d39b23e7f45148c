"""Random variables: draws, densities, means. Like torch.distributions."""
from . import constraints
from .bernoulli import Bernoulli
from .categorical import Categorical
from .distribution import Distribution, ExponentialFamily
from .exponential import Exponential
from .kl import kl_divergence, register_kl
from .normal import Normal
from .uniform import Uniform

__all__ = ["Bernoulli", "Categorical", "Distribution", "Exponential", "ExponentialFamily", "Normal", "Uniform", "constraints",
           "kl_divergence", "register_kl"]


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    from .._support import missing
    raise missing("torch.distributions", name, __all__)
