"""F-15: DNS says nothing, fails or refuses, and comes back. What is connected goes on, and what has to connect anew
meanwhile uses the addresses that were good before: of routers, of the Edge, of the partner.
"""

import fault
import names
import namespaces
from cluster import EDGE, XMPP_PORT
from partition_test import members

FOUND_SECONDS = 15


class Names(fault.Fault):
    async def test_f15_no_answer(self):
        await self._without(names.SILENCE)

    async def test_f15_servfail(self):
        await self._without(names.SERVER_FAILURE)

    async def test_f15_refused(self):
        await self._without(names.REFUSED)

    async def test_f15_names_that_do_not_exist_any_more(self):
        """What is connected stays; that is all that can be asked for."""
        await self.begin()
        self.names.says = names.NAME_ERROR
        await self._asked()
        await self.traffic.count(1000)
        self.names.says = names.NO_ERROR
        await self.end(lossless=True)

    async def _without(self, says):
        await self.begin()
        self.names.says = says
        await self._asked()
        await self.traffic.count(500)

        router = self.of("router")[0]
        router.kill()
        await self.traffic.count(200)
        router.start()
        for front in self.of("sip-frontend") + self.of("xmpp-frontend"):
            await self.until(lambda: members(front, "router") == self.routers,
                             f"{front.name} does not find the router again", FOUND_SECONDS)

        self.edge.lose_all()
        await self.traffic.count(300)

        await self.partner.leave()
        await self.partner.start(namespaces.HUB, XMPP_PORT)
        await self.until(lambda: sum(self.partner.streams_from.values()), "the partner is not found again",
                         FOUND_SECONDS)
        await self.traffic.count(300)

        self.names.says = names.NO_ERROR
        asked = self.names.asked.get(EDGE, 0)
        await self.end([router], deaths=True)
        self.assertGreaterEqual(self.names.asked.get(EDGE, 0), asked)

    async def _asked(self):
        """The fault has been met."""
        before = sum(self.names.asked.values())
        await self.until(lambda: sum(self.names.asked.values()) > before, "nobody asks")


if __name__ == "__main__":
    fault.main()
