"""PyTorch's side of bench/layers.cpp: the same passes, the same protocol, as its users run it (eager, NCHW)."""
import json, statistics, sys, time
import torch

if len(sys.argv) > 1:
    torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
torch.set_grad_enabled(False)


def make_case(c):
    def size(a):
        span = c['dilation'][a] * (c['kernel'][a] - 1) + 1
        if c['transposed']:
            return (c['input'][a] - 1) * c['stride'][a] + span - 2 * c['pad'][a]
        return (c['input'][a] + 2 * c['pad'][a] - span) // c['stride'][a] + 1

    rank = len(c['input'])
    first, second = (c['in_channels'], c['out_channels']) if c['transposed'] else (c['out_channels'], c['in_channels'])
    x = torch.rand(c['batch'], c['in_channels'], *c['input']) - 0.5
    w = torch.rand(first, second // c['groups'], *c['kernel']) - 0.5
    bias = torch.rand(c['out_channels'])
    dy = torch.rand(c['batch'], c['out_channels'], *[size(a) for a in range(rank)]) - 0.5
    options = c['stride'], c['pad'], c['dilation'], c['transposed'], [0] * rank, c['groups']
    if c['pass'] == 'forward':
        return lambda: torch.ops.aten.convolution(x, w, bias, *options)
    mask = [c['pass'] == 'backward_data', c['pass'] == 'backward_weights', False]
    return lambda: torch.ops.aten.convolution_backward(dy, x, w, None, *options, mask)


def time_of(run, seconds):
    begin = time.perf_counter()
    run()
    repeats = 50 if time.perf_counter() - begin < 1e-4 else 1
    times, cpu = [], time.process_time()
    while True:
        start = time.perf_counter()
        for _ in range(repeats):
            run()
        now = time.perf_counter()
        times.append((now - start) / repeats)
        if now - begin >= seconds:
            break
    return {'least': min(times), 'median': statistics.median(times), 'cpu': (time.process_time() - cpu) / len(times) / repeats}


current = None
for line in sys.stdin:
    asked = json.loads(line)
    if 'case' in asked:
        current = None
        current = make_case(asked['case'])
        answer = {'algorithm': ''}
    else:
        answer = time_of(current, asked['run'])
    print(json.dumps(answer), flush=True)
