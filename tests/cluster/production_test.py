"""Two of each role from the production overlay's own configuration, Redis kept by Sentinels: all of them are replaced as
Kubernetes rolls Deployments out, under chat and presence both ways, and nothing is lost.
"""

import asyncio
import functools
import signal
import time

import yaml

import cluster
import ledger
import namespaces
import pods
import presence
import sessions
from cluster import SIP_PORT, XMPP_PORT
from load import Load


class Production(cluster.Cluster):
    sip_domain, xmpp_domain, edge_name = "contoso.com", "jabber.example.com", "edge.contoso.com"
    routers_name = f"dragoman-router.dragoman.{pods.SERVICES}"
    acknowledged = True

    @functools.cached_property
    def belongings(self):
        return pods.volumes.Belongings(self.folder / "certificates", pods.OVERLAY)

    async def start_redis(self):
        said = yaml.safe_load(self.belongings.files("router")["dragoman.yaml"])
        self.records = await pods.Records(said["redis"], self.belongings.password, self.folder).start()
        self.others += self.records.running

    def make_files(self):
        self.trust = self.belongings.authority.certificate
        self.certificates = {"edge": self.belongings.authority.issue("edge", self.edge_name),
                             "partner": self.belongings.authority.issue("partner", self.xmpp_domain)}

    def make_node(self, role):
        return pods.Pod(role, self.folder, self.belongings)

    def known_names(self):
        return {self.edge_name: [namespaces.HUB], self.xmpp_domain: [namespaces.HUB],
                **{f"{name}.{pods.SERVICES}": [address] for name, address in self.records.addresses.items()}}

    async def start_partner(self):
        sessions.take_all(self.edge, self.edge_name, SIP_PORT)
        await super().start_partner()

    async def test_all_are_replaced_under_load(self):
        load = Load(self, pairs=8, interval=0.25).start()
        await load.count(300)
        await asyncio.gather(*[self._roll_out(role) for role in ("router", "sip-frontend", "xmpp-frontend")])
        await load.count(300)
        self.assertEqual({}, load.chat.refused())
        begun = time.time()
        await self.records.fail_over()
        for router in self.of("router"):
            await self.until(lambda: router.logged("redis master changed"),
                             lambda: f"{router.name} does not follow" + router.running.tail())
        load.presence.doubt(begun)
        await load.count(300)
        await load.stop(**presence.REFRESHED)
        load.check(self)
        for text, end in load.chat.refused().items():  # a session needs Redis, and Redis was away
            self.assertRegex(str(end), "62003|store-unavailable", text)
        await ledger.close(self)

    async def _roll_out(self, role):
        """maxSurge 1, maxUnavailable 0: a new one, and once it is ready an old one goes, whose address is known no more."""
        for old in self.of(role):
            new = self.make_node(role)
            self.nodes.append(new)
            self.find_routers()
            new.start()
            await self.until(lambda: new.ask("/readyz")[0] == 200, lambda: f"{new.name}: {new.running.tail()}")
            self._serves(new, True)
            self._serves(old, False)
            self.nodes.remove(old)
            self.find_routers()
            old.signal(signal.SIGTERM)
            self.assertEqual(0, await old.ended(), old.running.tail())
            self.assertEqual([], old.logged("not everything could be finished in time; the rest is refused"))

    def _serves(self, node, does):
        """Whether the load balancer leads new connections to it."""
        peer, target = {"sip-frontend": (self.edge, (node.address, SIP_PORT)),
                        "xmpp-frontend": (self.partner, (node.address, XMPP_PORT))}.get(node.role, (None, None))
        if peer:
            peer.lead(target) if does else peer.lead_no_more(target)


if __name__ == "__main__":
    cluster.main()
