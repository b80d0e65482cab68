"""How much one stalled partner disturbs the others: a benchmark, run by hand.

    /usr/bin/python3 -B bench/partners.py [--partners 200] [--rate 10000] [--seconds 10]

A gateway from build/release, this script as its Edge (mutual TLS) and as all its partners (dialback in clear). Each
partner but one gets a message a second; the delay is from the SIP request's last byte written to the stanza read.
First without, then with a flood of `rate` messages a second, from a process of its own, to the one that has stopped
reading. Prints the delays of the others in both runs, what became of the flood, and the memory of the processes.
"""

import argparse
import asyncio
import multiprocessing
import pathlib
import re
import socket
import ssl
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "demo"))

import authority  # noqa: E402
import gateway  # noqa: E402
import ports  # noqa: E402

SIP_DOMAIN, PARTNERS, EDGE, FQDN = "montague.example", "bench.example", "edge.montague.example", "gateway.montague.example"
USERS_OF_THE_FLOOD = 500
CONNECTIONS_OF_THE_FLOOD = 20
LANE_BYTES_MAX = 1 << 20  # xmpp-frontend/lane.h


def message(number, sender, partner, body):
    return (f"MESSAGE sip:juliet@{partner} SIP/2.0\r\nVia: SIP/2.0/TLS {EDGE};branch=z9hG4bK{number}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{sender}@{SIP_DOMAIN}>;tag=t{number}\r\nTo: <sip:juliet@{partner}>\r\n"
            f"Call-ID: {number}\r\nCSeq: 1 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n{body}"
            ).encode()


async def dial(port, trust, certificate):
    context = ssl.create_default_context(cafile=trust)
    context.load_cert_chain(*certificate)
    return await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=FQDN)


class Partners:
    """All partners' servers on one port: the name asked for says which."""

    def __init__(self):
        self.delays = []

    async def serve(self, reader, writer):
        said = await self._until(reader, b"", rb"<stream:stream [^>]* to='([^']+)'[^>]*>")
        domain = said.group(1).decode()
        writer.write(f"<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
                     f"xmlns:db='jabber:server:dialback' from='{domain}' to='{SIP_DOMAIN}' id='{domain}' version='1.0'>"
                     "<stream:features><dialback xmlns='urn:xmpp:features:dialback'/></stream:features>".encode())
        await self._until(reader, said.string[said.end():], rb"</db:result>")
        writer.write(f"<db:result from='{domain}' to='{SIP_DOMAIN}' type='valid'/>".encode())
        if domain.startswith("stalled."):
            writer.transport.pause_reading()
            await asyncio.get_running_loop().create_future()
        rest = b""
        while data := await reader.read(65536):
            now = time.monotonic()
            rest += data
            *bodies, rest = rest.split(b"</body>")
            self.delays += [now - float(body.rsplit(b"<body>", 1)[1]) for body in bodies]

    @staticmethod
    async def _until(reader, said, pattern):
        while not (found := re.search(pattern, said)):
            data = await reader.read(65536)
            if not data:
                raise ConnectionError
            said += data
        return found


async def steady(writer, domains, seconds):
    """A message a second for each domain, spread over the second."""
    begin, number = time.monotonic(), 0
    while (now := time.monotonic()) - begin < seconds:
        if number <= (now - begin) * len(domains):
            body = f"{time.monotonic():.6f}"
            writer.write(message(f"s{now:.6f}", f"user{number % len(domains)}", domains[number % len(domains)], body))
            number += 1
        else:
            await asyncio.sleep(0.001)
    return number


