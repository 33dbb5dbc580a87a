"""unpack.py WHEEL TARGET: takes the C libraries and the C headers out of a TensorFlow wheel.

Prints `done total` in bytes as it goes. The wheel's other 13,000 headers are for C++ and stay where they are.
"""

import os
import sys
import zipfile

LIBRARIES = "tensorflow/libtensorflow"
HEADERS = tuple(
    "tensorflow/include/" + folder
    for folder in ("tensorflow/c/", "tensorflow/core/platform/", "tsl/platform/", "xla/tsl/c/")
)
CHUNK = 1 << 23


def wanted(name):
    return name.startswith(LIBRARIES) or (name.startswith(HEADERS) and name.endswith(".h"))


wheel, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    members = [member for member in archive.infolist() if wanted(member.filename)]
    total = sum(member.file_size for member in members)
    done = 0
    for member in members:
        path = os.path.join(target, member.filename)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(member) as source, open(path, "wb") as out:
            while chunk := source.read(CHUNK):
                out.write(chunk)
                done += len(chunk)
                if len(chunk) == CHUNK:
                    print(done, total, flush=True)
