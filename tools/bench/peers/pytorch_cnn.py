"""Peer: the report's CNN in PyTorch on the CPU, on random tensors in memory.

Answers lines of JSON on standard input, {"batch": 64, "images": 6400}, with {"imagesPerSecond": 2030.1}.

python pytorch_cnn.py MODE THREADS
MODE, words joined by +:
  fp32           as written by default
  channels_last  maps and kernels in NHWC
  bf16           autocast to bfloat16
  fused          SGD as one kernel
  compile        torch.compile of the whole step: forward, backward and SGD
  ddp            THREADS processes of one thread, each with its part of the batch (DistributedDataParallel on gloo)
  inference      forward only
"""
import json, os, subprocess, sys, time
import torch, torch.nn as nn, torch.nn.functional as F

modes, threads = sys.argv[1].split("+"), int(sys.argv[2])
processes = threads if "ddp" in modes else 1
rank = int(os.environ.get("RANK", 0))
torch.set_num_threads(threads // processes)
torch.manual_seed(0)
layout = torch.channels_last if "channels_last" in modes else torch.contiguous_format


class Cnn(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        chans = [1, 32, 64, 128]
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1, bias=False) for i, o in zip(chans, chans[1:]))
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for o in chans[1:])
        self.fc1, self.fc2 = nn.Linear(128 * 9, 128), nn.Linear(128, classes)

    def forward(self, x):
        for conv, norm in zip(self.convs, self.norms):
            x = F.max_pool2d(F.relu(norm(conv(x))), 2)
        return self.fc2(F.dropout(F.relu(self.fc1(x.flatten(1))), 0.4, self.training))


net = Cnn().to(memory_format=layout)
helpers = []
if processes > 1:
    import socket

    if rank == 0:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            os.environ["MASTER_PORT"] = str(free.getsockname()[1])
        os.environ |= {"MASTER_ADDR": "127.0.0.1", "WORLD_SIZE": str(processes), "RANK": "0"}
        helpers = [
            subprocess.Popen([sys.executable, *sys.argv], env={**os.environ, "RANK": str(k)}, stdin=subprocess.DEVNULL)
            for k in range(1, processes)
        ]
    torch.distributed.init_process_group("gloo")
    net = nn.parallel.DistributedDataParallel(net, gradient_as_bucket_view=True)
opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, fused=True if "fused" in modes else None)


def train(images, labels):
    opt.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled="bf16" in modes):
        out = net(images)
    F.cross_entropy(out.float(), labels).backward()
    opt.step()


def infer(images, _labels):
    with torch.inference_mode():
        torch.softmax(net(images), 1)


step = infer if "inference" in modes else train
if "compile" in modes:
    torch._dynamo.config.compiled_autograd = True
    step = torch.compile(step, dynamic=False)
net.train("inference" not in modes)


def requests():
    """What is asked for, in each process: batch and number of images, until both are 0."""
    if processes == 1:
        yield from ((r["batch"], r["images"]) for r in map(json.loads, sys.stdin))
        return
    while True:
        line = sys.stdin.readline() if rank == 0 else ""
        request = json.loads(line) if line.strip() else {"batch": 0, "images": 0}
        told = torch.tensor([request["batch"], request["images"]])
        torch.distributed.broadcast(told, 0)
        if told[0] == 0:
            return
        yield told.tolist()


if rank == 0:
    print(json.dumps({"version": torch.__version__}), flush=True)
for batch, count in requests():
    part, own = batch // processes, count // processes
    images = torch.randn(own, 1, 28, 28).to(memory_format=layout)
    labels = torch.randint(0, 10, (own,))
    if processes > 1:
        torch.distributed.barrier()
    start = time.perf_counter()
    for j in range(0, own, part):
        step(images[j : j + part], labels[j : j + part])
    if processes > 1:
        torch.distributed.barrier()
    if rank == 0:
        print(json.dumps({"imagesPerSecond": count / (time.perf_counter() - start)}), flush=True)
for helper in helpers:
    helper.wait()
