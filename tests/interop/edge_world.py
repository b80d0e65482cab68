"""The world with an Edge of wire in Kamailio's place, and as many sip-frontends and routers as wanted."""

import asyncio
import re
import urllib.request

import scenario  # noqa: F401  (finds the demonstration's modules)
import edge_wire
import world

CONNECTIONS_MAX = 24  # until each front-end has one: the kernel deals them out
ADMIN_PORTS = 12


class EdgeWorld(world.World):
    def __init__(self, frontends=1, routers=1, more=""):
        super().__init__()
        self.frontends, self.routers, self.more = frontends, routers, more
        self._reached = {}  # admin port of a sip-frontend -> writer of the connection to it

    async def start_edge(self):
        self.edge = edge_wire.EdgeWire(*self.authority.issue("edge", world.EDGE), self.trust, self.edge_port,
                                       self.sip_port)
        await self.edge.start()

    async def start_gateway(self):
        await super().start_gateway(
            more=f"workers: {{sip_frontend: {self.frontends}, router: {self.routers}}}\n"
                 f"router: {{conversations_per_minute: 0}}\n{self.more}")

    async def start(self):
        await super().start()
        await self.reach_each_frontend()

    async def reach_each_frontend(self):
        """Leaves one connection of the Edge to each sip-frontend."""
        self._reached = {port: writer for port, writer in self._reached.items() if not writer.is_closing()}
        for _ in range(CONNECTIONS_MAX):
            if len(self._reached) == self.frontends:
                return
            before = await self.connections()
            writer = await self.edge.connect()
            await self.edge.ask_on(writer, options())
            after = await self.connections()
            port = next(port for port, count in after.items() if count > before.get(port, 0))
            if self._reached.setdefault(port, writer) is not writer:
                self.edge.leave_aside(writer)
        raise AssertionError(f"{len(self._reached)} of {self.frontends} sip-frontends reached")

    async def connections(self):
        """Admin port of each sip-frontend -> how many connections it has."""
        found = {}
        for port in range(self.admin_port, self.admin_port + ADMIN_PORTS):
            text = await asyncio.to_thread(metrics, port)
            if gauge := re.search(r"^dragoman_sip_connections (\d+)", text, re.MULTILINE):
                found[port] = int(gauge[1])
        return found

    def stop(self, keep_folder=False):
        if hasattr(self, "edge"):
            self.edge.close()
        super().stop(keep_folder)


def metrics(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def options():
    name = edge_wire.new_branch()
    return (f"OPTIONS sip:Options_User@{world.XMPP_DOMAIN} SIP/2.0\r\n"
            f"Via: SIP/2.0/TLS 198.51.100.5:52344;branch={name}\r\nMax-Forwards: 67\r\n"
            f"From: <sip:{world.EDGE}>;tag=1\r\nTo: <sip:Options_User@{world.XMPP_DOMAIN}>\r\n"
            f"Call-ID: {name}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n").encode()
