"""A gateway whose every process has a machine of its own, between an Edge and a partner that are this test."""

import asyncio
import json
import logging
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))
import scenario  # noqa: E402,F401  (finds the demonstration's modules)

import authority  # noqa: E402
import gateway  # noqa: E402
import namespaces  # noqa: E402
import server  # noqa: E402
from edge import Edge, page, reason_of, status_of  # noqa: E402
from names import Names  # noqa: E402
from partner import Partner, attribute, body_of, chat  # noqa: E402

SIP_DOMAIN, XMPP_DOMAIN = "montague.example", "capulet.example"
EDGE, GATEWAY, ROUTERS = "edge.montague.example", "gateway.montague.example", "routers.cluster.example"
PARTNER = "xmpp.capulet.example"
SIP_PORT, XMPP_PORT, BUS_PORT, ADMIN_PORT, REDIS_PORT = 5061, 5269, 7400, 9090, 6379
READY_SECONDS = 30
LOG_LINES = 80

CONFIG = """\
sip:
  domains: [{sip_domain}]
  fqdn: {fqdn}
  listen: ["0.0.0.0:{sip_port}"]
  edges: ["{edge}:{sip_port}"]
  dialect: standard
  tls: {{certificate: sip.crt, key: sip.key, trust: ca.crt}}
xmpp:
  listen: ["0.0.0.0:{xmpp_port}"]
  tls: {{certificate: xmpp.crt, key: xmpp.key, trust: ca.crt}}
  dialback_secret: dialback.secret
partners:
  - domain: {xmpp_domain}
    server: "{partner}:{xmpp_port}"
    sasl: required
    dialback: false
router:
  listen: ["tcp://0.0.0.0:{bus_port}"]
  connect: ["tcp://{routers}:{bus_port}"]
  curve: {{secret: {secret}, routers: [router.public], clients: [frontend.public]}}
  conversations_per_minute: 0
{redis}dns: {{servers: ["{hub}:53"], timeout: 2s}}
presence: {{refresh: 60s}}
"""


