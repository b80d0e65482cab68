"""F-1 to F-3: each role is killed under load and started again, the process that a peer writes to as well as the other.

Nothing is lost. What the dead process had not answered is its peers' to say again, under the same name: a SIP request by
RFC 3261, a stanza by XEP-0198. (A partner without XEP-0198 cannot know: what it had written into the dead stream and what
was not delivered yet is lost to it, see security.md §2.)
"""

import fault


class Kill(fault.Fault):
    async def test_f3_a_router(self):
        await self._kill(self.of("router")[0])

    async def test_f3_all_routers_at_once(self):
        await self._kill(*self.of("router"))

    async def test_f1_a_sip_frontend(self):
        await self._kill(self.of("sip-frontend")[0])

    async def test_f1_all_sip_frontends_at_once(self):
        await self._kill(*self.of("sip-frontend"))

    async def test_f2_the_xmpp_frontend_that_the_partner_writes_to(self):
        await self._kill(self._written_to())
        self.assertIn("lost", self.partner.ends)

    async def test_f2_the_xmpp_frontend_that_writes_to_the_partner(self):
        await self.begin()
        writer = next(node for node in self.of("xmpp-frontend") if self.partner.streams_from.get(node.address))
        await self._die(writer)
        await self.end([writer], deaths=True)

    async def test_f2_all_xmpp_frontends_at_once(self):
        await self._kill(*self.of("xmpp-frontend"))

    async def test_each_process_in_turn(self):
        await self.begin()
        for node in self.nodes:
            await self._die(node)
            await self.ready(*self.nodes)
        await self.end(self.nodes, deaths=True)

    def _written_to(self):
        return next(node for node in self.of("xmpp-frontend") if node.address == self.partner.through[0])

    async def _kill(self, *nodes):
        await self.begin()
        await self._die(*nodes)
        await self.end(nodes, deaths=True)

    async def _die(self, *nodes):
        """All at once, and back after a while."""
        for node in nodes:
            node.kill()
        if len(nodes) < len(self.of(nodes[0].role)):
            await self.traffic.count(400)
        for node in nodes:
            node.start()


if __name__ == "__main__":
    fault.main()
