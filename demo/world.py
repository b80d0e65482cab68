"""Two courts on one machine, and the gateway between them: every server on its own free port of loopback.

    romeo@montague.example (SIP) - Kamailio as edge.montague.example - gateway - Prosody - juliet@capulet.example
"""

import asyncio
import pathlib
import shutil
import tempfile

import authority
import edge_proxy
import gateway
import name_server
import ports
import server
import xmpp_server
from sip_user import SipUser
from xmpp_user import XmppUser

SIP_DOMAIN, XMPP_DOMAIN = "montague.example", "capulet.example"
EDGE, GATEWAY, XMPP_HOST = "edge.montague.example", "gateway.montague.example", "xmpp.capulet.example"
ROMEO, JULIET = f"romeo@{SIP_DOMAIN}", f"juliet@{XMPP_DOMAIN}"
PASSWORD = "wherefore"


class World:
    xmpp_target = GATEWAY  # of the SRV record by which XMPP servers find the gateway
    certificate_days = 1
    xmpp_users = ("juliet",)  # each with PASSWORD
    sip_rules = ""  # lines of the gateway's configuration

    def __init__(self, dialect="microsoft"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dragoman-"))
        self.servers, self._users = [], []
        self.dialect = dialect
        self.authority = authority.Authority(self.folder / "certificates", days=self.certificate_days)
        self.trust = self.authority.certificate
        for name in ("dns", "user", "edge", "sip", "xmpp", "client", "server"):
            setattr(self, f"{name}_port", ports.free_port())
        self.admin_port = ports.free_port(run=12)  # the processes count up from it

    def names(self):
        """What the name server knows: hosts, and (service, target, port) triples."""
        return [EDGE, GATEWAY, XMPP_HOST], [
            (f"_xmpp-server._tcp.{SIP_DOMAIN}", self.xmpp_target, self.xmpp_port),
            (f"_xmpp-server._tcp.{XMPP_DOMAIN}", XMPP_HOST, self.server_port),
            (f"_sipfederationtls._tcp.{SIP_DOMAIN}", EDGE, self.edge_port),
            (f"_sipfederationtls._tcp.{XMPP_DOMAIN}", GATEWAY, self.sip_port)]

    async def start_peers(self):
        """Everything but the gateway."""
        self.servers.append(await name_server.start(self.folder, self.dns_port, *self.names()))
        await self.start_edge()
        self.servers.append(await self.start_prosody(
            "prosody", XMPP_DOMAIN, XMPP_HOST, dict.fromkeys(self.xmpp_users, PASSWORD), self.client_port,
            self.server_port))

    async def start_edge(self):
        self.servers.append(await edge_proxy.start(
            self.folder, *self.authority.issue("edge", EDGE), self.trust, user_port=self.user_port,
            edge_port=self.edge_port, edge_fqdn=EDGE, gateway_fqdn=GATEWAY, gateway_port=self.sip_port,
            sip_domain=SIP_DOMAIN))

    async def start_prosody(self, name, domain, host, users, client_port, server_port):
        return await xmpp_server.start(self.folder, name, domain, users, client_port, server_port, self.dns_port,
                                       *self.authority.issue(name, domain, host), self.trust)

    def configure_gateway(self, fqdn_in_certificate=GATEWAY, **changes):
        """The path of the gateway's configuration; `changes` replace words of gateway.CONFIG."""
        sip = self.authority.issue("gateway-sip", fqdn_in_certificate)
        xmpp = self.authority.issue("gateway-xmpp", SIP_DOMAIN)
        words = dict(
            sip_domain=SIP_DOMAIN, xmpp_domain=XMPP_DOMAIN, fqdn=GATEWAY, sip_port=self.sip_port,
            edge=f"{EDGE}:{self.edge_port}", dialect=self.dialect, sip_certificate=sip[0], sip_key=sip[1],
            xmpp_certificate=xmpp[0], xmpp_key=xmpp[1], trust=self.trust, xmpp_port=self.xmpp_port,
            dns_port=self.dns_port, admin_port=self.admin_port, sip_rules=self.sip_rules, partner_rules="", more="")
        return gateway.configure(self.folder, **{**words, **changes})

    async def start_gateway(self, **changes):
        self.gateway = gateway.launch(self.folder, self.configure_gateway(**changes))
        self.servers.append(self.gateway)
        await self.gateway.ready(self.sip_port, self.xmpp_port)

    async def start(self):
        await asyncio.gather(self.start_peers(), self.start_gateway())

    async def romeo(self, address=ROMEO, kind=SipUser):
        """A SIP user, signed in."""
        user = kind(address, self.user_port)
        self._users.append(user.close)
        answer = await user.sign_in()
        if answer.status != 200:
            raise server.ServerFailed(f"REGISTER: {answer.start}")
        return user

    async def juliet(self, address=JULIET):
        """An XMPP user, signed in."""
        user = XmppUser(address, PASSWORD, self.client_port, self.trust)
        self._users.append(user.abort)
        await user.sign_in()
        return user

    def stop(self, keep_folder=False):
        for close in self._users:
            close()
        for running in reversed(self.servers):
            running.stop()
        if not keep_folder:
            shutil.rmtree(self.folder, ignore_errors=True)
