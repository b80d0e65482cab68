"""An Edge Server for whole clusters: a connection to each sip-frontend that takes one, pages both ways.

What a connection that ends leaves unanswered of pages goes over another one, byte for byte, as RFC 3261 wants it. What is
refused because the process behind a connection is ending goes over another one in a transaction of its own. Requests in a
dialog belong to their user, who numbers them: he is told what became of each, and asks again himself.
"""

import asyncio
import itertools

import scenario  # noqa: F401  (finds the demonstration's modules)
from edge_wire import branch, header, is_request, mutual_tls, new_branch, no_answer, read_raw, response
from pace import within

RETRY_SECONDS = 0.1
TIMER_F = 32  # RFC 3261 §17.1.2.2
SHUTTING_DOWN = "62004"  # a reason code


class Edge:
    """`on_message(request)`: what the gateway sends, and is answered 200; but for methods in `handlers`, whose value is
    called with the request and a function that takes its responses.
    """

    def __init__(self, certificate, key, trust, targets, on_message):
        self._targets, self._on_message = targets, on_message
        self._server_side, self._client_side = mutual_tls(certificate, key, trust)
        self._out = {}  # target -> writer
        self._connected = asyncio.Event()  # to any
        self._in_order = asyncio.Lock()  # who waits for a connection is overtaken by nobody
        self._waiting = {}  # branch -> (request, future, target, whether it goes over another one too)
        self.handlers = {}
        self._turn = itertools.count()
        self._chosen = {}  # From -> target
        self._leaving = set()  # connected, and taking nothing new
        self._tasks = []
        self._taken = set()  # writers of the gateway's connections
        self._closed = asyncio.Event()
        self.retried = 0
        self.answers = True  # whether the gateway's requests get any

    async def start(self, address, port):
        self._server = await asyncio.start_server(self._accept, address, port, ssl=self._server_side)
        self._tasks = [asyncio.create_task(self._keep(target)) for target in self._targets]

    def lead(self, target):
        """A connection to this one too, from now on."""
        self._targets.append(target)
        self._tasks.append(asyncio.create_task(self._keep(target)))

    def lead_no_more(self, target):
        """The connection that there is goes on until it ends."""
        self._targets.remove(target)

    async def _accept(self, reader, writer):
        self._taken.add(writer)
        try:
            await self._serve(reader, writer)
        finally:
            self._taken.discard(writer)

    async def connect(self, target, source=None):
        """One more connection, for nothing; the writer. Errors: OSError, TimeoutError."""
        _, writer = await asyncio.wait_for(asyncio.open_connection(
            *target, ssl=self._client_side, server_hostname="gateway", local_addr=source and (source, 0)), 10)
        return writer

    def lose_all(self):
        """All connections of both sides end at once, and what was in them is gone."""
        for writer in [*self._out.values(), *self._taken]:
            writer.transport.abort()

    async def _keep(self, target):
        """Connected to `target` whenever it takes connections."""
        while not self._closed.is_set() and target in self._targets:
            try:
                reader, writer = await asyncio.wait_for(
                    asyncio.open_connection(*target, ssl=self._client_side, server_hostname="gateway"), 3)
            except (OSError, asyncio.TimeoutError):
                await within(self._closed, RETRY_SECONDS)
                continue
            self._out[target] = writer
            self._connected.set()
            self._leaving.discard(target)
            try:
                await self._serve(reader, writer)
            finally:
                self._out.pop(target, None)
                if not self._out:
                    self._connected.clear()
                self._on_lost(target)

    def _on_lost(self, target):
        for key, (request, future, through, again) in list(self._waiting.items()):
            if through == target and not future.done():
                if again:
                    self.retried += 1
                    asyncio.create_task(self._send(key, request, future))
                else:
                    future.set_result(no_answer(request))

    async def _send(self, key, request, future, again=True):
        async with self._in_order:
            while not self._out:
                await self._connected.wait()
            target = self._target_of(header(request, "From"))
            self._waiting[key] = (request, future, target, again)
            self._out[target].write(request)

    def _target_of(self, sender):
        """One sender's requests go over one connection while it lasts: between two nothing has an order."""
        if self._chosen.get(sender) not in self._out:
            targets = sorted(set(self._out) - self._leaving) or sorted(self._out)
            self._chosen[sender] = targets[next(self._turn) % len(targets)]
        return self._chosen[sender]

    async def ask(self, request, seconds=60):
        """The final response."""
        key = branch(request)
        future = asyncio.get_running_loop().create_future()
        await self._send(key, request, future)
        try:
            answer = await asyncio.wait_for(future, seconds)
            through = self._waiting[key][2]
        finally:
            self._waiting.pop(key, None)
        if not self._turned_away(request, answer, through) or not set(self._out) - self._leaving:
            return answer
        return await self.ask(request.replace(key.encode(), new_branch().encode()), seconds)

    async def exchange(self, request, seconds=TIMER_F):
        """One transaction and no other: its final response, 504 if its connection ended, None if nothing came."""
        key = branch(request)
        future = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._send(key, request, future, again=False)
                answer = await future
            self._turned_away(request, answer, self._waiting[key][2])
            return answer
        except TimeoutError:
            return None
        finally:
            self._waiting.pop(key, None)

    def _turned_away(self, request, answer, through):
        """Whether the process behind that connection is ending: its sender takes another one next."""
        if not reason_of(answer).startswith(SHUTTING_DOWN):
            return False
        self._leaving.add(through)
        self._chosen.pop(header(request, "From"), None)
        return True

    async def _serve(self, reader, writer):
        while message := await read_raw(reader):
            if is_request(message):
                self._take(message, writer)
            elif not message.startswith(b"SIP/2.0 1"):
                entry = self._waiting.get(branch(message))
                if entry and not entry[1].done():
                    entry[1].set_result(message)
        writer.close()

    def _take(self, request, writer):
        handler = self.handlers.get(request.split(b" ", 1)[0].decode())
        if handler and self.answers:
            return handler(request, writer.write)
        self._on_message(request)
        if self.answers:
            writer.write(response(request, "200 OK"))

    @property
    def connected(self):
        return set(self._out)

    def close(self):
        self._closed.set()
        self._server.close()
        for task in self._tasks:
            task.cancel()
        for writer in self._out.values():
            writer.transport.abort()


def page(sender, to, text):
    name = new_branch()
    body = text.encode()
    return (f"MESSAGE sip:{to} SIP/2.0\r\nVia: SIP/2.0/TLS edge.montague.example;branch={name}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{sender}>;tag=1\r\nTo: <sip:{to}>\r\nCall-ID: {name}\r\n"
            f"CSeq: 1 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


def status_of(answer):
    return int(answer.split(b" ", 2)[1])


def reason_of(answer):
    """The gateway's own words for a refusal."""
    return header(answer, "ms-diagnostics-public")
