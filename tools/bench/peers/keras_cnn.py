"""Peer: the report's CNN in Keras on TensorFlow's CPU build, on random arrays in memory.

Answers lines of JSON on standard input, {"batch": 64, "images": 6400}, with {"imagesPerSecond": 1990.1}.
"""
import json, os, sys, time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import numpy as np
import tensorflow as tf
from tensorflow import keras as K


def network():
    net = K.Sequential([K.Input((28, 28, 1))])
    for filters in (32, 64, 128):
        for layer in (K.layers.Conv2D(filters, 3, padding="same", use_bias=False), K.layers.BatchNormalization(),
                      K.layers.ReLU(), K.layers.MaxPool2D()):
            net.add(layer)
    for layer in (K.layers.Flatten(), K.layers.Dense(128, activation="relu"), K.layers.Dropout(0.4), K.layers.Dense(10)):
        net.add(layer)
    net.compile(K.optimizers.SGD(0.01, momentum=0.9), K.losses.SparseCategoricalCrossentropy(from_logits=True))
    return net


nets = {}
print(json.dumps({"version": tf.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    batch, count = request["batch"], request["images"]
    if batch not in nets:  # one a batch size, so that none is traced twice
        nets[batch] = network()
    images, labels = np.random.randn(count, 28, 28, 1).astype("f"), np.random.randint(0, 10, count)
    start = time.perf_counter()
    nets[batch].fit(images, labels, batch_size=batch, verbose=0)
    print(json.dumps({"imagesPerSecond": count / (time.perf_counter() - start)}), flush=True)
