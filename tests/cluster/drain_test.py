"""ARCH-16, F-22: each role is told to end under load. Nothing is lost, nothing comes twice, and the status is 0."""

import asyncio
import signal
import subprocess
import time

import cluster
import gateway
from traffic import Traffic

GRACE_SECONDS = 12


class Drain(cluster.Cluster):
    async def test_a_router(self):
        await self._drain(self.of("router")[0], "signal")

    async def test_a_sip_frontend(self):
        await self._drain(self.of("sip-frontend")[0], "signal")
        self.assertEqual(0, self.edge.retried, "a request got no answer")

    async def test_an_xmpp_frontend(self):
        through = next(node for node in self.of("xmpp-frontend") if node.address == self.partner.through[0])
        await self._drain(through, "signal")
        self.assertEqual(["closed"], self.partner.ends)

    async def test_by_its_admin_page(self):
        await self._drain(self.of("router")[1], "page")

    async def test_all_of_them_one_after_the_other(self):
        """A rolling restart."""
        traffic = Traffic(self).start()
        for node in self.nodes:
            await traffic.count(200)
            await self._end(node, "signal")
            node.start()
            await self.ready(*self.nodes)
        await traffic.count(200)
        await traffic.stop()
        traffic.check(self, lossless=True)

    async def _drain(self, node, how):
        traffic = Traffic(self).start()
        await traffic.count(400)
        await self._end(node, how)
        await traffic.count(400)
        await traffic.stop()
        traffic.check(self, lossless=True)

    async def _end(self, node, how):
        begun = time.monotonic()
        if how == "signal":
            node.signal(signal.SIGTERM)
        else:
            self.assertEqual((200, "draining\n"), await asyncio.to_thread(node.ask, "/drain", "POST"))
            self.assertIn(await asyncio.to_thread(node.ask, "/readyz"), ((503, "draining\n"), (0, "")))
        self.assertEqual(0, await node.ended(), node.running.tail())
        self.assertLess(time.monotonic() - begun, GRACE_SECONDS)
        self.assertEqual([], node.logged("not everything could be finished in time; the rest is refused"))


if __name__ == "__main__":
    cluster.main()
