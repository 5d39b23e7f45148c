#!/usr/bin/env python3
"""reference.safetensors, as the reference implementation (safetensors 0.8) writes it. With a file as argument: what that file
holds, read by the reference implementation, a line a tensor; for comparing files written by convgrad."""
import os, sys
import torch
import safetensors, safetensors.torch as st

if len(sys.argv) > 1:
    with safetensors.safe_open(sys.argv[1], 'pt') as f:
        print(sorted((f.metadata() or {}).items()))
        for name in sorted(f.keys()):
            t = f.get_tensor(name)
            print(repr(name), t.dtype, list(t.shape), t.flatten().tolist())
else:
    tensors = {'b': torch.tensor([0.5, -1e300], dtype=torch.float64), 'a': torch.tensor([200], dtype=torch.uint8),
               'c': torch.tensor([-2**63]), 'd': torch.tensor([1.5, -2, 3]), 'e': torch.tensor([1, -2, 3], dtype=torch.int32),
               'f': torch.tensor(True), 'g\x01"\\é\x7f/': torch.zeros(0, 3), 'aa': torch.tensor([3.25])}
    st.save_file(tensors, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'reference.safetensors'),
                 {'é\n': '1'})  # one text: their order is not fixed
