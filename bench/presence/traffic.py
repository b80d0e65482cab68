"""What presence costs once a million dialogs are there: a benchmark, run by hand.

    script/build release presence_load && /usr/bin/python3 -B bench/presence/traffic.py [--dialogs 1000000] [--changes 50000]

A gateway from build/release with its own Redis, filled with dialogs of SIP watchers (`--dialogs`) and of XMPP watchers
(`--watched`), the latter with their refresh overdue. This script is the Edge (mutual TLS; it answers everything at once)
and the XMPP partner (TLS and EXTERNAL). In turn:

* refreshes: routers work off what is overdue: SUBSCRIBE, 200, NOTIFY, 200 each
* from SIP: NOTIFY in these dialogs becomes presence at the partner
* from XMPP: presence of the partner's users becomes NOTIFY at the Edge
* the Edge refreshes dialogs: SUBSCRIBE, 200, NOTIFY, 200 each
* all routers are killed: how long until presence passes again

As many are on their way at once as `--window` says. CPU time is the processes' own, user and system.
"""

import argparse
import asyncio
import collections
import hashlib
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "demo"), str(ROOT / "tests" / "interop")]

import authority  # noqa: E402
import gateway  # noqa: E402
import name_server  # noqa: E402
import ports  # noqa: E402
from raw_stream import STARTTLS, RawStream, header  # noqa: E402

SIP_DOMAIN, XMPP_DOMAIN, EDGE, FQDN = "contoso.com", "jabber.example.org", "sip.contoso.com", "xmppgw.contoso.com"
CONTACTS = 20  # bench/presence/pairs.h
LOAD = ROOT / "build" / "release" / "bin" / "presence_load"
TICKS = os.sysconf("SC_CLK_TCK")
FIELD = {name: re.compile(rb"(?m)^" + name + rb": *(.*?)\r$") for name in
         (b"Via", b"From", b"To", b"Call-ID", b"CSeq", b"Contact")}
LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)\r\n")
STALLED_SECONDS = 60

PIDF = ('<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="{entity}"><tuple id="t"><status>'
        '<basic>open</basic></status></tuple><note>{note}</note></presence>')


def token(number, length):
    return hashlib.sha1(str(number).encode()).hexdigest()[:length]


def field(message, name):
    return FIELD[name].search(message)[1]


class Edge(asyncio.Protocol):
    """Every connection; `on_request` and `on_response` are swapped by what runs."""

    on_request = on_response = staticmethod(lambda *_: None)

    def __init__(self):
        self._rest = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        rest, at = self._rest + data, 0
        while (end := rest.find(b"\r\n\r\n", at)) >= 0:
            length = LENGTH.search(rest, at, end + 2)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(rest) < whole:
                break
            message, at = rest[at:whole], whole
            if message.startswith(b"SIP/2.0 "):
                Edge.on_response(self, message)
            else:
                Edge.on_request(self, message)
        self._rest = rest[at:]

    def accept(self, request, more=b""):
        fields = b"".join(name + b": " + field(request, name) + b"\r\n" for name in (b"Via", b"From", b"To", b"Call-ID", b"CSeq"))
        self.transport.write(b"SIP/2.0 200 OK\r\n" + fields + more + b"Content-Length: 0\r\n\r\n")


class Flow:
    """So many, a window of them on their way; whoever sees one arrive says `done()`."""

    def __init__(self, total, window, send):
        self.total, self.arrived, self._sent, self._window, self._send = total, 0, 0, window, send
        self._ended = asyncio.get_running_loop().create_future()

    def done(self):
        self.arrived += 1
        if self.arrived >= self.total and not self._ended.done():
            self._ended.set_result(None)
        elif self._sent - self.arrived < self._window // 2:
            self.fill()

    def fill(self):
        begin, self._sent = self._sent, min(self.total, self.arrived + self._window)
        if begin < self._sent:
            self._send(range(begin, self._sent))

    async def run(self):
        self.fill()
        seen = -1
        while not self._ended.done():
            await asyncio.wait([self._ended], timeout=STALLED_SECONDS)
            if self.arrived == seen:
                raise RuntimeError(f"stalled at {seen} of {self.total}")
            seen = self.arrived


