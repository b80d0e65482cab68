"""The Edge's end of the wire: mutual TLS both ways with the gateway, and the transactions on it."""

import asyncio
import random
import ssl

import sip_wire

TIMER_F = 32.0
REDIAL_SECONDS = 0.2, 0.6


def route_of(name, port):
    """What an Edge writes into Record-Route."""
    return f"<sip:{name}:{port};transport=tls;lr;epid=1a2b3c;ms-key-info=AAEAAQ;ms-route-sig=aaB1cD2eF3>"


class EdgeLink:
    """`serve(request, reply)` gets the gateway's requests; `reply(bytes)` answers on the connection of the request.

    Own requests go over the connections in turn, so that those of one dialog arrive at each front-end. `sent` and
    `lost` count them.
    """

    def __init__(self, certificate, key, trust, name, port, gateway_port, connections, serve):
        self.via = f"SIP/2.0/TLS {name}:{port}"
        self.route = route_of(name, port)
        self.sent = self.lost = self.redials = 0
        self._port, self._gateway_port, self._connections, self._serve = port, gateway_port, connections, serve
        self._server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=trust)
        self._client_side = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=trust)
        self._client_side.check_hostname = False
        for context in (self._server_side, self._client_side):
            context.load_cert_chain(certificate, key)
            context.verify_mode = ssl.CERT_REQUIRED
        self._out, self._turn = [], 0
        self._open = {}  # branch -> (future of the final response, connection)
        self._tasks = []

    async def start(self):
        loop = asyncio.get_running_loop()
        await loop.create_server(self._protocol, "127.0.0.1", self._port, ssl=self._server_side)
        self._tasks = [asyncio.create_task(self._keep_dialled()) for _ in range(self._connections)]

    def _protocol(self):
        return sip_wire.Connection(self._on_message, self._on_lost)

    async def _keep_dialled(self):
        loop = asyncio.get_running_loop()
        while True:
            try:
                _, connection = await loop.create_connection(
                    self._protocol, "127.0.0.1", self._gateway_port, ssl=self._client_side,
                    server_hostname="gateway")
                connection.ended = loop.create_future()
                self._out.append(connection)
                await connection.ended
            except (OSError, ssl.SSLError):
                pass
            self.redials += 1
            await asyncio.sleep(random.uniform(*REDIAL_SECONDS))

    async def ask(self, message):
        """Sends (bytes, branch). The final response; None if none came or the connection ended before it."""
        data, branch = message
        if not self._out:
            self.lost += 1
            return None
        self.sent += 1
        self._turn += 1
        connection = self._out[self._turn % len(self._out)]
        answer = asyncio.get_running_loop().create_future()
        self._open[branch] = answer, connection
        connection.send(data)
        try:
            async with asyncio.timeout(TIMER_F):
                return await answer
        except TimeoutError:
            self.lost += 1
            return None
        finally:
            self._open.pop(branch, None)

    def _on_message(self, message, connection):
        if message.method:
            return self._serve(message, connection.send)
        if message.status < 200:
            return
        waiting = self._open.get(message.branch)
        if waiting and not waiting[0].done():
            waiting[0].set_result(message)

    def _on_lost(self, connection):
        if connection not in self._out:
            return
        self._out.remove(connection)
        for answer, over in list(self._open.values()):
            if over is connection and not answer.done():
                self.lost += 1
                answer.set_result(None)
        connection.ended.set_result(None)
