"""A DNS server of a few lines: addresses by name, as the test says now. RFC 1035."""

import asyncio
import struct

A, AAAA, IN = 1, 28, 1
NO_ERROR, SERVER_FAILURE, NAME_ERROR, REFUSED = 0, 2, 3, 5
SILENCE = None


class Names(asyncio.DatagramProtocol):
    """`addresses`: name -> list of IPv4 addresses; an empty list is a name that has none now. `says`: SILENCE, or the
    code of every answer; NO_ERROR: the answer.
    """

    def __init__(self):
        self.addresses = {}
        self.says = NO_ERROR
        self.asked = {}  # name -> how often

    async def start(self, address, port=53):
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(address, port))
        return self

    def connection_made(self, transport):
        pass

    def close(self):
        self._transport.close()

    def datagram_received(self, query, sender):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack(">H", query[at + 1:at + 3])[0]
        name = ".".join(labels).lower()
        self.asked[name] = self.asked.get(name, 0) + 1
        if self.says is SILENCE:
            return
        known = self.addresses.get(name) if self.says == NO_ERROR else None
        found = known if known and kind == A else []
        code = self.says or (NO_ERROR if known is not None else NAME_ERROR)
        answers = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", A, IN, 1, 4) + bytes(map(int, address.split(".")))
                           for address in found)
        header = query[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, len(found), 0, 0)
        self._transport.sendto(header + query[12:at + 5] + answers, sender)
