"""F-11: the network between front-ends and routers is cut, both ways or one, and heals."""

import asyncio
import time

import cluster
import namespaces
from load import Load

NOTICED_SECONDS, HEALED_SECONDS = 3, 5


class Partition(cluster.Cluster):
    async def test_a_front_end_and_a_router_both_ways(self):
        await self._cut_and_heal("both", "sip-frontend", "router")

    async def test_what_a_front_end_says_does_not_arrive(self):
        await self._cut_and_heal("to", "sip-frontend", "router")

    async def test_what_a_router_says_does_not_arrive(self):
        await self._cut_and_heal("from", "sip-frontend", "router")

    async def test_an_xmpp_frontend_and_a_router_both_ways(self):
        await self._cut_and_heal("both", "xmpp-frontend", "router")

    async def test_what_an_xmpp_frontend_says_does_not_arrive(self):
        await self._cut_and_heal("to", "xmpp-frontend", "router")

    async def test_what_a_router_says_to_an_xmpp_frontend_does_not_arrive(self):
        await self._cut_and_heal("from", "xmpp-frontend", "router")

    async def test_a_router_that_nobody_reaches(self):
        load = Load(self).start()
        await load.count(300)
        alone = self.of("router")[0]
        fronts = self.of("sip-frontend") + self.of("xmpp-frontend")
        for front in fronts:
            namespaces.cut(front.machine, alone.machine)
        for front in fronts:
            await self._within(NOTICED_SECONDS, lambda: members(front, "router") == 1, f"{front.name} did not notice")
        await load.count(500)
        heal(self.nodes)
        await self.ready(*self.nodes)
        await load.count(300)
        await load.stop()
        load.check(self, deaths=True)

    async def test_arch8_each_lane_has_one_owner_again(self):
        """All users of the two domains share one lane, so one stream."""
        def owners():
            return [address for address, count in self.partner.streams_from.items() if count > 0]

        load = Load(self).start()
        await load.count(200)
        self.assertEqual(1, len(owners()))
        owner = next(node for node in self.of("xmpp-frontend") if node.address == owners()[0])
        for router in self.of("router"):
            namespaces.cut(owner.machine, router.machine)
        other = next(node for node in self.of("xmpp-frontend") if node is not owner)
        await self.until(lambda: other.address in owners(), "nobody took it over")
        await load.count(200)
        heal(self.nodes)
        await self.ready(*self.nodes)
        await self._within(HEALED_SECONDS, lambda: owners() == [owner.address], f"owners are {owners()}")
        await load.count(200)
        await load.stop()
        load.check(self, deaths=True)

    async def test_a_network_that_flaps(self):
        load = Load(self).start()
        front, router = self.of("sip-frontend")[0], self.of("router")[0]
        for _ in range(6):
            await load.count(100)
            namespaces.cut(front.machine, router.machine)
            await load.count(200)
            heal([front, router])
        await self.ready(*self.nodes)
        await load.stop()
        load.check(self, deaths=True)

    async def test_a_network_that_loses_packets(self):
        for router in self.of("router"):
            for front in self.of("sip-frontend") + self.of("xmpp-frontend"):
                router.machine.lose(front.address, 5)
                front.machine.lose(router.address, 5)
        load = Load(self, interval=0.1).start()
        await load.count(1500)
        await load.stop()
        load.check(self, lossless=True)

    async def _cut_and_heal(self, ways, one, other):
        front, router = self.of(one)[0], self.of(other)[0]
        await self.ready(*self.nodes)
        load = Load(self).start()
        await load.count(300)
        before = members(router, one)
        namespaces.cut(front.machine, router.machine, ways)
        await self._within(NOTICED_SECONDS, lambda: members(front, other) == self.routers - 1,
                           f"{front.name} still uses {router.name}")
        await self._within(NOTICED_SECONDS, lambda: members(router, one) == before - 1,
                           f"{router.name} still uses {front.name}")
        await load.count(500)
        heal([front, router])
        await self._within(HEALED_SECONDS, lambda: members(front, other) == self.routers and
                           members(router, one) == before, "the link did not come back")
        await load.count(300)
        await load.stop()
        load.check(self, deaths=True)

    async def _within(self, seconds, holds, what):
        took = await self.until(holds, what, seconds + 10)
        # A scrape takes its time on a machine that is busy.
        self.assertLess(took, seconds + 0.5, what)


def members(node, role):
    return node.metrics().get(("dragoman_bus_members", frozenset({("role", role)})))


def heal(nodes):
    for node in nodes:
        node.machine.heal()


if __name__ == "__main__":
    cluster.main()