def flood(port, trust, certificate, rate, seconds, result):
    """Another process: `rate` messages a second to the stalled partner; puts the counts of what was answered."""
    async def run():
        ends = [await dial(port, trust, certificate) for _ in range(CONNECTIONS_OF_THE_FLOOD)]
        statuses = {}

        async def read(reader):
            rest = b""
            while data := await reader.read(65536):
                rest += data
                for status in re.findall(rb"SIP/2\.0 (\d+) [^\r]*\r\n", rest):
                    statuses[int(status)] = statuses.get(int(status), 0) + 1
                rest = rest[rest.rfind(b"\r\n\r\n") + 4:] if b"\r\n\r\n" in rest else rest

        reading = [asyncio.create_task(read(reader)) for reader, _ in ends]
        begin, number, taken = time.monotonic(), 0, 0
        while (now := time.monotonic()) - begin < seconds:
            _, writer = ends[number // 50 % len(ends)]
            due = min(int((now - begin) * rate), number + 50)
            if writer.transport.get_write_buffer_size() < 65536:  # the gateway reads this one
                writer.write(b"".join(message(f"f{n}", f"flood{n % USERS_OF_THE_FLOOD}", f"stalled.{PARTNERS}", "x" * 200)
                                      for n in range(number, due)))
                taken += max(0, due - number)
            number = max(number, due)
            await asyncio.sleep(0)
        for task in reading:
            task.cancel()
        result.put((taken, statuses))

    asyncio.run(run())


def memory(parent):
    """Program -> MiB resident, the largest of its kind."""
    found = {}
    for name, pids in gateway.processes(parent).items():
        for pid in pids:
            size = int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024
            found[name] = max(found.get(name, 0), size)
    return found


def report(what, delays):
    ordered = sorted(delays)
    at = lambda share: ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000  # noqa: E731
    print(f"{what:22} {len(ordered):6} messages   p50 {at(.5):6.1f} ms   p99 {at(.99):6.1f} ms   max {at(1):6.1f} ms")
    return at(.99), at(1)


async def main(words):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dragoman-bench-"))
    ca = authority.Authority(folder / "certificates")
    edge = ca.issue("edge", EDGE)
    sip, xmpp = ca.issue("sip", FQDN), ca.issue("xmpp", SIP_DOMAIN)
    sip_port, xmpp_port, partner_port, dns_port = (ports.free_port() for _ in range(4))
    admin_port = ports.free_port(run=12)
    partners = Partners()
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    listening.bind(("127.0.0.1", partner_port))
    await asyncio.start_server(partners.serve, sock=listening, backlog=500)
    running = gateway.launch(folder, gateway.configure(
        folder, sip_domain=SIP_DOMAIN, xmpp_domain=PARTNERS, fqdn=FQDN, sip_port=sip_port, edge=f"{EDGE}:{sip_port}",
        dialect="standard", sip_certificate=sip[0], sip_key=sip[1], xmpp_certificate=xmpp[0], xmpp_key=xmpp[1],
        trust=ca.certificate, xmpp_port=xmpp_port, dns_port=dns_port, admin_port=admin_port, more="",
        partner_rules=f"    additional_domains: [\"*.{PARTNERS}\"]\n    server: \"127.0.0.1:{partner_port}\"\n"
                      "    tls: disabled\n    sasl: disabled\n"))
    try:
        await running.ready(sip_port, xmpp_port)
        reader, writer = await dial(sip_port, ca.certificate, edge)
        refused = []

        async def read():
            while data := await reader.read(65536):
                refused.extend(re.findall(rb"SIP/2\.0 ([3-6]\d\d) ", data))

        reading = asyncio.create_task(read())
        domains = [f"p{number}.{PARTNERS}" for number in range(words.partners - 1)]
        await steady(writer, domains, 3)  # opens the streams
        await asyncio.sleep(1)
        partners.delays.clear()
        await steady(writer, domains, words.seconds)
        await asyncio.sleep(1)
        before = memory(running.process.pid)
        calm, partners.delays = partners.delays, []
        result = multiprocessing.Queue()
        flooding = multiprocessing.Process(target=flood, args=(sip_port, ca.certificate, edge, words.rate,
                                                               words.seconds, result))
        flooding.start()
        await steady(writer, domains, words.seconds)
        during = memory(running.process.pid)
        offered, statuses = await asyncio.to_thread(result.get)
        flooding.join()
        await asyncio.sleep(1)
        print(f"{words.partners} partners, one of them stalled and offered {words.rate} messages a second for {words.seconds} s")
        calm_p99, calm_max = report("others, before", calm)
        flood_p99, flood_max = report("others, during", partners.delays)
        print(f"others: p99 {flood_p99 - calm_p99:+.1f} ms, max {flood_max - calm_max:+.1f} ms; refused {len(refused)}")
        final = {status: count for status, count in sorted(statuses.items()) if status >= 200}
        print(f"flood: {offered} written to the socket; final answers within the time {final}")
        print("memory, MiB (before -> during): " + ", ".join(
            f"{name} {before[name]:.0f} -> {during.get(name, 0):.0f}" for name in sorted(before)))
        print(f"bound of what may wait for one partner: {LANE_BYTES_MAX >> 20} MiB")
        reading.cancel()
        writer.close()
    finally:
        running.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--partners", type=int, default=200)
    parser.add_argument("--rate", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=10)
    asyncio.run(main(parser.parse_args()))
