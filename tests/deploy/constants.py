"""What the code says, for what deploy/ must agree with."""

import re

from tools import ROOT


def _find(file, pattern):
    found = re.search(pattern, (ROOT / file).read_text())
    assert found, f"{file} has no {pattern}"
    return found.group(1)


def _seconds(file, name):
    return int(_find(file, rf"{name}\{{\s*([\d']+)\}}").replace("'", "")) / 1000


def _bytes(file, name):
    number, shift = re.match(r"(\d+)u? << (\d+)", _find(file, rf"{name} = ([^;]+);")).groups()
    return int(number) << int(shift)


DRAIN_SECONDS = _seconds("runtime/service/service.h", "Duration kDrainMax")
STOP_SECONDS = _seconds("cli/child.h", "Duration kStopMax")  # of each stage of `dragoman run`
ADMIN_SECONDS = _seconds("runtime/service/admin.h", "Duration kAdminRequestMax")
ADMIN_PAGES = set(re.findall(r'"(/\w+)"', (ROOT / "runtime/service/service.cc").read_text()))
SIP_PORT = int(_find("core/policy/host_port.h", r"kSipsPort = (\d+)"))
XMPP_PORT = int(_find("core/policy/host_port.h", r"kXmppServerPort = (\d+)"))
# What may lie in a process: for each other on the bus (our queue, and ZeroMQ's both ways), and in all
BUS_PEER_BYTES = (_bytes("runtime/bus/outbox.h", "kBusQueueBytesMax") + 2 * _bytes("runtime/bus/outbox.h", "kBusBatchBytesMax") *
                  int(_find("runtime/bus/outbox.h", r"kBusHighWater = (\d+)")))
OPEN_BYTES = _bytes("core/routing/requests.h", "kOpenRequestBytesMax")
ROUTER_BYTES = (_bytes("core/routing/deliveries.h", "kRememberedBytesMax") +
                _bytes("runtime/redis/connection.h", "kRedisPendingBytesMax"))
PEER_BYTES = _bytes("runtime/net/connection.h", "kWriteQueueBytesMax")
assert PEER_BYTES == _bytes("core/xmpp/stanza_queue.h", "kQueueBytesMax")
VERSION = _find("CMakeLists.txt", r"project\(dragoman VERSION ([\d.]+)")
ROLES = re.findall(r'\{"([\w-]+)", "one ', (ROOT / "cli/role.h").read_text())
