"""TCP and UDP ports of loopback that nobody uses, below the range that outgoing connections take theirs from.

Each process looks in a stretch of its own, so that tests that run at once do not meet.
"""

import os
import socket

FIRST, STRETCH, STRETCHES = 20000, 100, 120
_next = FIRST + os.getpid() % STRETCHES * STRETCH


def is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def free_port(run=1):
    """The first of `run` free ports in a row; never given twice."""
    global _next
    while True:
        first, _next = _next, _next + run
        if _next > FIRST + STRETCHES * STRETCH:
            _next = FIRST
        if all(is_free(port) for port in range(first, first + run)):
            return first
