"""F-13, F-14, F-23: the Edge loses all of its connections at once, opens all of them again, and a few hundred more."""

import asyncio

import fault
import namespaces
from cluster import SIP_PORT

ROUNDS, FLOOD, FLOOD_ADDRESSES = 5, 300, 9
VANISHED = 40  # as hub addresses: those from 11 are the nodes
PER_ADDRESS_MAX = 50  # L-3
TCP_IDLE_SECONDS = 60


class Edges(fault.Fault):
    async def test_f14_it_ends_all_connections_at_once(self):
        await self.begin()
        for _ in range(ROUNDS):
            self.edge.lose_all()
            await self.until(lambda: len(self.edge.connected) == self.sips, "it does not come back")
            await self.traffic.count(200)
        await self.end(deaths=True)

    async def test_f23_it_opens_hundreds_at_once(self):
        """From several machines, as a pool of Edges does. Whoever was there notices nothing; each gets in."""
        sources = [namespaces.hub_address(number) for number in range(2, 2 + FLOOD_ADDRESSES)]
        await self.begin()
        before = self._connections()
        targets = [(node.address, SIP_PORT) for node in self.of("sip-frontend")]
        writers = await asyncio.gather(*[
            self.edge.connect(targets[number % len(targets)], sources[number % len(sources)]) for number in range(FLOOD)])
        await self.until(lambda: self._connections() == before + FLOOD, "they are not counted")
        await self.traffic.count(300)
        for writer in writers:
            writer.transport.abort()
        await self.until(lambda: self._connections() == before, "connections that are gone are still counted")
        self.assertEqual(0, self.edge.retried)
        await self.end(lossless=True)

    async def test_f13_an_idle_connection_of_a_machine_that_vanished_ends(self):
        """Middle boxes forget without a FIN, and who is forgotten must not fill its address's limit for ever."""
        await self.begin()
        before, source, node = self._connections(), namespaces.hub_address(VANISHED), self.of("sip-frontend")[0]
        await self.edge.connect((node.address, SIP_PORT), source)
        await self.until(lambda: self._connections() == before + 1, "it is not counted")
        node.machine.deafen(source)
        await self.until(lambda: self._connections() == before, "it is still counted", 2 * TCP_IDLE_SECONDS)
        await self.end(lossless=True)

    async def test_l3_what_one_address_may_not_have_costs_nobody_anything(self):
        """Above the limit connections are closed before TLS; those that are there, of the same address, go on."""
        await self.begin()
        target = (self.of("sip-frontend")[0].address, SIP_PORT)
        held = await asyncio.gather(*[self.edge.connect(target) for _ in range(2 * PER_ADDRESS_MAX)],
                                    return_exceptions=True)
        writers = [writer for writer in held if not isinstance(writer, BaseException)]
        self.assertLess(len(writers), PER_ADDRESS_MAX)
        self.assertGreater(len(writers), 0)
        await self.traffic.count(300)
        for writer in writers:
            writer.transport.abort()
        self.assertEqual(0, self.edge.retried)
        await self.end(lossless=True)

    def _connections(self):
        return sum(self.value(node, "dragoman_sip_connections") for node in self.of("sip-frontend"))


if __name__ == "__main__":
    fault.main()
