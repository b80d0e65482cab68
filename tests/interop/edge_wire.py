"""An Edge Server of wire: mutual TLS towards the gateway, and whatever is said on it comes from elsewhere, byte for byte.

Requests go over the connections in turn, so that those of one dialog arrive at each front-end; responses go back on
the connection of their request. `inbox` holds the gateway's own requests unless somebody behind us takes them.
"""

import asyncio
import re
import secrets
import ssl

from mailbox import Mailbox

HEAD_END = b"\r\n\r\n"


async def read_raw(stream):
    """The next SIP message of `stream` as bytes; None at its end. Keep-alives before it are dropped."""
    try:
        head = (await stream.readuntil(HEAD_END)).lstrip(b"\r\n")
        while not head:
            head = (await stream.readuntil(HEAD_END)).lstrip(b"\r\n")
        length = int(re.search(rb"(?im)^(?:content-length|l)\s*:\s*(\d+)", head)[1])
        return head + await stream.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def header(message, name):
    """The first value of the header in the raw `message`; "" if there is none."""
    found = re.search(rb"(?im)^" + name.encode() + rb"[ \t]*:[ \t]*(.*?)\r$", message.split(HEAD_END)[0] + b"\r\n")
    return found[1].decode() if found else ""


def headers(message, name):
    return [value.decode() for value in
            re.findall(rb"(?im)^" + name.encode() + rb"[ \t]*:[ \t]*(.*?)\r$", message.split(HEAD_END)[0] + b"\r\n")]


def branch(message):
    return re.search(r"branch=([^;,\s]+)", header(message, "Via"))[1]


def new_branch():
    return "z9hG4bK" + secrets.token_hex(8)


def response(request, status):
    lines = [f"SIP/2.0 {status}", *(f"Via: {via}" for via in headers(request, "Via")),
             *(f"{name}: {header(request, name)}" for name in ("From", "To", "Call-ID", "CSeq"))]
    return ("\r\n".join(lines) + "\r\nContent-Length: 0\r\n\r\n").encode()


def no_answer(request):
    """What an Edge tells its user when the gateway's connection ended."""
    return response(request, "504 Server time-out")


def is_request(message):
    return not message.startswith(b"SIP/2.0 ")


def mutual_tls(certificate, key, trust):
    """The contexts of an Edge, accepting and dialling; whom it meets is told by the trust alone."""
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=trust)
    client_side = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=trust)
    client_side.check_hostname = False
    for context in (server_side, client_side):
        context.load_cert_chain(certificate, key)
        context.verify_mode = ssl.CERT_REQUIRED
    return server_side, client_side


class EdgeWire:
    def __init__(self, certificate, key, trust, port, gateway_port):
        self.inbox = Mailbox()
        self._port, self._gateway_port = port, gateway_port
        self._server_side, self._client_side = mutual_tls(certificate, key, trust)
        self._out, self._aside, self._turn = [], [], 0  # writers of the connections that we opened
        self._came_on = {}  # branch of a gateway's request -> writer of its connection
        self._answers = {}  # branch of our request -> future
        self._open = {}  # branch of a request from behind us -> (request, its connection, who asked)
        self._behind = []  # writers of those who speak through us
        self._at = {}  # opaque part of a GRUU -> writer of the endpoint that has it
        self._servers, self._tasks = [], []

    async def start(self):
        self._servers.append(await asyncio.start_server(self._serve, "127.0.0.1", self._port, ssl=self._server_side))

    async def serve_behind(self, port):
        """A client (sipp, a SipUser): what it says on this TCP port goes to the gateway."""
        self._servers.append(await asyncio.start_server(self._from_behind, "127.0.0.1", port))

    async def call_behind(self, port):
        """A server (sipp) on this TCP port: it gets the gateway's requests."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        self._behind.append(writer)
        self._tasks.append(asyncio.create_task(self._carry(reader, writer)))

    async def connect(self):
        """One more connection to the gateway."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self._gateway_port, ssl=self._client_side, server_hostname="gateway")
        self._out.append(writer)
        self._tasks.append(asyncio.create_task(self._serve(reader, writer)))
        return writer

    async def keep_connected(self):
        """One connection at least."""
        if all(writer.is_closing() for writer in self._out):
            await self.connect()

    def leave_aside(self, writer):
        """The connection stays, and nothing goes over it."""
        self._out.remove(writer)
        self._aside.append(writer)

    def send(self, message, speaker=None):
        """A request on the next connection, a response on that of its request."""
        writer = self._next() if is_request(message) else self._came_on[branch(message)]
        if is_request(message) and not message.startswith(b"ACK "):
            self._open[branch(message)] = (message, writer, speaker)
        writer.write(message)

    def _next(self):
        self._out = [writer for writer in self._out if not writer.is_closing()]
        if not self._out:
            raise ConnectionError("no connection to the gateway")
        self._turn += 1
        return self._out[self._turn % len(self._out)]

    async def ask(self, message, seconds=40):
        """Sends the request; its final response."""
        return await self.ask_on(self._next(), message, seconds)

    async def ask_on(self, writer, message, seconds=40):
        answer = self._answers[branch(message)] = asyncio.get_running_loop().create_future()
        writer.write(message)
        try:
            return await asyncio.wait_for(answer, seconds)
        finally:
            self._answers.pop(branch(message), None)

    def close(self):
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        for writer in self._out + self._aside:
            writer.transport.abort()

    async def _serve(self, reader, writer):
        while message := await read_raw(reader):
            if is_request(message):
                self._came_on[branch(message)] = writer
                self._hand_on(message)
            else:
                self._on_response(message)
        writer.close()
        for request, _, speaker in [entry for entry in self._open.values() if entry[1] is writer]:
            del self._open[branch(request)]
            speaker.write(no_answer(request))

    def _hand_on(self, request):
        """To the endpoint that the Request-URI names, else to all."""
        gruu = re.search(rb"^[A-Z]+ [^ ]*;opaque=([^; ]+)", request)
        for writer in [self._at[gruu[1]]] if gruu and gruu[1] in self._at else self._behind:
            writer.write(request)
        if not self._behind:
            self.inbox.put(request)

    def _on_response(self, message):
        is_final = not message.startswith(b"SIP/2.0 1")
        if waiting := self._answers.get(branch(message)):
            if is_final and not waiting.done():
                waiting.set_result(message)
        elif asked := self._open.get(branch(message)):
            asked[2].write(message)
            if is_final:
                del self._open[branch(message)]

    async def _from_behind(self, reader, writer):
        self._behind.append(writer)
        await self._carry(reader, writer)

    async def _carry(self, reader, writer):
        while message := await read_raw(reader):
            if gruu := re.search(rb"(?m)^Contact: .*;opaque=([^; >]+)", message):
                self._at[gruu[1]] = writer
            if message.startswith(b"REGISTER "):
                writer.write(response(message, "200 OK"))
            else:
                self.send(message, writer)
