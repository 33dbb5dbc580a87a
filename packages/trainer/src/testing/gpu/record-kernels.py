"""Writes gpu-kernels.json: which ops TensorFlow's CUDA wheel has a kernel for on a GPU. It needs no GPU and no CUDA.

python3 record-kernels.py [WHEEL]
Without WHEEL it is downloaded with pip (573 MB): the one that packages/tensorflow/src/wheel.ts pins.
"""
import ctypes, hashlib, json, pathlib, subprocess, sys, tempfile, zipfile

VERSION = "2.21.0"
SHA256 = "b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0"
LIBRARIES = ("tensorflow/libtensorflow_framework.so.2", "tensorflow/libtensorflow_cc.so.2")


def download(folder):
    requirements = pathlib.Path(folder, "requirements.txt")
    requirements.write_text(f"tensorflow=={VERSION} --hash=sha256:{SHA256}\n")
    subprocess.run([sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--platform",
                    "manylinux_2_27_x86_64", "--python-version", "3.12", "--implementation", "cp", "--dest", folder,
                    "--requirement", str(requirements)], check=True)
    return next(pathlib.Path(folder).glob("*.whl"))


class Buffer(ctypes.Structure):
    """TF_Buffer of tensorflow/c/tf_buffer.h."""
    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t), ("deallocator", ctypes.c_void_p)]


def registered(folder):
    """The serialised KernelList of all kernels that the library registers when it is loaded."""
    _, library = [ctypes.CDLL(str(pathlib.Path(folder, name)), ctypes.RTLD_GLOBAL) for name in LIBRARIES]
    library.TF_NewStatus.restype = ctypes.c_void_p
    library.TF_GetAllRegisteredKernels.restype = ctypes.POINTER(Buffer)
    library.TF_GetAllRegisteredKernels.argtypes = [ctypes.c_void_p]
    buffer = library.TF_GetAllRegisteredKernels(library.TF_NewStatus()).contents
    return ctypes.string_at(buffer.data, buffer.length)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """(number, value) of each field of a protobuf message; values are numbers or bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        size, at = varint(data, at)
        if key & 7 == 0:
            yield key >> 3, size
        elif key & 7 == 2:
            yield key >> 3, data[at:at + size]
            at += size
        else:
            raise ValueError(f"A field of wire type {key & 7}, which kernel_def.proto does not have.")


def types_of(constraint):
    """Name and types of an AttrConstraint (kernel_def.proto): 1 name, 2 AttrValue › 1 list › 6 types, packed."""
    name, types = "", []
    for number, value in fields(constraint):
        if number == 1:
            name = value.decode()
        else:
            for _, listed in fields(value):
                for kind, packed in fields(listed):
                    if kind != 6:
                        continue
                    at = 0
                    while isinstance(packed, bytes) and at < len(packed):
                        one, at = varint(packed, at)
                        types.append(one)
    return name, types


def main():
    with tempfile.TemporaryDirectory() as folder:
        wheel = sys.argv[1] if len(sys.argv) > 1 else download(folder)
        digest = hashlib.sha256(pathlib.Path(wheel).read_bytes()).hexdigest()
        if digest != SHA256:
            sys.exit(f"{wheel} is not tensorflow {VERSION} as wheel.ts pins it: its SHA-256 is {digest}.")
        zipfile.ZipFile(wheel).extractall(folder, LIBRARIES)
        kernels = {}
        # KernelList › 1 KernelDef: 1 op, 2 device_type, 3 constraint.
        for _, kernel in fields(registered(folder)):
            parts = list(fields(kernel))
            op, device = [next(value.decode() for number, value in parts if number == k) for k in (1, 2)]
            # Kernels of DEFAULT are for every device that has none of its own.
            if device in ("GPU", "DEFAULT"):
                constraints = dict(types_of(value) for number, value in parts if number == 3)
                if constraints not in kernels.setdefault(op, []):
                    kernels[op].append(constraints)
        ops = ",\n".join(f"    {json.dumps(op)}: {json.dumps(sorted(kernels[op], key=json.dumps))}" for op in sorted(kernels))
        wheel_name = f"tensorflow-{VERSION}-cp312-cp312-manylinux_2_27_x86_64.whl"
        target = pathlib.Path(__file__).with_name("gpu-kernels.json")
        target.write_text(f'{{\n  "wheel": "{wheel_name}",\n  "sha256": "{SHA256}",\n  "kernels": {{\n{ops}\n  }}\n}}\n')
        print(f"{len(kernels)} ops have a kernel on the GPU: {target}")


main()
