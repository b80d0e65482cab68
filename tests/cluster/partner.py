"""An XMPP server for whole clusters: takes the gateway's streams, and keeps one to a gateway node that takes it.

EXTERNAL inside STARTTLS both ways. When the gateway closes a stream in order it goes on with another one; what was
written before is the gateway's to answer. With XEP-0198 it says again what nobody acknowledged; without, what lay in the
sockets of a process that died is lost, and nobody can know.
"""

import asyncio
import re
from xml.sax.saxutils import escape, unescape

import acknowledged
import scenario  # noqa: F401  (finds the demonstration's modules)
from pace import within
from raw_stream import PROCEED, STARTTLS, Closed, RawStream, header

AUTH = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>"
MECHANISM = ("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms>")
SUCCESS = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
END = "</stream:stream>"
STANZA = re.compile(r"<(message|presence|iq)\b[^>]*?(?:/>|>.*?</\1>)", re.S)
RETRY_SECONDS, LEAVE_SECONDS = 0.1, 20


class Partner:
    """`on_message(stanza)`: the text of each message that arrives, errors included; `on_presence` likewise.
    `acknowledges`: XEP-0198.
    """

    def __init__(self, domain, gateway_domain, certificate, trust, targets, on_message, acknowledges=False):
        self.domain, self.gateway_domain = domain, gateway_domain
        self._certificate, self._trust, self._targets = certificate, trust, targets
        self._on_message, self.on_presence = on_message, lambda stanza: None
        self._acknowledges = acknowledges
        self.owed = acknowledged.Owed()
        self._taken = {}  # the gateway's streams, by their tasks
        self._closed = asyncio.Event()
        self._out = None  # the stream to the gateway that stanzas go over
        self._out_ready = asyncio.Event()
        self._in_order = asyncio.Lock()  # who waits for the stream is overtaken by nobody
        self.streams_from = {}  # the gateway's address -> how many of its streams are open
        self.ends = []  # how the gateway ended our streams: "closed", "lost", or a stream error

    async def start(self, address, port):
        """Also once it has left, or crashed."""
        self._closed.clear()
        self._server = await asyncio.start_server(self._accept, address, port)
        self._task = asyncio.create_task(self._keep())

    async def connected(self):
        """There is a stream, and so a node that it goes `through`."""
        await self._out_ready.wait()

    def lead(self, target):
        """The next stream may be one to this node."""
        self._targets.append(target)

    def lead_no_more(self, target):
        self._targets.remove(target)

    def close(self):
        self._closed.set()
        self._server.close()
        self._task.cancel()

    async def send(self, stanza):
        """While it is away: once it is back."""
        async with self._in_order:
            while self._out is None:
                await self._out_ready.wait()
            self.owed.say(self._out, stanza) if self._acknowledges else self._out.send(stanza)

    def crash(self):
        """All of its connections are gone, and what was in them. It keeps what nobody acknowledged."""
        self.close()
        for stream in self._streams():
            stream.reset()
        self._pause()

    async def leave(self):
        """Its streams end in order: it says no more, and hears what the gateway still has to say."""
        self._closed.set()
        self._server.close()
        for stream in self._streams():
            stream.send(END)
        self._pause()
        _, late = await asyncio.wait([self._task, *self._taken], timeout=LEAVE_SECONDS)
        assert not late, "the gateway does not end its streams"

    def _streams(self):
        return [*self._taken.values(), *([self._out] if self._out else [])]

    def _pause(self):
        self._out = None
        self._out_ready.clear()

    async def _keep(self):
        """A stream to the first node that takes one, always."""
        while not self._closed.is_set():
            for target in list(self._targets):
                try:
                    stream = await asyncio.wait_for(self._open(target), 5)
                except (OSError, Closed, AssertionError, asyncio.TimeoutError):
                    continue
                self._out, self.through = stream, target
                if self._acknowledges:
                    self.owed.begin(stream)
                self._out_ready.set()
                self.ends.append(await self._watch(stream))
                break
            await within(self._closed, RETRY_SECONDS)

    async def _open(self, target):
        stream = RawStream(*await asyncio.open_connection(*target))
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
        if self._acknowledges:
            stream.send(acknowledged.ENABLE)
            await stream.until("<enabled[^>]*>")
        return stream

    async def _watch(self, stream):
        """Until it ends. In order: the gateway has answered, or will, for all that we have said."""
        how = None
        while how is None:
            try:
                said = await stream.until(f"{acknowledged.ANSWER.pattern}|<stream:error>.*?</stream:error>|{END}")
                if acknowledged.ANSWER.search(said):
                    self.owed.settle(said)
                    continue
                error = re.search(r"<stream:error><([\w-]+)", said)
                how = error[1] if error else "closed"
            except AssertionError:  # nothing for a while
                continue
            except Closed:
                how = "lost"
        if how != "lost" and not self._closed.is_set():
            stream.send(END)
        if stream is self._out:
            self._pause()
        stream.close()
        return how

    async def _accept(self, reader, writer):
        stream = RawStream(reader, writer)
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
            stream.send(f"<stream:features>{acknowledged.FEATURE if self._acknowledges else ''}</stream:features>")
            self.streams_from[peer] = self.streams_from.get(peer, 0) + 1
            self._taken[asyncio.current_task()] = stream
            try:
                await self._take(stream)
            finally:
                self._taken.pop(asyncio.current_task())
                self.streams_from[peer] -= 1
        except (Closed, AssertionError, OSError):
            pass
        stream.close()

    async def _take(self, stream):
        count = acknowledged.Count()
        while True:
            try:
                said = await stream.until(f"{STANZA.pattern}|{acknowledged.ASKED}|{END}")
            except AssertionError:  # nothing for a while
                continue
            if stanza := STANZA.search(said):
                count.stanza()
                if stanza[1] == "message":
                    self._on_message(stanza[0])
                elif stanza[1] == "presence":
                    self.on_presence(stanza[0])
            elif asked := re.search(acknowledged.ASKED, said):
                stream.send(count.answer(asked[0]))
            else:
                if not self._closed.is_set():
                    stream.send(END)
                return


def chat(sender, to, key, text):
    return f"<message from='{sender}' to='{to}' id='{key}' type='chat'><body>{escape(text)}</body></message>"


def attribute(stanza, name):
    found = re.search(rf"^<\w+[^>]*?\s{name}=['\"]([^'\"]*)", stanza)
    return found[1] if found else ""


def body_of(stanza):
    found = re.search(r"<body[^>]*>(.*?)</body>", stanza, re.S)
    return unescape(found[1]) if found else ""
