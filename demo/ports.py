"""TCP and UDP ports of loopback that nobody uses, below the range that outgoing connections take theirs from."""

import random
import socket

FIRST, LAST = 20000, 32000


def is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def free_port(run=1):
    """The first of `run` free ports in a row."""
    while True:
        first = random.randrange(FIRST, LAST)
        if all(is_free(port) for port in range(first, first + run)):
            return first
