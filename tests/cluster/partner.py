"""An XMPP server for whole clusters: takes the gateway's streams, and keeps one to a gateway node that takes it.

EXTERNAL inside STARTTLS both ways. When the gateway closes a stream in order it goes on with another one; what was
written before is the gateway's to answer.
"""

import asyncio
import re
from xml.sax.saxutils import escape, unescape

import scenario  # noqa: F401  (finds the demonstration's modules)
from raw_stream import PROCEED, STARTTLS, Closed, RawStream, header

AUTH = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>"
MECHANISM = ("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms>")
SUCCESS = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
END = "</stream:stream>"
STANZA = re.compile(r"<(message|presence|iq)\b[^>]*?(?:/>|>.*?</\1>)", re.S)
RETRY_SECONDS = 0.1


class Partner:
    """`on_message(stanza)`: the text of each message that arrives, errors included; `on_presence` likewise."""

    def __init__(self, domain, gateway_domain, certificate, trust, targets, on_message):
        self.domain, self.gateway_domain = domain, gateway_domain
        self._certificate, self._trust, self._targets = certificate, trust, targets
        self._on_message, self.on_presence = on_message, lambda stanza: None
        self._closed = False
        self._streams = set()  # all that are open, both ways
        self._out = None  # the stream to the gateway that stanzas go over
        self._out_ready = asyncio.Event()
        self.streams_from = {}  # the gateway's address -> how many of its streams are open
        self.ends = []  # how the gateway ended our streams: "closed", "lost", or a stream error

    async def start(self, address, port):
        """Also after a `fall`."""
        self._closed = False
        self._server = await asyncio.start_server(self._accept, address, port)
        self._task = asyncio.create_task(self._keep())

    def fall(self):
        """As a server does that crashes: nobody listens, and every stream is gone with what was on its way in it."""
        self.close()
        for stream in self._streams:
            stream.reset()
        self._out = None
        self._out_ready.clear()

    def close(self):
        self._closed = True
        self._server.close()
        self._task.cancel()

    async def send(self, stanza):
        while not self._closed:
            await self._out_ready.wait()
            if self._out is not None:
                return self._out.send(stanza)

    async def _keep(self):
        """A stream to the first node that takes one, always."""
        while not self._closed:
            for target in self._targets:
                try:
                    stream = await asyncio.wait_for(self._open(target), 5)
                except (OSError, Closed, AssertionError, asyncio.TimeoutError):
                    continue
                self._out, self.through = stream, target
                self._out_ready.set()
                self.ends.append(await self._watch(stream))
                break
            await asyncio.sleep(RETRY_SECONDS)

    async def _open(self, target):
        stream = RawStream(*await asyncio.open_connection(*target))
        self._streams.add(stream)
        ours = header(self.domain, self.gateway_domain)
        stream.send(ours)
        await stream.until("</stream:features>")
        stream.send(STARTTLS)
        await stream.until("<proceed")
        await stream.until(">")
        await stream.secure(self._trust, self._certificate)
        stream.send(ours)
        await stream.until("</stream:features>")
        stream.send(AUTH)
        await stream.until("<success[^>]*>")
        stream.send(ours)
        await stream.until("</stream:features>")
        return stream

    async def _watch(self, stream):
        """Until it ends. In order: the gateway has answered, or will, for all that we have said."""
        how = None
        while how is None:
            try:
                said = await stream.until(f"<stream:error>.*?</stream:error>|{END}")
                error = re.search(r"<stream:error><([\w-]+)", said)
                how = error[1] if error else "closed"
            except AssertionError:  # nothing for a while
                continue
            except Closed:
                how = "lost"
        self._out = None
        self._out_ready.clear()
        if how != "lost":
            stream.send(END)
        stream.close()
        self._streams.discard(stream)
        return how

    async def _accept(self, reader, writer):
        stream = RawStream(reader, writer)
        self._streams.add(stream)
        peer = writer.get_extra_info("peername")[0]
        try:
            await stream.until("<stream:stream[^>]*>")
            stream.send(header(self.domain, self.gateway_domain, "id='a1' version='1.0'"))
            stream.send(f"<stream:features>{STARTTLS}</stream:features>")
            await stream.until("<starttls[^>]*>")
            stream.send(PROCEED)
            await stream.secure(self._trust, self._certificate, server=True)
            await stream.until("<stream:stream[^>]*>")
            stream.send(header(self.domain, self.gateway_domain, "id='a2' version='1.0'"))
            stream.send(f"<stream:features>{MECHANISM}</stream:features>")
            await stream.until("</auth>|<auth[^>]*/>")
            stream.send(SUCCESS)
            await stream.until("<stream:stream[^>]*>")
            stream.send(header(self.domain, self.gateway_domain, "id='a3' version='1.0'"))
            stream.send("<stream:features/>")
            self.streams_from[peer] = self.streams_from.get(peer, 0) + 1
            try:
                await self._take(stream)
            finally:
                self.streams_from[peer] -= 1
        except (Closed, AssertionError, OSError):
            pass
        stream.close()
        self._streams.discard(stream)

    async def _take(self, stream):
        while True:
            try:
                said = await stream.until(f"{STANZA.pattern}|{END}")
            except AssertionError:  # nothing for a while
                continue
            if said.endswith(END) and not STANZA.search(said):
                stream.send(END)
                return
            stanza = STANZA.search(said)
            if stanza and stanza[1] == "message":
                self._on_message(stanza[0])
            elif stanza and stanza[1] == "presence":
                self.on_presence(stanza[0])


def chat(sender, to, key, text):
    return f"<message from='{sender}' to='{to}' id='{key}' type='chat'><body>{escape(text)}</body></message>"


def attribute(stanza, name):
    found = re.search(rf"^<\w+[^>]*?\s{name}=['\"]([^'\"]*)", stanza)
    return found[1] if found else ""


def body_of(stanza):
    found = re.search(r"<body[^>]*>(.*?)</body>", stanza, re.S)
    return unescape(found[1]) if found else ""
