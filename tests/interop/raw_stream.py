"""One end of an XMPP stream, written by hand: bytes in, bytes out, TLS when the test says so."""

import asyncio
import re
import ssl

STREAM_NS = "http://etherx.jabber.org/streams"
STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
PROCEED = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
SECONDS = 20


def header(sender, to, more="version='1.0'"):
    return (f"<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='{STREAM_NS}' "
            f"xmlns:db='jabber:server:dialback' from='{sender}' to='{to}' {more}>")


class Closed(Exception):
    """The other end closed; the text is what it had said until then."""


class RawStream:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.said = ""  # by the other end, and not taken yet

    @classmethod
    async def connect(cls, port):
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def send(self, text):
        self.writer.write(text if isinstance(text, bytes) else text.encode())

    async def until(self, pattern):
        """What the other end says up to and including the first match."""
        while True:
            found = re.search(pattern, self.said, re.S)
            if found:
                taken, self.said = self.said[:found.end()], self.said[found.end():]
                return taken
            await self._more(pattern)

    async def rest(self):
        """All it says until it closes."""
        try:
            while True:
                await self._more("the end")
        except Closed as closed:
            return str(closed)

    async def _more(self, what):
        try:
            data = await asyncio.wait_for(self.reader.read(65536), SECONDS)
        except asyncio.TimeoutError:
            raise AssertionError(f"{what} did not come; it said {self.said!r}") from None
        except OSError:
            data = b""
        if not data:
            raise Closed(self.said)
        self.said += data.decode(errors="replace")

    async def secure(self, trust, certificate=None, server=False):
        """`certificate`: (certificate file, key file)."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(trust)
        context.verify_mode = ssl.CERT_OPTIONAL if server else ssl.CERT_REQUIRED
        if certificate:
            context.load_cert_chain(*certificate)
        self.said = ""
        transport, protocol = self.writer.transport, self.writer.transport.get_protocol()
        loop = asyncio.get_running_loop()
        secured = await loop.start_tls(transport, protocol, context, server_side=server)
        self.reader._transport = secured
        self.writer = asyncio.StreamWriter(secured, protocol, self.reader, loop)

    def close(self):
        self.writer.close()

    def reset(self):
        self.writer.transport.abort()
