"""PyTorch's side of an epoch of document 002 as its code runs it: four loading workers, Pillow's resize, test set included.

    lenet_epoch.py [WORKERS]     prints the document's epoch line
"""
import gzip, os, sys, time
import numpy, torch
from PIL import Image
from torch import nn

ROOT = os.environ.get('FASHION_MNIST', '/usr/share/datasets/fashion-mnist')


def idx(name):
    raw = gzip.open(os.path.join(ROOT, name)).read()
    dims = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], 'big') for i in range(raw[3])]
    return numpy.frombuffer(raw, numpy.uint8, offset=4 + 4 * len(dims)).reshape(dims)


class Pictures:
    def __init__(self, part):
        self.images, self.labels = idx(f'{part}-images-idx3-ubyte.gz'), idx(f'{part}-labels-idx1-ubyte.gz')

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        picture = Image.fromarray(self.images[i]).resize((32, 32), Image.BILINEAR)
        return torch.from_numpy(numpy.array(picture, numpy.uint8, copy=True))[None].to(torch.float32).div(255), int(self.labels[i])


workers = int(sys.argv[1]) if len(sys.argv) > 1 else 4
torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.Conv2d(16, 120, 5), nn.Tanh(),
                    nn.Flatten(), nn.Linear(48000, 84), nn.Tanh(), nn.Linear(84, 10))
train = torch.utils.data.DataLoader(Pictures('train'), 128, shuffle=True, num_workers=workers)
test = torch.utils.data.DataLoader(Pictures('t10k'), 128, num_workers=workers)
trainer, loss = torch.optim.SGD(net.parameters(), lr=0.1, weight_decay=1e-6), nn.CrossEntropyLoss()
start, total, right, n = time.time(), 0., 0., 0
for x, y in train:
    y_hat = net(x)
    trainer.zero_grad()
    l = loss(y_hat, y).sum()
    l.backward()
    trainer.step()
    total += l.item()
    right += (y_hat.argmax(axis=1) == y).sum().item()
    n += len(y)
train_loss, train_acc, total, right, n = total / len(train), right / n, 0., 0., 0
with torch.no_grad():
    for x, y in test:
        y_hat = net(x)
        total += loss(y_hat, y).item()
        right += (y_hat.argmax(axis=1) == y).sum().item()
        n += len(y)
print('epoch 1, train loss %.4f, train acc %.3f, test loss %.4f, test acc %.3f, time %.1f sec'
      % (train_loss, train_acc, total / len(test), right / n, time.time() - start))
