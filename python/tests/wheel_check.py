"""What a wheel must do where nothing else is installed, no compiler and no NumPy: run by ./run wheel."""
import importlib.metadata
import sys
import time

begin = time.perf_counter()
import convgrad as torch

spent = time.perf_counter() - begin
assert "numpy" not in sys.modules and not importlib.metadata.requires("convgrad") or all(
    "extra ==" in r for r in importlib.metadata.requires("convgrad")), "nothing is required"
net = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.Tanh(), torch.nn.Flatten(), torch.nn.Linear(4 * 36, 2))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
torch.manual_seed(0)
x, y = torch.randn(16, 1, 8, 8), torch.randint(0, 2, (16,))
losses = []
for _ in range(20):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
assert losses[-1] < losses[0]
torch.save(net.state_dict(), "wheel-check.pt")
net.load_state_dict(torch.load("wheel-check.pt"))
print(f"convgrad {torch.__version__} from {torch.__file__}: imported in {spent * 1e3:.0f} ms, trains, saves and loads")
