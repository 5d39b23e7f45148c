#!/usr/bin/env python3
"""What PyTorch 2.13.0 (CPU) gives for document 002's training at seed 0; lenet5.json holds what this printed.

    make_lenet5.py facts                           initial weights, order of the first batch, resized pixels
    make_lenet5.py train LR EPOCHS THREADS WORKERS  losses of the first epoch's steps, and a line an epoch

The random stream: manual_seed(0), then the net (weights drawn layer by layer), then each iterator of a loader (the training
one draws a base seed and the sampler's seed, the test one, not shuffled, a base seed too).
"""
import json, os, sys, time
import torch
from torch import nn
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import torchvision_min as tv


def lenet5():
    return nn.Sequential(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.Conv2d(16, 120, 5), nn.Tanh(),
                         nn.Flatten(), nn.Linear(48000, 84), nn.Tanh(), nn.Linear(84, 10))


def data(train):
    t = tv.transforms.Compose([tv.transforms.Resize(32), tv.transforms.ToTensor()])
    return tv.datasets.FashionMNIST('', train, transform=t)


def facts():
    torch.manual_seed(0)
    net, images = lenet5(), data(True)
    order = next(iter(torch.utils.data.DataLoader(range(60000), 128, shuffle=True))).tolist()
    weights = {k: dict(first=[round(x, 8) for x in v.flatten()[:4].tolist()], sum=v.double().sum().item(),
                       abs_sum=v.double().abs().sum().item()) for k, v in net.state_dict().items()}
    first = (images[0][0][0] * 255).round().int()
    return dict(weights=weights, first_batch_indices=order, first_image_index0_resized_row16=first[16].tolist(),
                image0_sum_uint8=int(first.sum()),
                train_mean_first_1000=sum(images[i][0].double().mean().item() for i in range(1000)) / 1000)


def train(lr, epochs, threads, workers):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    net = lenet5()
    batches = torch.utils.data.DataLoader(data(True), 128, shuffle=True, num_workers=workers)
    tests = torch.utils.data.DataLoader(data(False), 128, shuffle=False, num_workers=workers)
    optimiser, loss = torch.optim.SGD(net.parameters(), lr=lr, weight_decay=1e-6), nn.CrossEntropyLoss()
    out = dict(lr=lr, threads=threads, first_losses=[], epochs=[])
    for epoch in range(epochs):
        start, total, right, n = time.time(), 0., 0., 0
        for step, (x, y) in enumerate(batches):
            y_hat = net(x)
            optimiser.zero_grad()
            l = loss(y_hat, y).sum()
            l.backward()
            optimiser.step()
            total += l.item(); right += (y_hat.argmax(axis=1) == y).sum().item(); n += len(y)
            if epoch == 0 and (step < 10 or step in (49, 99, 199, 299, 399, 468)):
                out['first_losses'].append((step, round(l.item(), 6)))
        row = dict(train_loss=round(total / len(batches), 4), train_acc=round(right / n, 4))
        total, right, n = 0., 0., 0
        with torch.no_grad():
            for x, y in tests:
                y_hat = net(x)
                total += loss(y_hat, y).item(); right += (y_hat.argmax(axis=1) == y).sum().item(); n += len(y)
        row.update(test_loss=round(total / len(tests), 4), test_acc=round(right / n, 4))
        print(json.dumps(row), 'in %.1f s' % (time.time() - start), file=sys.stderr, flush=True)
        out['epochs'].append(row)
    return out


if __name__ == '__main__':
    what, *a = sys.argv[1:] or ['facts']
    print(json.dumps(facts() if what == 'facts' else train(float(a[0]), int(a[1]), int(a[2]), int(a[3]))))
