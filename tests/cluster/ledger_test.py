"""taken = delivered + refused + in flight: at each look, for each process, side and kind, while things go wrong."""

import asyncio
import collections
import signal

import cluster
import ledger
import namespaces
from traffic import Traffic

class Ledger(cluster.Cluster):
    async def test_it_closes_at_each_look(self):
        traffic = Traffic(self, pairs=16, interval=0.03).start()
        looks = asyncio.create_task(self._look())
        await traffic.count(500)
        front, router = self.of("sip-frontend")[0], self.of("router")[0]
        namespaces.cut(front.machine, router.machine)
        await traffic.count(800)
        front.machine.heal()
        router.machine.heal()
        # Not the one that the partner writes to: without XEP-0198 what lies in its sockets is lost.
        victim = next(node for node in self.of("xmpp-frontend") if node.address != self.partner.through[0])
        victim.kill()
        await traffic.count(300)
        victim.start()
        await self.ready(*self.nodes)
        self.redis.stop()
        await traffic.count(500)
        await traffic.stop()
        looks.cancel()
        self.assertGreater(self.looks, 50)
        await self._all_settled()

    async def _look(self):
        self.looks = 0
        while True:
            for node in self.nodes:
                left, _ = ledger.ledger(await asyncio.to_thread(node.metrics))
                self.assertEqual({}, left, f"{node.name} has a hole")
                self.looks += 1

    async def _all_settled(self):
        """In the end nothing is in flight, and what front-ends took from their peers is what was sent."""
        await ledger.close(self)
        taken = sum((ledger.ledger(node.metrics())[1] for node in self.of("sip-frontend")), collections.Counter())
        sent = sum(request.startswith(b"MESSAGE") for request in self.at_edge)
        self.assertGreater(taken["sip", "chat"], 0)
        self.assertGreaterEqual(taken["xmpp", "sip-command"], sent)


if __name__ == "__main__":
    cluster.main()
