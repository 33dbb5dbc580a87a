"""Peer: the report's CNN in PyTorch on the CPU, on random tensors in memory.

Answers lines of JSON on standard input, {"batch": 64, "images": 6400}, with {"imagesPerSecond": 2030.1}.

python pytorch_cnn.py MODE THREADS
MODE: fp32 (as written by default), channels_last, bf16 (channels_last with autocast), inference (fp32, forward only)
"""
import json, sys, time
import torch, torch.nn as nn, torch.nn.functional as F

mode, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(0)
layout = torch.channels_last if mode in ("channels_last", "bf16") else torch.contiguous_format


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
opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)


def train(images, labels):
    opt.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=mode == "bf16"):
        out = net(images)
    F.cross_entropy(out.float(), labels).backward()
    opt.step()


def infer(images, _labels):
    with torch.inference_mode():
        torch.softmax(net(images), 1)


step = infer if mode == "inference" else train
net.train(mode != "inference")
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    batch, count = request["batch"], request["images"]
    images = torch.randn(count, 1, 28, 28).to(memory_format=layout)
    labels = torch.randint(0, 10, (count,))
    start = time.perf_counter()
    for j in range(0, count, batch):
        step(images[j : j + batch], labels[j : j + batch])
    print(json.dumps({"imagesPerSecond": count / (time.perf_counter() - start)}), flush=True)
