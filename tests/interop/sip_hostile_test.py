"""An Edge that breaks the rules gets the exact answer or is closed, and nobody else notices."""

import asyncio
import ssl
import unittest

import scenario
import edge_wire
import world
from edge_world import EdgeWorld, options
from world import JULIET, ROMEO, XMPP_DOMAIN
from xmpp_user import text_from

ANSWER_SECONDS = 10
DRIP_BYTES = 400


def message(body="hello", *, start=f"MESSAGE sip:{JULIET} SIP/2.0", drop=(), add=(), length=None, **replace):
    """A page as bytes. `drop`: headers left out; `replace`: header (with _ for -) -> value; `add`: whole lines."""
    branch = edge_wire.new_branch()
    headers = {"Via": f"SIP/2.0/TLS 198.51.100.5:52344;branch={branch}", "Max-Forwards": "67",
               "From": f"<sip:{ROMEO}>;tag=1", "To": f"<sip:{JULIET}>", "Call-ID": branch, "CSeq": "1 MESSAGE",
               "Content-Type": "text/plain", "Content-Length": str(len(body)) if length is None else length}
    headers.update({name.replace("_", "-"): value for name, value in replace.items()})
    lines = [start, *(f"{name}: {value}" for name, value in headers.items() if name not in drop), *add]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


STAYS, CLOSES = "stays", "closes"
ROWS = [
    # name, bytes, status line of the answer ("" for none), whether the connection stays
    ("SIP-3 another version", message(start=f"MESSAGE sip:{JULIET} SIP/3.0"), "505 Version Not Supported", CLOSES),
    ("SIP-3 a URI in brackets", message(start=f"MESSAGE <sip:{JULIET}> SIP/2.0"),
     "400 Bad Request-Line", CLOSES),
    ("SIP-3 a blank in the URI", message(start=f"MESSAGE sip:{JULIET} ;x SIP/2.0"),
     "400 Bad Request-Line", CLOSES),
    ("SIP-1 no From", message(drop=["From"]), "400 Missing From", STAYS),
    ("SIP-1 no CSeq", message(drop=["CSeq"]), "400 Missing CSeq", STAYS),
    ("SIP-1 no Via", message(drop=["Via"]), "400 Missing Via", STAYS),
    ("SIP-1 two Call-IDs", message(add=["Call-ID: another"]), "400 Repeated Call-ID", STAYS),
    ("SIP-4 a CSeq of another method", message(CSeq="1 INVITE"), "400 Bad CSeq", STAYS),
    ("SIP-4 a CSeq too large", message(CSeq="2147483648 MESSAGE"), "400 Bad CSeq", STAYS),
    ("SIP-5 no Content-Length", message(drop=["Content-Length"]), "400 Missing Content-Length", CLOSES),
    ("SIP-5 a negative length", message(length="-1"), "400 Bad Content-Length", CLOSES),
    ("SIP-5 two lengths", message(add=["l: 3"]), "400 Repeated Content-Length", CLOSES),
    ("SIP-5 a length with a plus", message(length="+5"), "400 Bad Content-Length", CLOSES),
    ("T-20 a length that overflows", message(length=str(2 ** 64 + 5)), "400 Bad Content-Length", CLOSES),
    ("T-21 a blank in a header's name", message(add=["X Y: z"]), "400 Bad header line", CLOSES),
    ("T-21 a bare line feed", message(add=["X: a\nY: b"]), "400 Bad header line", CLOSES),
    ("T-21 a NUL", message(add=["X: a\0b"]), "400 Bad header line", CLOSES),
    ("SIP-8 a body over 128 KiB is skipped", message("x" * (128 * 1024 + 1)), "513 Message Too Large", STAYS),
    ("SIP-8 a body over 1 MiB", message(length=str(2 ** 20 + 1)), "513 Message Too Large", CLOSES),
    ("SIP-8 a Request-URI over 2 KiB", message(start=f"MESSAGE sip:{'a' * 2100}@{XMPP_DOMAIN} SIP/2.0"),
     "414 Request-URI Too Long", CLOSES),
    ("SIP-8 a line over 8 KiB", message(add=["X: " + "a" * 8200]), "400 Header line too long", CLOSES),
    ("L-1 201 header lines", message(add=["X: a"] * 201), "400 Too many header lines", CLOSES),
    ("L-1 71 Vias", message(add=["Via: SIP/2.0/TLS a;branch=z9hG4bKx"] * 70), "400 Too many Via", STAYS),
    ("SIP-20 an unknown method", message(start=f"DANCE sip:{JULIET} SIP/2.0", CSeq="1 DANCE"),
     "501 Not Implemented", STAYS),
    ("SIP-21 an unknown extension", message(add=["Require: levitation"]), "420 Bad Extension", STAYS),
    ("ADDR-25 an unknown scheme", message(start="MESSAGE nobody:juliet SIP/2.0"), "416 Unsupported URI Scheme", STAYS),
    ("ADDR-5 half an escape", message(start=f"MESSAGE sip:j%2@{XMPP_DOMAIN} SIP/2.0"),
     "400 Bad Request-URI", STAYS),
    ("ADDR-6 an escaped NUL", message(start=f"MESSAGE sip:juliet%00x@{XMPP_DOMAIN} SIP/2.0"),
     "400 Bad Request-URI", STAYS),
    ("SIP-24 no hop left", message(Max_Forwards="0"), "483 Too Many Hops", STAYS),
    ("SIP-23 what came back", message(add=[f"Via: SIP/2.0/TLS {world.GATEWAY};branch=z9hG4bKours"]),
     "482 Loop Detected", STAYS),
    ("SIP-22 somebody else's domain", message(start="MESSAGE sip:x@elsewhere.example SIP/2.0"), "404 Not Found", STAYS),
    ("T-24 from a domain that is not the Edge's", message(From="<sip:ceo@elsewhere.example>;tag=1"),
     "403 Forbidden", STAYS),
    ("T-24 vouched for by a stranger", message(add=["P-Asserted-Identity: <sip:ceo@elsewhere.example>"]),
     "403 Forbidden", STAYS),
    ("T-14 a compressed body", message(add=["Content-Encoding: gzip"]), "415 Unsupported Media Type", STAYS),
    ("IM-5 text that is no UTF-8", message().replace(b"hello", b"\xff\xfe\xfd\xfc\xfb"), "400 Bad body", STAYS),
    ("T-27 a stray response", b"SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS a;branch=z9hG4bKb\r\nFrom: <sip:a@b>;tag=1\r\n"
     b"To: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n", "", STAYS),
    ("T-31 HTTP", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "", CLOSES),
    ("T-31 XMPP", b"<?xml version='1.0'?>\r\n<stream:stream to='a'>\r\n\r\n", "", CLOSES),
]

