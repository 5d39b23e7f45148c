"""What computes. Like torch.backends; `conv` is convgrad's own."""
from __future__ import annotations

from types import SimpleNamespace as _Namespace

from .. import _C


def _absent(**more):
    return _Namespace(is_available=lambda: False, is_built=lambda: False, **more)


cuda = _absent(matmul=_Namespace(allow_tf32=False))
mps = _absent()
mkl = _absent()
mkldnn = _absent(enabled=False)
openmp = _Namespace(is_available=lambda: True)
cudnn = _Namespace(is_available=lambda: False, version=lambda: None, enabled=True, benchmark=False, deterministic=False, allow_tf32=True,
                   benchmark_limit=None)
quantized = _Namespace(engine="none", supported_engines=["none"])
cpu = _Namespace(get_cpu_capability=lambda: {"AVX3": "AVX512", "AVX2": "AVX2"}.get(_C.isa(), "DEFAULT"))