class Node:
    """One process of the gateway on its machine."""

    def __init__(self, role, folder):
        self.role, self.folder, self.starts = role, folder, 0
        self.machine = namespaces.Machine()
        self.address = self.machine.address
        self.name = f"{role}-{self.address.rsplit('.', 1)[1]}"

    def start(self, *before):
        """`before`: a command that becomes the process, as prlimit does."""
        self.starts += 1
        config = self.folder / ("router.yaml" if self.role == "router" else "frontend.yaml")
        state = self.folder / self.name
        state.mkdir(exist_ok=True)
        self.running = server.Server(self.name, [
            *self.machine.within(), *before, gateway.PROGRAM.parent / self.role, "--config", config, "--state", state,
            "--admin", f"{self.address}:{ADMIN_PORT}", "--log", "json"], self.folder)
        return self

    @property
    def pid(self):
        return self.running.process.pid

    def ask(self, page_name, method="GET", seconds=5):
        """(status, text) of an admin page; (0, "") without an answer."""
        request = urllib.request.Request(f"http://{self.address}:{ADMIN_PORT}{page_name}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def metrics(self):
        """(name, frozenset of (label, value)) -> number."""
        found = {}
        for line in self.ask("/metrics")[1].splitlines():
            if match := re.fullmatch(r"(\w+)(?:\{(.*)\})? ([\d.e+]+)", line):
                labels = frozenset(re.findall(r'(\w+)="([^"]*)"', match[2] or ""))
                found[match[1], labels] = float(match[3])
        return found

    def logged(self, event, **fields):
        """The lines of its log with this event and these fields."""
        lines = []
        for line in self.running.log.read_text(errors="replace").splitlines():
            if line.startswith("{"):
                entry = json.loads(line)
                if entry["event"] == event and all(entry.get(key) == value for key, value in fields.items()):
                    lines.append(entry)
        return lines

    def signal(self, number):
        os.kill(self.pid, number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.running.process.wait()

    async def ended(self, seconds=30):
        """Its exit status."""
        return await asyncio.to_thread(self.running.process.wait, seconds)


class Cluster(unittest.IsolatedAsyncioTestCase):
    sips, xmpps, routers = 2, 2, 2
    redis_words = ()  # more options of its server
    acknowledged = False  # whether the partner has XEP-0198
    sip_domain, xmpp_domain, edge_name, routers_name = SIP_DOMAIN, XMPP_DOMAIN, EDGE, ROUTERS
    maxDiff = None

    async def asyncSetUp(self):
        asyncio.get_running_loop().set_debug(False)  # unittest's own; it would cost more than the gateway
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dragoman-cluster-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.addCleanup(self._stop)
        self.nodes, self.others, self.peers = [], [], []
        self.at_edge, self.at_partner = [], []  # what arrived: raw requests, stanzas
        self.redis_configuration = await self.start_redis()
        self.make_files()
        self.names = await Names().start(namespaces.HUB)
        self.names.addresses = self.known_names()
        for role, count in (("router", self.routers), ("sip-frontend", self.sips), ("xmpp-frontend", self.xmpps)):
            self.nodes += [self.make_node(role) for _ in range(count)]
        self.find_routers()
        self.edge = Edge(*self.certificates["edge"], self.trust,
                         [(node.address, SIP_PORT) for node in self.of("sip-frontend")], self.at_edge.append)
        self.partner = Partner(self.xmpp_domain, self.sip_domain, self.certificates["partner"], self.trust,
                               [(node.address, XMPP_PORT) for node in self.of("xmpp-frontend")],
                               self.at_partner.append, self.acknowledged)
        self.peers = [self.edge, self.partner, self.names]
        await self.edge.start(namespaces.HUB, SIP_PORT)
        await self.start_partner()
        for node in self.nodes:
            node.start()
        await self.ready(*self.nodes)
        async with asyncio.timeout(READY_SECONDS):
            await self.partner.connected()

    async def start_partner(self):
        await self.partner.start(namespaces.HUB, XMPP_PORT)

    async def start_redis(self):
        """Its line of the configuration. Called first."""
        self.redis = server.Server("redis", [
            "redis-server", "--port", str(REDIS_PORT), "--bind", namespaces.HUB, "127.0.0.1", "--protected-mode", "no",
            "--save", "", "--dir", self.folder, *self.redis_words], self.folder)
        self.others.append(self.redis)
        return f"redis: {{url: \"redis://{namespaces.HUB}:{REDIS_PORT}\"}}\n"

    def make_node(self, role):
        return Node(role, self.folder)

    def known_names(self):
        """But for the routers'."""
        return {EDGE: [namespaces.HUB], PARTNER: [namespaces.HUB]}

    def find_routers(self):
        """Their name means those that there are."""
        self.names.addresses[self.routers_name] = [node.address for node in self.of("router")]

    def make_files(self):
        self.authority = authority.Authority(self.folder / "certificates")
        self.trust = self.authority.certificate
        self.certificates = {label: self.authority.issue(label, *names) for label, *names in (
            ("edge", EDGE), ("partner", XMPP_DOMAIN), ("sip", GATEWAY), ("xmpp", SIP_DOMAIN))}
        for label in ("sip", "xmpp"):
            for file in self.certificates[label]:
                shutil.copy(file, self.folder / file.name)
        shutil.copy(self.trust, self.folder / "ca.crt")
        (self.folder / "dialback.secret").write_text(os.urandom(24).hex())
        (self.folder / "dialback.secret").chmod(0o600)
        for name in ("router", "frontend", "stranger"):
            subprocess.run([gateway.PROGRAM, "keys", self.folder / name], check=True, stdout=subprocess.DEVNULL)
            self.configure(name, secret=f"{name}.secret")

    def configure(self, name, **words):
        """Writes name.yaml."""
        words = dict(sip_domain=SIP_DOMAIN, xmpp_domain=XMPP_DOMAIN, fqdn=GATEWAY, edge=EDGE, hub=namespaces.HUB, partner=PARTNER,
                     sip_port=SIP_PORT, xmpp_port=XMPP_PORT, bus_port=BUS_PORT, redis=self.redis_configuration,
                     routers=ROUTERS) | words
        new = self.folder / f"{name}.new"
        new.write_text(CONFIG.format(**words))
        new.rename(self.folder / f"{name}.yaml")

    def of(self, role):
        return [node for node in self.nodes if node.role == role]

    async def until(self, holds, what, seconds=READY_SECONDS):
        """Waits for it; returns how long that took."""
        begun = time.monotonic()
        while not (held := await asyncio.to_thread(holds)):
            self.assertLess(time.monotonic() - begun, seconds, what() if callable(what) else what)
            await asyncio.sleep(0.02)
        return time.monotonic() - begun

    async def ready(self, *nodes):
        """They can take work, and know everybody who is there."""
        running = [node for node in self.nodes if hasattr(node, "running") and node.running.process.poll() is None]
        counts = {role: sum(node.role == role for node in running)
                  for role in ("router", "sip-frontend", "xmpp-frontend")}

        def knows_all(node):
            found = node.metrics()
            wanted = ("sip-frontend", "xmpp-frontend") if node.role == "router" else ("router",)
            return all(found.get(("dragoman_bus_members", frozenset({("role", role)}))) == counts[role]
                       for role in wanted)

        for node in nodes:
            await self.until(lambda: node.ask("/readyz")[0] == 200 and knows_all(node),
                             lambda: f"{node.name} is not ready" + self.tails())

    def _stop(self):
        for peer in self.peers:
            peer.close()
        for node in self.nodes:
            if hasattr(node, "running"):
                node.running.stop()
        for other in self.others:
            other.stop()
        namespaces.stop_all()

    def tails(self):
        """The ends of all logs, for a failure."""
        return "\n".join(f"\n===== {node.name} =====\n{node.running.tail(LOG_LINES)}" for node in self.nodes)


def main():
    """Called at the end of each test file: in namespaces of its own, or skipped."""
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    namespaces.enter()
    unittest.main()
