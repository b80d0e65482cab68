"""Routers are found by their name, as a headless Service gives it."""

import cluster
from cluster import BUS_PORT, ROUTERS
from partition_test import members
from traffic import Traffic

FOUND_SECONDS = 8


class Discovery(cluster.Cluster):
    routers = 3

    async def test_routers_come_and_go_in_the_name(self):
        fronts = self.of("sip-frontend") + self.of("xmpp-frontend")
        first, second, third = self.of("router")
        traffic = Traffic(self).start()

        # Out of the name, but alive: it stays. No address at all: everything stays.
        self.names.addresses[ROUTERS] = [first.address, second.address]
        await self._looked_up()
        self.names.addresses[ROUTERS] = []
        await self._looked_up()
        del self.names.addresses[ROUTERS]
        await self._looked_up()
        for front in fronts:
            self.assertEqual(3, members(front, "router"), front.name)

        # Gone and dead: nobody tries it any more.
        third.kill()
        for front in fronts:
            await self.until(lambda: members(front, "router") == 2, f"{front.name} keeps the dead one", FOUND_SECONDS)
        self.names.addresses[ROUTERS] = [first.address, second.address]
        await self._looked_up()
        third.start()
        await self._looked_up()
        for front in fronts:
            self.assertEqual(2, members(front, "router"), front.name)

        # In the name again: found.
        self.names.addresses[ROUTERS] = [node.address for node in (first, second, third)]
        for front in fronts:
            await self.until(lambda: members(front, "router") == 3, f"{front.name} does not find it", FOUND_SECONDS)
        await traffic.stop()
        traffic.check(self, deaths=True)

    async def _looked_up(self):
        """By every front-end, twice: what the first answer says is done by then."""
        goal = self.names.asked.get(ROUTERS, 0) + 4 * (self.sips + self.xmpps)  # A and AAAA
        await self.until(lambda: self.names.asked.get(ROUTERS, 0) >= goal, "nobody looks")


if __name__ == "__main__":
    cluster.main()
