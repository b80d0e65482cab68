"""The gateway's processes from outside: memory, counters, deaths."""

import collections
import json
import pathlib
import re
import time
import urllib.request

import gateway

SAMPLE = re.compile(r'^(dragoman_\w+)(?:\{([^}]*)\})? (\S+)$', re.MULTILINE)


def memory(parent):
    """Program -> MiB resident of the largest of its kind, the supervisor and Redis among them."""
    found = {"dragoman run": _resident(parent)}
    for name, pids in gateway.processes(parent).items():
        found[name] = max([_resident(pid) for pid in pids])
    return found


def _resident(pid):
    try:
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024
    except (OSError, TypeError):
        return 0.0  # it ended meanwhile


class MemoryLog:
    """Resident memory by time since the beginning."""

    def __init__(self):
        self._began, self._seen = time.monotonic(), []

    def look(self, parent):
        self._seen.append((time.monotonic() - self._began, memory(parent)))

    def largest(self, least, most):
        """Program -> MiB, the most that was seen between `least` and `most` seconds."""
        found = collections.defaultdict(float)
        for when, sizes in self._seen:
            for name, size in sizes.items() if least <= when < most else ():
                found[name] = max(found[name], size)
        return dict(found)


def metrics(port):
    """{name: {labels: value}} of the process on this admin port; empty if it does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            text = answer.read().decode()
    except OSError:
        return {}
    found = collections.defaultdict(dict)
    for name, labels, value in SAMPLE.findall(text):
        found[name][labels] = float(value)
    return found


def ledger(counters):
    """(taken, delivered, refused) of the metrics of one process."""
    return tuple(sum(sum(values.values()) for name, values in counters.items()
                     if re.fullmatch(rf"dragoman_(sip_)?{what}_total", name))
                 for what in ("taken", "delivered", "refused"))


def deaths(log):
    """[(process, status, signal)] of all that ended by themselves or were killed, as the supervisor's log says."""
    found = []
    for line in log.read_text(errors="replace").splitlines():
        if '"process died; starting it again"' in line:
            event = json.loads(line)
            found.append((event["child"], event["status"], event["signal"]))
    return found


def lines_about(log, *addresses, most=6):
    """The last lines of the log that name all `addresses`."""
    found = collections.deque(maxlen=most)
    with open(log, errors="replace") as lines:
        for line in lines:
            if all(address in line for address in addresses):
                found.append(line.strip())
    return list(found)