INJECTIONS = [
    ("a display name", dict(From=f'"R\\"<x/>&amp;]]>"<sip:{ROMEO}>;tag=1')),
    ("a subject", dict(Subject="a</subject><body>b</body>\u2028")),
    ("a language", dict(Content_Language='en"><x/>')),
    ("a Call-ID", dict(Call_ID="<thread>&lt;\"'")),
    ("a body", dict(body="</body></message><message to='nurse@capulet.example'><body>x")),
]


class SipHostile(scenario.Scenario):
    async def start(self):
        self.place = EdgeWorld()
        await self.place.start()

    async def test_each_breach_gets_its_exact_answer(self):
        for name, sent, answer, then in ROWS:
            with self.subTest(name):
                reader, writer = await self._connect()
                writer.write(sent)
                if answer:
                    got = await self._read(reader)
                    self.assertEqual(f"SIP/2.0 {answer}", (got or b"nothing").split(b"\r\n")[0].decode())
                    self.assertRegex(edge_wire.header(got, "ms-diagnostics-public"), r'^6[12]\d{3};reason="', "why")
                if then == STAYS:
                    writer.write(options())
                    self.assertIn(b"SIP/2.0 200 ", await self._read(reader))
                else:
                    self.assertIsNone(await self._read(reader), "it stayed open")
                writer.transport.abort()
                await self._others_are_served()

    async def test_nothing_crosses_as_markup(self):
        juliet = await self.place.juliet()
        for name, parts in INJECTIONS:
            with self.subTest(name):
                answer = await self.place.edge.ask(message(**parts))
                self.assertIn(answer.split(b" ")[1], (b"200", b"202", b"400"))
                if answer.split(b" ")[1] != b"400":
                    stanza = await juliet.inbox.take(text_from(ROMEO))
                    self.assertEqual(parts.get("body", "hello"), stanza["body"])
        await self._others_are_served()

    async def test_pipelined_and_dripped_messages_arrive_in_order(self):
        juliet = await self.place.juliet()
        reader, writer = await self._connect()
        texts = [f"pipelined {number}" for number in range(100)]
        writer.write(b"".join(message(text) for text in texts))
        self.assertEqual(texts, [(await juliet.inbox.take(text_from(ROMEO)))["body"] for _ in texts])
        for byte in message("dripped")[:DRIP_BYTES]:
            writer.write(bytes([byte]))
            await writer.drain()
        writer.write(message("dripped")[DRIP_BYTES:])
        self.assertEqual("dripped", (await juliet.inbox.take(text_from(ROMEO)))["body"])
        answers = [await self._read(reader) for _ in range(101)]
        self.assertTrue(all(answer.startswith(b"SIP/2.0 20") for answer in answers))

    async def test_a_message_that_is_cut_off_has_no_effect(self):
        juliet = await self.place.juliet()
        whole = message("cut off")
        for end in (10, 200, len(whole) - 1):
            reader, writer = await self._connect()
            writer.write(whole[:end])
            await writer.drain()
            writer.transport.abort()
        await self._others_are_served()
        self.assertIn((await self.place.edge.ask(message("whole"))).split(b" ")[1], (b"200", b"202"))
        self.assertEqual("whole", (await juliet.inbox.take(text_from(ROMEO)))["body"])

    async def test_a_stranger_and_a_client_without_certificate_are_not_heard(self):
        for certificate in (None, self.place.authority.issue("stranger", "edge.verona.example")):
            with self.subTest(certificate=certificate):
                with self.assertRaises((ssl.SSLError, ConnectionError)):
                    reader, writer = await self._connect(certificate)
                    writer.write(options())
                    if not await self._read(reader):
                        raise ConnectionError("closed without an answer")
        await self._others_are_served()

    async def _connect(self, certificate=...):
        context = ssl.create_default_context(cafile=self.place.trust)
        context.check_hostname = False
        if certificate is ...:
            certificate = self.place.authority.issue("edge", world.EDGE)
        if certificate:
            context.load_cert_chain(*certificate)
        return await asyncio.open_connection("127.0.0.1", self.place.sip_port, ssl=context)

    async def _read(self, reader):
        return await asyncio.wait_for(edge_wire.read_raw(reader), ANSWER_SECONDS)

    async def _others_are_served(self):
        self.assertIn(b"SIP/2.0 200 ", await self.place.edge.ask(options()))


if __name__ == "__main__":
    unittest.main()
