"""One connected resource of an XMPP user: signs in to its server, and has the stanzas that arrive. RFC 6120, RFC 6121.

TCP in clear on loopback: what is tried here lies beyond the server.
"""

import asyncio
import base64
import xml.etree.ElementTree as ET

CLIENT = "{jabber:client}"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
STREAM = "<?xml version='1.0'?><stream:stream to='{}' xmlns='jabber:client' " \
         "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
SIGN_IN_SECONDS = 60


class Session(asyncio.Protocol):
    """`on_stanza(session, element)` after sign-in; `on_lost(session)` once, if it was signed in."""

    def __init__(self, user, resource, on_stanza, on_lost):
        self.user, self.resource = user, resource
        self.shown = {}  # contact -> {resource: (show, note)}, what its list has
        self.ready = self.closed = False
        self.began = float("inf")  # when it became available last
        self._on_stanza, self._on_lost = on_stanza, on_lost
        self._arrived = asyncio.Queue()  # until it is ready
        self._begin()

    def _begin(self):
        self._parser = ET.XMLPullParser(("start", "end"))
        self._depth, self._root = 0, None

    async def sign_in(self, port, domain, password):
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(SIGN_IN_SECONDS):
            self.transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", port)
            self.send(STREAM.format(domain))
            await self._take("features")
            secret = base64.b64encode(f"\0{self.user.name}\0{password}".encode()).decode()
            self.send(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{secret}</auth>")
            await self._take("success")
            self._begin()
            self.send(STREAM.format(domain))
            await self._take("features")
            await self._query(f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{self.resource}</resource></bind>",
                              "set")
            await self._query("<query xmlns='jabber:iq:roster'/>", "get")
        self.ready = True

    async def _query(self, content, kind):
        self.send(f"<iq type='{kind}' id='sign-in'>{content}</iq>")
        while (answer := await self._take("iq")).get("id") != "sign-in":
            pass
        if answer.get("type") != "result":
            raise ConnectionError(ET.tostring(answer))

    async def _take(self, name):
        element = await self._arrived.get()
        if element is None or not element.tag.endswith("}" + name):
            raise ConnectionError(f"{name} expected, got {element if element is None else ET.tostring(element)}")
        return element

    def send(self, text):
        if not self.transport.is_closing():
            self.transport.write(text.encode())

    def presence(self, show, note):
        show = f"<show>{show}</show>" if show else ""
        self.send(f"<presence>{show}<status>{note}</status><priority>5</priority></presence>")

    def close(self):
        """In order."""
        self.send("<presence type='unavailable'/></stream:stream>")
        self.transport.close()

    def abort(self):
        self.transport.abort()

    def data_received(self, data):
        parser = self._parser
        parser.feed(data)
        for event, element in parser.read_events():
            if event == "start":
                self._depth += 1
                if self._depth == 1:
                    self._root = element
                continue
            self._depth -= 1
            if self._depth == 1:
                self._root.clear()
                if self.ready:
                    self._on_stanza(self, element)
                else:
                    self._arrived.put_nowait(element)
            elif self._depth == 0:
                self.transport.close()

    def connection_lost(self, _):
        self._arrived.put_nowait(None)
        self.closed = True
        if self.ready:
            self._on_lost(self)
