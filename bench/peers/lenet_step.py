"""PyTorch's side of bench/lenet.cpp: the same step, the same protocol."""
import sys, time
import torch
from torch import nn

if len(sys.argv) > 1:
    torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.Conv2d(16, 120, 5), nn.Tanh(),
                    nn.Flatten(), nn.Linear(48000, 84), nn.Tanh(), nn.Linear(84, 10))
images, labels = torch.rand(128, 1, 32, 32), torch.randint(0, 10, (128,))
trainer, loss = torch.optim.SGD(net.parameters(), lr=0.01, weight_decay=1e-6), nn.CrossEntropyLoss()
STEPS = 5
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(STEPS):
        l = loss(net(images), labels)
        trainer.zero_grad()
        l.backward()
        trainer.step()
        l.item()
    print(f'{(time.perf_counter() - start) / STEPS:.6f}', flush=True)
