"""Checks ONNX models with Python's own tools: check_onnx.py PIXELS SHAPE DIRECTORY…

PIXELS is a file of float32, SHAPE its shape as 1000,28,28,1. Of each model directory the file model.onnx is checked by ONNX and run by
onnxruntime, and MLflow loads the directory and predicts its input example. Writes probabilities.f32 and mlflow.f32 into the directory.
"""

import logging
import os
import sys

import mlflow.models
import mlflow.pyfunc
import numpy
import onnx
import onnxruntime

logging.getLogger("mlflow").setLevel(logging.ERROR)
pixels = numpy.fromfile(sys.argv[1], numpy.float32).reshape([int(size) for size in sys.argv[2].split(",")])
for directory in sys.argv[3:]:
    file = os.path.join(directory, "model.onnx")
    onnx.checker.check_model(file, full_check=True)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    session.run(None, {"image": pixels})[0].tofile(os.path.join(directory, "probabilities.f32"))

    example = mlflow.models.Model.load(directory).load_input_example(directory)
    result = mlflow.pyfunc.load_model(directory).predict(example)
    result["probabilities"].tofile(os.path.join(directory, "mlflow.f32"))
