"""unpack.py WHEEL TARGET PATTERN…: takes the files that match a pattern (`*` also matches `/`) out of a wheel.

Prints `done total` in bytes as it goes.
"""

import os
import sys
import zipfile
from fnmatch import fnmatchcase

CHUNK = 1 << 23

wheel, target, *patterns = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    members = [m for m in archive.infolist() if any(fnmatchcase(m.filename, pattern) for pattern in patterns)]
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
        os.chmod(path, 0o755 if member.external_attr >> 16 & 0o100 else 0o644)
