"""Forward-mode differentiation: convgrad has none."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"convgrad has no torch.autograd.forward_ad.{name}; the nearest is torch.autograd.grad")
