"""One server process of the demonstration: its own log, ready when its port answers, stopped by its pid."""

import asyncio
import ctypes
import os
import pathlib
import signal
import socket
import subprocess

READY_SECONDS = 30
STOP_SECONDS = 10
PR_SET_PDEATHSIG = 1


class ServerFailed(Exception):
    """A server did not come up; the text ends with the last lines of its log."""


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Server:
    """`command` running with its output in `folder`/`name`.log."""

    def __init__(self, name, command, folder):
        self.name = name
        self.log = pathlib.Path(folder) / f"{name}.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_die_with_parent,
                env={**os.environ, "LC_ALL": "C.UTF-8"})

    async def ready(self, *ports):
        """Waits until each of `ports` takes connections."""
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        for port in ports:
            while not _answers(port):
                if self.process.poll() is not None:
                    raise ServerFailed(f"{self.name} ended with {self.process.returncode}\n{self.tail()}")
                if asyncio.get_running_loop().time() > deadline:
                    raise ServerFailed(f"{self.name}: nothing on port {port}\n{self.tail()}")
                await asyncio.sleep(0.02)
        return self

    def tail(self, lines=40):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self):
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _answers(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
