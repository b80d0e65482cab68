"""Machines of a test's own: network namespaces on one bridge, and cuts between them in either direction.

The test itself moves into a namespace of its own (the hub, 10.77.0.1), so nothing of it reaches the machine's network,
and everything is gone when it ends. Faults are nft rules in the namespace of the machine that shall not hear.
"""

import ctypes
import os
import shutil
import subprocess
import sys

CLONE_NEWNET, CLONE_NEWNS = 0x40000000, 0x00020000
SKIPPED = 77  # the exit status that ctest counts as skipped
NET = "10.77.0"
HUB, HUB_HARDWARE = f"{NET}.1", "02:00:00:00:00:01"
_machines = []


def enter():
    """Moves this process into the hub, or ends it with a word on why that cannot be."""
    missing = [tool for tool in ("ip", "nft", "nsenter") if not shutil.which(tool)]
    if missing:
        _skip(f"{', '.join(missing)} not installed (script/setup)")
    if os.geteuid() != 0:
        _skip("network namespaces need root")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        _skip(f"no network namespace: {os.strerror(ctypes.get_errno())}")
    _ip("link set lo up")
    # Without one of its own it takes the lowest of its ports' and changes it as machines come, while the others send to
    # the old one for half a minute.
    _ip(f"link add hub address {HUB_HARDWARE} type bridge")
    _ip(f"addr add {HUB}/24 dev hub")
    _ip("link set hub up")


def own_mounts():
    """What is mounted from now on is seen by this process and those that it starts, and by nobody else."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        _skip(f"no mount namespace: {os.strerror(ctypes.get_errno())}")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


def _skip(why):
    print(f"skipped: {why}", file=sys.stderr)
    sys.exit(SKIPPED)


def _ip(words):
    subprocess.run(["ip", *words.split()], check=True)


def hub_address(number):
    """One more address of the hub, below those of machines: for peers of several addresses."""
    address = f"{NET}.{number}"
    _ip(f"addr add {address}/24 dev hub")
    return address


class Machine:
    """`address` on the bridge; what runs in it is started with `within`."""

    def __init__(self):
        number = len(_machines) + 11
        _machines.append(self)
        self.address = f"{NET}.{number}"
        libc = ctypes.CDLL(None)
        # Nothing but its namespace; it ends with the test.
        self._holder = subprocess.Popen(
            ["tail", "-f", "/dev/null"],
            preexec_fn=lambda: (libc.unshare(CLONE_NEWNET), libc.prctl(1, 9)))
        _ip(f"link add m{number} type veth peer name eth0 netns {self._holder.pid}")
        _ip(f"link set m{number} master hub up")
        for words in ("link set lo up", f"addr add {self.address}/24 dev eth0", "link set eth0 up"):
            subprocess.run([*self.within(), "ip", *words.split()], check=True)
        self._nft("add table inet fault; add chain inet fault in { type filter hook input priority 0; }")

    def within(self):
        """Put before a command, it runs in this machine."""
        return ["nsenter", f"--net=/proc/{self._holder.pid}/ns/net"]

    def deafen(self, *others):
        """Nothing that `others` (addresses) send arrives here any more."""
        for address in others:
            self._nft(f"add rule inet fault in ip saddr {address} drop")

    def heal(self):
        self._nft("flush chain inet fault in")

    def lose(self, address, percent):
        """So many of the packets of `address` are lost."""
        self._nft(f"add rule inet fault in ip saddr {address} numgen random mod 100 < {percent} drop")

    def stop(self):
        self._holder.kill()
        self._holder.wait()

    def _nft(self, rules):
        subprocess.run([*self.within(), "nft", rules], check=True)


def cut(one, other, ways="both"):
    """`ways`: both, to (from the first to the second), or from."""
    if ways in ("both", "to"):
        other.deafen(one.address)
    if ways in ("both", "from"):
        one.deafen(other.address)


def stop_all():
    while _machines:
        _machines.pop().stop()
