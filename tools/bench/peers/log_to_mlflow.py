"""One peer of the tracking benchmark: logs points with MLflow's own Python client and prints how many seconds that took.

usage: log_to_mlflow.py SERVER {log_batch,log_metric} POINTS
"""

import sys
import time

import mlflow
from mlflow.entities import Metric

server, way, points = sys.argv[1], sys.argv[2], int(sys.argv[3])
mlflow.set_tracking_uri(server)
mlflow.set_experiment("bench")

with mlflow.start_run() as run:
    client = mlflow.MlflowClient()
    run_id = run.info.run_id
    # The first request opens the connection; it is not part of the measurement, as it is not for the others.
    client.log_batch(run_id, metrics=[Metric("warm-up", 0.0, 0, 0)])
    start = time.perf_counter()
    if way == "log_batch":
        for first in range(0, points, 1000):
            now = int(time.time() * 1000)
            steps = range(first, min(first + 1000, points))
            client.log_batch(run_id, metrics=[Metric("train/loss", 1 / (step + 1), now, step) for step in steps])
    else:
        for step in range(points):
            mlflow.log_metric("train/loss", 1 / (step + 1), step=step)
    seconds = time.perf_counter() - start

# The client prints lines of its own when a run ends.
print(seconds)
