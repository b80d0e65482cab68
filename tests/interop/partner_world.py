"""The world with another partner: which XMPP server it runs, how the two sides prove themselves, how many front-ends."""

import asyncio
import dataclasses

import scenario  # noqa: F401  (finds the demonstration's modules)
import ejabberd
import world
import xmpp_server


@dataclasses.dataclass(frozen=True)
class Proof:
    """What each side is told; `log` is what the gateway's log says of the streams then."""
    partner_rules: str
    prosody: str
    ejabberd: str
    log: str


PROOFS = {
    "external": Proof(
        "    tls: required\n    sasl: required\n    dialback: false\n",
        "s2s_require_encryption = true\ns2s_secure_auth = true", "required_trusted", "external"),
    "dialback": Proof(
        "    tls: required\n    sasl: disabled\n    dialback: true\n",
        "s2s_require_encryption = true\ns2s_secure_auth = false", "required", "dialback"),
    "clear": Proof(
        "    tls: disabled\n    sasl: disabled\n    dialback: true\n",
        "s2s_require_encryption = false\ns2s_secure_auth = false", "optional", "dialback"),
}


class PartnerWorld(world.World):
    def __init__(self, kind, proof, frontends=1, offline_storage=False, prosody_modules=(),
                 more=""):
        super().__init__()
        self.kind, self.proof, self.frontends, self.more = kind, PROOFS[proof], frontends, more
        if kind == "ejabberd":  # it asks for SRV records itself, and the machine for the addresses of their targets
            self.xmpp_target = "localhost"
        self.offline_storage, self.prosody_modules = offline_storage, prosody_modules

    async def start_prosody(self, name, domain, host, users, client_port, server_port):
        self._partner = (name, domain, users, client_port, server_port, self.dns_port,
                         *self.authority.issue(name, domain, host), self.trust)
        return await self._start_partner()

    async def _start_partner(self):
        if self.kind == "prosody":
            self.partner = await xmpp_server.start(self.folder, *self._partner, federation=self.proof.prosody,
                                                   offline_storage=self.offline_storage,
                                                   modules=self.prosody_modules)
        else:
            self.partner = await ejabberd.start(self.folder, *self._partner, starttls=self.proof.ejabberd,
                                                offline_storage=self.offline_storage)
        return self.partner

    async def restart_partner(self, crash=False):
        """An orderly end, or a crash, and a new start, on the same ports with the same accounts."""
        self.servers.remove(self.partner)
        if crash:
            self.partner.process.kill()
        await asyncio.to_thread(self.partner.stop)
        self.servers.append(await self._start_partner())

    async def start_gateway(self, **changes):
        more = f"workers: {{xmpp_frontend: {self.frontends}}}\n{self.more}"
        await super().start_gateway(partner_rules=self.proof.partner_rules, more=more, **changes)

    def gateway_log(self):
        return self.gateway.log.read_text(errors="replace")