class Bench:
    def __init__(self, words):
        self.words = words
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dragoman-bench-"))
        self.dialogs = {}  # of XMPP watchers, by Call-ID: From, To, Contact of the gateway's SUBSCRIBE

    # The world

    async def start(self):
        ca = authority.Authority(self.folder / "certificates")
        self.trust = ca.certificate
        self.edge_files, self.partner_files = ca.issue("edge", EDGE), ca.issue("partner", XMPP_DOMAIN)
        sip, xmpp = ca.issue("sip", FQDN), ca.issue("xmpp", SIP_DOMAIN)
        self.sip_port, self.xmpp_port, self.edge_port, self.partner_port, self.dns_port = (ports.free_port() for _ in range(5))
        await name_server.start(self.folder, self.dns_port, [EDGE, FQDN, XMPP_DOMAIN],
                                [(f"_xmpp-server._tcp.{XMPP_DOMAIN}", XMPP_DOMAIN, self.partner_port)])
        loop = asyncio.get_running_loop()
        server_side = self._context(ssl.Purpose.CLIENT_AUTH, self.edge_files)
        await loop.create_server(Edge, "127.0.0.1", self.edge_port, ssl=server_side)
        await asyncio.start_server(self._partner, "127.0.0.1", self.partner_port)
        self.gateway = gateway.launch(self.folder, gateway.configure(
            self.folder, sip_domain=SIP_DOMAIN, xmpp_domain=XMPP_DOMAIN, fqdn=FQDN, sip_port=self.sip_port,
            edge=f"{EDGE}:{self.edge_port}", dialect="microsoft", sip_certificate=sip[0], sip_key=sip[1], sip_rules="",
            xmpp_certificate=xmpp[0], xmpp_key=xmpp[1], trust=ca.certificate, xmpp_port=self.xmpp_port,
            dns_port=self.dns_port, admin_port=ports.free_port(run=12), partner_rules="",
            more=f"workers: {{router: {self.words.routers}}}\n"))
        await self.gateway.ready(self.sip_port, self.xmpp_port)

    def _context(self, purpose, files):
        context = ssl.create_default_context(purpose, cafile=self.trust)
        context.check_hostname = False
        context.load_cert_chain(*files)
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    async def connect(self):
        loop = asyncio.get_running_loop()
        _, self.edge = await loop.create_connection(
            Edge, "127.0.0.1", self.sip_port, ssl=self._context(ssl.Purpose.SERVER_AUTH, self.edge_files), server_hostname=FQDN)
        self.stream = await RawStream.connect(self.xmpp_port)
        self.stream.send(header(XMPP_DOMAIN, SIP_DOMAIN))
        await self.stream.until("</stream:features>")
        self.stream.send(STARTTLS)
        await self.stream.until("<proceed[^>]*>")
        await self.stream.secure(self.trust, self.partner_files)
        self.stream.send(header(XMPP_DOMAIN, SIP_DOMAIN))
        await self.stream.until("</stream:features>")
        self.stream.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>")
        await self.stream.until("<success[^>]*>")
        self.stream.send(header(XMPP_DOMAIN, SIP_DOMAIN))
        await self.stream.until("</stream:features>")
        self._reading = asyncio.create_task(self._drain(self.stream.reader))

    @staticmethod
    async def _drain(reader):
        while await reader.read(1 << 20):
            pass

    async def _partner(self, reader, writer):
        """The partner's server: proves itself, takes dialback's word for the gateway, counts presence."""
        stream = RawStream(reader, writer)
        opening = header(XMPP_DOMAIN, SIP_DOMAIN, "version='1.0' id='bench'")
        await stream.until("<stream:stream[^>]*>")
        stream.send(opening + f"<stream:features>{STARTTLS}</stream:features>")
        await stream.until("<starttls[^>]*>")
        stream.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        await stream.secure(self.trust, self.partner_files, server=True)
        await stream.until("<stream:stream[^>]*>")
        stream.send(opening + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                    "<mechanism>EXTERNAL</mechanism></mechanisms></stream:features>")
        await stream.until("<auth .*?(</auth>|/>)")
        stream.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
        await stream.until("<stream:stream[^>]*>")
        stream.send(opening + "<stream:features/>")
        rest = stream.said.encode()
        while data := await stream.reader.read(1 << 20):
            rest += data
            *whole, rest = re.split(rb"</presence>|<presence [^>]*/>", rest)
            for stanza in whole:
                self.on_presence(stanza)

    on_presence = staticmethod(lambda *_: None)

    async def load(self, pairs, *more):
        begin = time.monotonic()
        await asyncio.to_thread(subprocess.run, [LOAD, self.folder / "redis.sock", str(pairs), "--edge",
                                                 f"{EDGE}:{self.edge_port}", *more], check=True)
        print(f"  in {time.monotonic() - begin:.0f} s", flush=True)

    # What is measured

    def redis(self, section):
        with socket.socket(socket.AF_UNIX) as end:
            end.connect(str(self.folder / "redis.sock"))
            end.sendall(f"INFO {section}\r\n".encode())
            said = b""
            while not said.endswith(b"\r\n") or len(said) < int(said[1:said.index(b"\r\n")]):
                said += end.recv(1 << 16)
        return said.decode()

    def commands(self):
        return {name: int(calls) for name, calls in re.findall(r"cmdstat_(\S+?):calls=(\d+)", self.redis("commandstats"))}

    def cpu(self):
        """Program -> seconds."""
        spent = collections.Counter()
        for name, pids in gateway.processes(self.gateway.process.pid).items():
            for pid in pids:
                words = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                spent[name] += (int(words[11]) + int(words[12])) / TICKS
        return spent

    async def measure(self, what, total, send, window=None):
        flow = self.flow = Flow(total, window or self.words.window, send)
        cpu, commands, begin = self.cpu(), self.commands(), time.monotonic()
        await flow.run()
        seconds, now = time.monotonic() - begin, self.cpu()
        asked = {name: count - commands.get(name, 0) for name, count in self.commands().items()}
        inner = ", ".join(f"{name} {count / total:.2f}" for name, count in sorted(asked.items(), key=lambda x: -x[1])
                          if count / total >= 0.01)
        each = {name: (now[name] - cpu[name]) / total * 1e6 for name in now}
        print(f"{what}: {total} in {seconds:.1f} s, {total / seconds:.0f}/s, {sum(each.values()):.0f} µs of CPU each ("
              + ", ".join(f"{name} {cost:.0f}" for name, cost in sorted(each.items())) + ")")
        print(f"  Redis, each: {inner}", flush=True)

    def sip_request(self, method, number, to, sender, call_id, cseq, more, body=b""):
        return (f"{method} sip:{FQDN}:{self.sip_port};transport=tls SIP/2.0\r\nVia: SIP/2.0/TLS {EDGE}:{self.edge_port};"
                f"branch=z9hG4bK{method}{number}.{cseq}\r\nMax-Forwards: 70\r\nFrom: {sender}\r\nTo: {to}\r\nCall-ID: {call_id}\r\n"
                f"CSeq: {cseq} {method}\r\nContact: <sip:{EDGE}:{self.edge_port};transport=tls>\r\n{more}"
                f"Content-Length: {len(body)}\r\n\r\n").encode() + body

    def notify(self, call_id, cseq, note):
        ours, theirs = self.dialogs[call_id]
        entity = ours.partition("<")[2].partition(">")[0]
        return self.sip_request("NOTIFY", call_id, theirs, ours, call_id, cseq,
                                "Event: presence\r\nSubscription-State: active;expires=28000\r\nContent-Type: application/pidf+xml\r\n",
                                PIDF.format(entity=entity, note=note).encode())

    async def refreshes(self):
        """The routers' own; the Edge answers and tells the state."""
        loading = []  # they are due at once

        def on_request(end, request):
            if not request.startswith(b"SUBSCRIBE"):
                return end.accept(request)
            end.accept(request, b"Expires: 28800\r\n")
            call_id = field(request, b"Call-ID").decode()
            new = call_id not in self.dialogs
            self.dialogs[call_id] = (field(request, b"To").decode(), field(request, b"From").decode())
            if new:
                self.edge.transport.write(self.notify(call_id, 2, "back soon"))

        def on_response(_, response):
            if b" NOTIFY\r\n" in response:
                self.flow.done()

        Edge.on_request, Edge.on_response = staticmethod(on_request), staticmethod(on_response)
        await self.measure("refreshes that were overdue, paced", self.words.watched, lambda _: loading.append(
            asyncio.create_task(self.load(self.words.watched, "--xmpp", "--age", "26000"))), self.words.watched)
        await loading[0]

    async def from_sip(self):
        known = list(self.dialogs)
        self.on_presence = lambda _: self.flow.done()
        Edge.on_response = staticmethod(lambda *_: None)
        await self.measure("changes from SIP", len(known), lambda numbers: self.edge.transport.write(
            b"".join(self.notify(known[number], 3, f"note {number}") for number in numbers)))
        self.on_presence = lambda _: None

    def presence(self, number):
        return (f"<presence from='friend{number % CONTACTS}.{number // CONTACTS}@{XMPP_DOMAIN}/laptop' "
                f"to='user{number // CONTACTS}@{SIP_DOMAIN}'><show>dnd</show><status>note {number}</status></presence>")

    async def from_xmpp(self, first, total, what="changes from XMPP"):
        def on_request(end, request):
            end.accept(request)
            if request.startswith(b"NOTIFY"):
                self.flow.done()

        Edge.on_request = staticmethod(on_request)
        await self.measure(what, total, lambda numbers: self.stream.send(
            "".join(self.presence(first + number) for number in numbers)))

    async def from_edge(self, first, total):
        def refresh(number):
            user, friend = f"user{number // CONTACTS}@{SIP_DOMAIN}", f"friend{number % CONTACTS}.{number // CONTACTS}@{XMPP_DOMAIN}"
            return self.sip_request(
                "SUBSCRIBE", number, f"<sip:{friend}>;tag={token(number + 1, 16)}",
                f"<sip:{user}>;tag={token(number + 2, 10)};epid={token(number + 3, 10)}", token(number, 32), 2,
                "Event: presence\r\nAccept: application/pidf+xml\r\nExpires: 28800\r\n")

        await self.measure("refreshes by the Edge", total, lambda numbers: self.edge.transport.write(
            b"".join(refresh(first + number) for number in numbers)))

    async def cold_start(self, number):
        pids = gateway.processes(self.gateway.process.pid)["router"]
        for pid in pids:
            gateway.kill(pid)
        begin = time.monotonic()
        arrived = asyncio.get_running_loop().create_future()

        def on_request(end, request):
            end.accept(request)
            if request.startswith(b"NOTIFY") and not arrived.done():
                arrived.set_result(None)

        Edge.on_request = staticmethod(on_request)
        self.stream.send(self.presence(number))
        await asyncio.wait_for(arrived, STALLED_SECONDS)
        print(f"all {len(pids)} routers killed at once: the next change arrived after {time.monotonic() - begin:.2f} s", flush=True)

    async def run(self):
        words = self.words
        await self.start()
        try:
            await self.load(words.dialogs, "--age", "600")  # long since told
            await self.connect()
            await self.refreshes()
            await self.from_sip()
            await self.from_xmpp(0, words.changes)
            await self.from_edge(words.changes, words.changes)
            for turn in range(3):
                await self.cold_start(words.changes * 2 + turn)
            await self.from_xmpp(words.changes * 3, words.changes, "changes from XMPP after that")
            memory = re.search(r"used_memory:(\d+)", self.redis("memory"))[1]
            print(f"Redis holds {int(memory) / 2**20:.0f} MiB")
        finally:
            self.gateway.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What presence costs once a million dialogs are there")
    parser.add_argument("--dialogs", type=int, default=1_000_000, help="of SIP watchers")
    parser.add_argument("--watched", type=int, default=30_000, help="dialogs of XMPP watchers")
    parser.add_argument("--changes", type=int, default=50_000)
    parser.add_argument("--window", type=int, default=500)
    parser.add_argument("--routers", type=int, default=1)
    asyncio.run(Bench(parser.parse_args()).run())
