"""F-5: a process that is stopped for ten seconds is missed within three, and does no harm when it wakes."""

import asyncio
import signal

import cluster
from load import Load
from partition_test import members

NOTICED_SECONDS, STOPPED_SECONDS = 3, 10


class Stop(cluster.Cluster):
    async def test_a_router(self):
        await self._stop_and_go(self.of("router")[0], self.of("sip-frontend") + self.of("xmpp-frontend"))

    async def test_a_sip_frontend(self):
        await self._stop_and_go(self.of("sip-frontend")[0], self.of("router"))

    async def test_an_xmpp_frontend(self):
        idle = next(node for node in self.of("xmpp-frontend") if node.address != self.partner.through[0])
        await self._stop_and_go(idle, self.of("router"))

    async def _stop_and_go(self, node, others):
        load = Load(self, pairs=8, interval=0.1).start()
        await load.count(300)
        before = members(others[0], node.role)
        node.signal(signal.SIGSTOP)
        stopped = asyncio.get_running_loop().time()
        try:
            for other in others:
                await self.until(lambda: members(other, node.role) == before - 1, f"{other.name} did not notice", 10)
            self.assertLess(asyncio.get_running_loop().time() - stopped, NOTICED_SECONDS + 0.5)
            # The fault is the time itself.
            await asyncio.sleep(STOPPED_SECONDS - (asyncio.get_running_loop().time() - stopped))
        finally:
            node.signal(signal.SIGCONT)
        await self.ready(*self.nodes)
        await load.count(300)
        await load.stop()
        load.check(self, deaths=True)
        self.assertEqual(1, len(node.logged("this process was away: stopped, or without CPU")))


if __name__ == "__main__":
    cluster.main()
