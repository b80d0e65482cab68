"""F-19, L-28: a process has no file descriptors left. It says so, goes on with what it has, and takes new connections again
once there are some.
"""

import asyncio
import os
import resource
import time

import fault
from cluster import BUS_PORT, SIP_PORT, XMPP_PORT

KEPT = 64  # L-28: descriptors that are not for peers
SPARE, MANY = 8, 100  # descriptors beside these, connections
SAYS = "too many open files"  # the system's own words
FREE_SECONDS = 40  # a handshake of the bus may take 30
CPU_SHARE_MAX = 0.5


class Descriptors(fault.Fault):
    async def test_f19_of_a_sip_frontend(self):
        await self._exhaust(self.of("sip-frontend")[0], SIP_PORT)

    async def test_f19_of_an_xmpp_frontend(self):
        node = next(node for node in self.of("xmpp-frontend") if node.address == self.partner.through[0])
        await self._exhaust(node, XMPP_PORT)

    async def test_f19_of_a_router(self):
        await self._exhaust(self.of("router")[0], BUS_PORT)

    async def _exhaust(self, node, port):
        await self.begin()
        before = self._open(node)
        limit = max(before) + 1 + SPARE + KEPT
        resource.prlimit(node.pid, resource.RLIMIT_NOFILE, (limit, limit))
        opened = await asyncio.gather(*[asyncio.open_connection(node.address, port) for _ in range(MANY)],
                                      return_exceptions=True)
        self.addCleanup(lambda: [each[1].transport.abort() for each in opened if isinstance(each, tuple)])
        with self.subTest("it does not spin"):
            await self._busy_with_nothing(node)
        with self.subTest("it says so"):
            self.assertIn(SAYS, node.running.log.read_text().lower(), f"{node.name} says nothing")
        for each in opened:
            if isinstance(each, tuple):
                each[1].transport.abort()
        await self.until(lambda: len(self._open(node)) <= len(before) + 1, "they are not free again", FREE_SECONDS)
        await self._takes_connections(node)
        await self.end(lossless=True)

    async def _busy_with_nothing(self, node):
        """A listener without descriptors has nothing to do: what any thread uses is the traffic's."""
        used, begun = self._cpu(node), time.monotonic()
        await self.traffic.count(1000)
        passed = time.monotonic() - begun
        shares = {thread: (now - used[thread]) / passed for thread, now in self._cpu(node).items()}
        self.assertLess(max(shares.values()), CPU_SHARE_MAX, f"{node.name} spins: {shares}")

    async def _takes_connections(self, node):
        """Its admin page is one, its peers' are others."""
        await self.until(lambda: node.ask("/readyz")[0] == 200, f"{node.name} answers nobody")
        if node.role == "sip-frontend":
            (await self.edge.connect((node.address, SIP_PORT))).transport.abort()

    @staticmethod
    def _open(node):
        return [int(name) for name in os.listdir(f"/proc/{node.pid}/fd")]

    @staticmethod
    def _cpu(node):
        """(name, number) of each thread -> seconds."""
        used = {}
        for thread in os.listdir(f"/proc/{node.pid}/task"):
            with open(f"/proc/{node.pid}/task/{thread}/stat", encoding="ascii") as file:
                name, fields = file.read().split("(", 1)[1].rsplit(")", 1)
            used[name, thread] = sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")
        return used


if __name__ == "__main__":
    fault.main()
