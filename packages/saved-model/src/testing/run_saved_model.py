"""Runs TensorFlow SavedModels: run_saved_model.py PIXELS SHAPE DIRECTORY… writes probabilities.f32 into each directory."""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy
import tensorflow as tf

pixels = numpy.fromfile(sys.argv[1], numpy.float32).reshape([int(size) for size in sys.argv[2].split(",")])
for directory in sys.argv[3:]:
    serve = tf.saved_model.load(directory).signatures["serving_default"]
    serve(image=tf.constant(pixels))["probabilities"].numpy().tofile(os.path.join(directory, "probabilities.f32"))
