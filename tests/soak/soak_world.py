"""The world of the soak: the gateway with two of each process, a Prosody with many users, and an Edge that is a process
of the harness."""

import asyncio
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1] / "demo"))

import ports  # noqa: E402
import world  # noqa: E402
import xmpp_server  # noqa: E402

# The users' connections go in clear: the border is what is tried. Its log of each stanza would be most of its work.
PROSODY = xmpp_server.FEDERATION + """
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
log = { info = "*console" }"""
GATEWAY = """\
workers: {{sip_frontend: 2, xmpp_frontend: 2, router: 2}}
presence: {{refresh: {refresh}s}}
"""
LEAST_EXPIRES = 60  # the gateway takes no less


class SoakWorld(world.World):
    def __init__(self, xmpp_users, sip_users, refresh):
        super().__init__()
        self.refresh = refresh
        self.xmpp_users = [f"x{number}@{world.XMPP_DOMAIN}" for number in range(xmpp_users)]
        self.sip_users = [f"s{number}@{world.SIP_DOMAIN}" for number in range(sip_users)]

    async def start_edge(self):
        """It comes with the court of its users."""

    async def start_prosody(self, name, domain, host, users, client_port, server_port):
        users = {address.split("@")[0]: world.PASSWORD for address in self.xmpp_users}
        self._partner = (name, domain, users, client_port, server_port, self.dns_port,
                         *self.authority.issue(name, domain, host), self.trust)
        self.partner = await self._start_partner()
        return self.partner

    async def _start_partner(self):
        return await xmpp_server.start(self.folder, *self._partner, federation=PROSODY)

    async def restart_partner(self):
        """As after a crash: on the same ports with the same accounts and rosters."""
        self.servers.remove(self.partner)
        self.partner.process.kill()
        await asyncio.to_thread(self.partner.process.wait)
        self.partner = await self._start_partner()
        self.servers.append(self.partner)

    def configure_gateway(self, **changes):
        """With streams to the partner for both xmpp-frontends."""
        path = super().configure_gateway(**changes)
        path.write_text(path.read_text().replace("\nxmpp:\n", "\nxmpp:\n  streams_per_partner: 4\n"))
        return path

    async def start_gateway(self, **changes):
        await super().start_gateway(more=GATEWAY.format(refresh=self.refresh), **changes)

    def xmpp_settings(self, seed):
        return {"seed": seed, "users": self.xmpp_users, "contacts": self.sip_users, "port": self.client_port,
                "domain": world.XMPP_DOMAIN, "password": world.PASSWORD}

    def sip_settings(self, seed, expires):
        certificate, key = self.authority.issue("edge", world.EDGE)
        return {"seed": seed, "users": self.sip_users, "contacts": self.xmpp_users, "certificate": str(certificate),
                "key": str(key), "trust": str(self.trust), "edge": world.EDGE, "edge_port": self.edge_port,
                "gateway_port": self.sip_port, "connections": 4, "expires": expires}
