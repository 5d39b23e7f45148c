"""Like torch.version."""
from . import _C

__version__ = "2.13.0+convgrad" + _C.version()
debug = False
cuda = None
git_version = "Unknown"
hip = None
xpu = None
