"""Serves MLflow as `mlflow server` does, but in one process, on a port that is bound before anything slow, and no longer
than somebody wants it: the server ends with the last lease.

A lease is something that the kernel takes back when its holder dies, however it dies: the other end of our standard input,
or a connection to the lease port. So no server outlives the processes it was started for, and none is taken from another.

Usage: serve.py '<JSON>' with backendStoreUri, artifactsDir, port, fallback (take any port if that one is taken), workers,
lease (stdin or socket), and for a socket stateFile. Writes one line of JSON to file descriptor 3: port, leasePort, token.
       serve.py --prepare FILE makes an empty database, and by the way compiles what a server imports.
"""

import json
import os
import secrets
import selectors
import signal
import socket
import sys
import threading
import time

HOST = "127.0.0.1"
# Nobody comes: whoever started this died before it took its lease.
FIRST_LEASE_SECONDS = 60
SHUTDOWN_SECONDS = 4


def bind(port, proto=socket.IPPROTO_TCP):
    # asyncio turns Nagle's algorithm off only for sockets that name the protocol.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, proto)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.listen(2048)
    return listener


def bind_preferred(port, fallback, proto):
    try:
        return bind(port, proto)
    except OSError:
        if not fallback:
            raise
        return bind(0, proto)


def end_server():
    """Lets requests finish; then nothing of this process group is left."""
    timer = threading.Timer(SHUTDOWN_SECONDS, lambda: os.killpg(0, signal.SIGKILL))
    timer.daemon = True
    timer.start()
    os.kill(os.getpid(), signal.SIGTERM)


def watch_stdin():
    while os.read(0, 1024):
        pass
    end_server()


class Leases:
    """Connections that have said the token. The state file tells who comes later where to connect."""

    def __init__(self, listener, token, state_file):
        self.listener = listener
        self.token = token.encode()
        self.state_file = state_file
        self.selector = selectors.DefaultSelector()
        self.holders = set()

    def run(self):
        # Whatever goes wrong with the leases, the server must not stay without them.
        try:
            self.watch()
        finally:
            end_server()

    def watch(self):
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ)
        deadline = time.monotonic() + FIRST_LEASE_SECONDS
        while True:
            events = self.selector.select(None if self.holders else max(0, deadline - time.monotonic()))
            for key, _ in events:
                if key.fileobj is self.listener:
                    self.accept()
                elif not self.read(key.fileobj):
                    if key.fileobj in self.holders and len(self.holders) == 1:
                        # The last connection stays open until this process is gone: its holder can wait for that. Python
                        # itself would close it a little earlier.
                        os.dup(key.fileobj.fileno())
                        return self.close()
                    self.drop(key.fileobj)
            if not self.holders and time.monotonic() >= deadline:
                return self.close()

    def accept(self):
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        connection.setblocking(False)
        self.selector.register(connection, selectors.EVENT_READ)

    def read(self, connection):
        try:
            data = connection.recv(1024)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        if not data:
            return False
        if connection in self.holders:
            return True
        if not secrets.compare_digest(data.strip(), self.token):
            return False
        self.holders.add(connection)
        connection.sendall(b"welcome\n")
        return True

    def drop(self, connection):
        self.holders.discard(connection)
        self.selector.unregister(connection)
        connection.close()

    def close(self):
        self.selector.unregister(self.listener)
        self.listener.close()
        try:
            with open(self.state_file) as stream:
                is_own = json.load(stream)["token"] == self.token.decode()
            if is_own:
                os.remove(self.state_file)
        except (OSError, ValueError, KeyError):
            pass  # Somebody has removed it, or its directory.


def write_state(file, state):
    temporary = f"{file}.{os.getpid()}"
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(state, stream)
    os.replace(temporary, file)


def start_leases(config, port):
    if config["lease"] == "stdin":
        threading.Thread(target=watch_stdin, daemon=True).start()
        return {"port": port}
    listener = bind(0)
    token = secrets.token_hex(16)
    state = {"pid": os.getpid(), "port": port, "leasePort": listener.getsockname()[1], "token": token}
    write_state(config["stateFile"], state)
    threading.Thread(target=Leases(listener, token, config["stateFile"]).run, daemon=True).start()
    return state


def end_with(parent):
    """A worker whose supervisor is killed would serve on."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def set_up(uri, artifacts):
    # What `mlflow server` hands to its workers.
    os.environ.update(
        {
            "_MLFLOW_SERVER_FILE_STORE": uri,
            "_MLFLOW_SERVER_REGISTRY_STORE": uri,
            "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
            "_MLFLOW_SERVER_ARTIFACT_DESTINATION": artifacts,
            "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
            "_MLFLOW_SGI_NAME": "uvicorn",
        }
    )
    import warnings

    warnings.simplefilter("ignore", DeprecationWarning)
    from mlflow.server.handlers import initialize_backend_stores

    initialize_backend_stores(uri, uri, "mlflow-artifacts:/")


def serve(config):
    workers = config["workers"]
    # With several workers uvicorn's own listener does not name its protocol; this is to be as fast, and as slow.
    listener = bind_preferred(config["port"], config["fallback"], socket.IPPROTO_TCP if workers == 1 else 0)
    report = start_leases(config, listener.getsockname()[1])
    with os.fdopen(3, "w") as stream:
        json.dump(report, stream)
        stream.write("\n")

    set_up(config["backendStoreUri"], config["artifactsDir"])
    import uvicorn

    settings = uvicorn.Config(
        "mlflow.server.fastapi_app:app",
        workers=workers,
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS - 1,
    )
    server = uvicorn.Server(settings)
    if workers == 1:
        server.run(sockets=[listener])
    else:
        from uvicorn.supervisors import Multiprocess

        Multiprocess(settings, sockets=[listener]).run()


if __name__ == "__main__":
    if sys.argv[1] == "--prepare":
        set_up(f"sqlite:///{sys.argv[2]}", os.path.dirname(sys.argv[2]))
        import mlflow.server.fastapi_app  # noqa: F401
        import uvicorn  # noqa: F401
    else:
        serve(json.loads(sys.argv[1]))
elif __name__ == "__mp_main__":
    threading.Thread(target=end_with, args=[os.getppid()], daemon=True).start()
