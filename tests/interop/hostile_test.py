"""Partners that break rules, lie, stall or go away: each gets its exact answer, and nobody else notices."""

import asyncio
import re
import socket
import unittest
import urllib.request

import scenario
import ports
from raw_stream import PROCEED, STARTTLS, Closed, RawStream, header
from world import SIP_DOMAIN, XMPP_DOMAIN

ERROR_NS = "urn:ietf:params:xml:ns:xmpp-streams"
AUTH = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>"
DEEP, LARGE, WIDE = 70, 12_000, 70

# Said in clear behind a good header -> the stream error.
IN_CLEAR = {
    "comment": ("<!-- hello -->", "restricted-xml"),
    "processing instruction": ("<?php echo ?>", "restricted-xml"),
    "entity": ("<message>&lol;</message>", "restricted-xml|not-well-formed"),
    "undeclared prefix": ("<x:message/>", "not-well-formed"),
    "two roots": ("<a></b>", "not-well-formed"),
    "bad UTF-8": (b"<message>\xff\xfe</message>", "not-well-formed|unsupported-encoding"),
    "too deep": ("<a>" * DEEP, "policy-violation"),
    "too large": ("<message>" + "x" * LARGE, "policy-violation"),
    "too many attributes": ("<message " + " ".join(f"a{i}='1'" for i in range(WIDE)) + "/>", "policy-violation"),
    "unknown element": ("<hello xmlns='world'/>", "unsupported-stanza-type"),
    "message before authentication": (f"<message from='a@{XMPP_DOMAIN}' to='b@{SIP_DOMAIN}'/>", "not-authorized"),
    "iq before authentication": (f"<iq from='{XMPP_DOMAIN}' to='{SIP_DOMAIN}' type='get' id='1'/>", "not-authorized"),
    "SASL before TLS": (AUTH, "not-authorized"),
    "key before TLS": (f"<db:result from='{XMPP_DOMAIN}' to='{SIP_DOMAIN}'>key</db:result>", "policy-violation"),
    "dialback without addresses": ("<db:result>key</db:result>", "improper-addressing"),
}

# Instead of a good header -> the stream error.
HEADERS = {
    "another protocol": ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "not-well-formed"),
    "document type": ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>", "restricted-xml"),
    "unknown domain": (header(XMPP_DOMAIN, "nobody.example"), "host-unknown"),
    "one of our domains": (header(SIP_DOMAIN, SIP_DOMAIN), "invalid-from"),
    "no version": (header(XMPP_DOMAIN, SIP_DOMAIN, ""), "unsupported-version"),
    "another encoding": ("<?xml version='1.0' encoding='iso-8859-1'?><a>", "unsupported-encoding"),
    "endless name": ("<" + "a" * 6000, "policy-violation"),
}

# On a stream whose domain is proven -> the stream error.
PROVEN = {
    "another domain": (f"<message from='a@evil.example' to='b@{SIP_DOMAIN}'/>", "invalid-from"),
    "a subdomain": (f"<message from='a@sub.{XMPP_DOMAIN}' to='b@{SIP_DOMAIN}'/>", "invalid-from"),
    "one of ours": (f"<message from='a@{SIP_DOMAIN}' to='b@{SIP_DOMAIN}'/>", "invalid-from"),
    "the domain as a resource": (f"<message from='evil.example/{XMPP_DOMAIN}' to='b@{SIP_DOMAIN}'/>", "invalid-from"),
    "no sender": (f"<message to='b@{SIP_DOMAIN}'/>", "improper-addressing"),
    "no address that is one": (f"<message from='@{XMPP_DOMAIN}' to='b@{SIP_DOMAIN}'/>", "improper-addressing"),
    "a domain that is not served": (f"<message from='a@{XMPP_DOMAIN}' to='b@c.example'/>", "host-unknown"),
    "SASL again": (AUTH, "not-authorized"),
    "STARTTLS again": (STARTTLS, "not-authorized"),
    "acknowledging what was not sent": ("<enable xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='3'/>",
                                        "undefined-condition"),
}

# How far a partner's server goes before it closes, in order.
STEPS = ("accept", "header", "features", "proceed", "tls", "second header", "second features", "key")


class Hostile(scenario.Scenario):
    """The partner's server is this test itself."""

    async def start(self):
        self.place.partner_port = ports.free_port()
        self.arrived = asyncio.Queue()  # what the gateway said to the partner's server, by domain
        listening = socket.create_server(("127.0.0.1", self.place.partner_port))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)  # full soon, where nobody reads
        server = await asyncio.start_server(self._serve, sock=listening)
        self.addCleanup(server.close)
        self.place.start_prosody = self._no_prosody
        rules = (f"    additional_domains: [\"*.{XMPP_DOMAIN}\"]\n    server: \"127.0.0.1:{self.place.partner_port}\"\n")
        self.good = self.place.authority.issue("good", XMPP_DOMAIN)
        self.server_certificate = self.place.authority.issue("partner", XMPP_DOMAIN, f"*.{XMPP_DOMAIN}")
        await asyncio.gather(self.place.start_peers(), self.place.start_gateway(partner_rules=rules))

    async def _no_prosody(self, *_):
        return self.place.servers[0]

    # What breaks a rule gets the stream error that names it.

    async def test_each_breach_gets_its_stream_error_and_a_close(self):
        for what, (said, condition) in HEADERS.items():
            await self._refused(what, await RawStream.connect(self.place.xmpp_port), said, condition)
        for what, (said, condition) in IN_CLEAR.items():
            await self._refused(what, await self._greeted(), said, condition)
        for what, (said, condition) in PROVEN.items():
            await self._refused(what, await self._proven(), said, condition)
        self.assertGreaterEqual(self._refusals(), len(HEADERS) + len(IN_CLEAR) + len(PROVEN))
        await self._still_serves()

    async def test_nothing_in_clear_behind_starttls_is_acted_upon(self):
        for behind in (header(XMPP_DOMAIN, SIP_DOMAIN), "<message/>", " ", "x"):
            stream = await self._greeted()
            stream.send(STARTTLS + behind)
            self.assertNotIn("<stream:stream", await stream.rest(), behind)
        await self._still_serves()

    async def test_a_key_that_its_server_denies_proves_nothing(self):
        stream = await self._secured(None)
        stream.send(header(f"denies.{XMPP_DOMAIN}", SIP_DOMAIN))
        await stream.until("</stream:features>")
        stream.send(f"<db:result from='denies.{XMPP_DOMAIN}' to='{SIP_DOMAIN}'>forged</db:result>")
        said = await stream.rest()
        self.assertRegex(said, "<db:result [^>]*type='invalid'")
        self.assertIn("not-authorized", said)

    async def test_wrong_answers_about_a_key_are_no_answers(self):
        """With another id, another sender, without a question, and on the stream of the claim itself: never proven."""
        for liar in ("wrong-id", "wrong-from", "unasked"):
            domain = f"{liar}.{XMPP_DOMAIN}"
            stream = await self._secured(None)
            stream.send(header(domain, SIP_DOMAIN))
            await stream.until("</stream:features>")
            stream.send(f"<db:result from='{domain}' to='{SIP_DOMAIN}'>forged</db:result>")
            stream.send(f"<db:verify from='{domain}' to='{SIP_DOMAIN}' id='x' type='valid'/>")
            said = await stream.until("<db:result [^>]*type='[a-z]+'")
            self.assertNotIn("type='valid'", said, liar)
            stream.send(f"<message from='a@{domain}' to='b@{SIP_DOMAIN}'/>")
            self.assertIn("not-authorized", await stream.rest(), liar)

    async def test_strangers_and_our_own_domains_prove_nothing(self):
        for sender, condition in (("stranger.example", "forbidden"), (SIP_DOMAIN, "forbidden")):
            stream = await self._secured(None)
            stream.send(header(XMPP_DOMAIN, SIP_DOMAIN))
            await stream.until("</stream:features>")
            stream.send(f"<db:result from='{sender}' to='{SIP_DOMAIN}'>key</db:result>")
            self.assertIn(condition, await stream.until("</db:result>"))
            stream.close()

    # A partner's server that goes away, or says nothing, at each step.

    async def test_a_server_that_closes_at_each_step_bounces_what_waits_for_it(self):
        romeo = await self.place.romeo()
        for step in STEPS:
            domain = f"closes-at-{step.replace(' ', '-')}.{XMPP_DOMAIN}"
            answer = await romeo.page(f"juliet@{domain}", "hello")
            self.assertEqual(504, answer.status, step)
            self.assertRegex(answer.get("ms-diagnostics-public"), "^(61014|61015|61016|62007)", step)
        await self._still_serves()

    async def test_a_mute_server_delays_nobody_else(self):
        romeo, other = await self.place.romeo(), await self.place.romeo(f"mercutio@{SIP_DOMAIN}")
        waiting = asyncio.create_task(romeo.page(f"juliet@mute.{XMPP_DOMAIN}", "hello"))
        self.assertEqual(200, (await other.page(f"juliet@good.{XMPP_DOMAIN}", "hello")).status)
        self.assertFalse(waiting.done())
        self.assertGreaterEqual((await waiting).status, 400)

    async def test_a_server_that_stops_reading_is_refused_for_and_delays_nobody_else(self):
        romeo, other = await self.place.romeo(), await self.place.romeo(f"mercutio@{SIP_DOMAIN}")
        waiting = [asyncio.create_task(romeo.page(f"juliet@stalled.{XMPP_DOMAIN}", "x" * 4000)) for _ in range(400)]
        for done in asyncio.as_completed(waiting):
            answer = await done
            if "62001" in answer.get("ms-diagnostics-public"):
                break
        else:
            self.fail("nothing was refused")
        self.assert_answer(await romeo.page(f"juliet@stalled.{XMPP_DOMAIN}", "more"), 500, 62001)
        self.assertEqual(200, (await other.page(f"juliet@good.{XMPP_DOMAIN}", "hello")).status // 100 * 100)
        for task in waiting:
            task.cancel()

    async def test_a_server_that_resets_after_some_stanzas_loses_none_in_silence(self):
        romeo = await self.place.romeo()
        domain = f"resets.{XMPP_DOMAIN}"
        accepted = []
        for number in range(300):
            answer = await romeo.page(f"juliet@{domain}", f"number {number}")
            if answer.status == 200:
                accepted.append(f"number {number}")
            else:
                self.assertTrue(answer.get("ms-diagnostics-public"))
        self.assertGreater(len(accepted), 100)
        got = set()
        while not got.issuperset(accepted):
            got.add(await asyncio.wait_for(self.arrived.get(), 10))

    # Lost streams are taken up again, in both directions.

    async def test_what_a_lost_stream_had_not_carried_goes_first_on_the_one_that_resumes_it(self):
        romeo = await self.place.romeo()
        domain = f"resumes.{XMPP_DOMAIN}"
        texts = [f"number {number}" for number in range(60)]
        asked = [asyncio.create_task(romeo.page(f"juliet@{domain}", text)) for text in texts]
        answers = await asyncio.gather(*asked)
        self.assertEqual({200}, {answer.status // 100 * 100 for answer in answers})
        got = [await asyncio.wait_for(self.arrived.get(), 10) for _ in range(60 + 20)]
        self.assertIn("resume", self.resumption)
        # 40 came before the reset, and the 20 of them that were not acknowledged come again, first and in order.
        self.assertEqual(texts[:40] + texts[20:], got)

    async def test_a_partner_resumes_its_stream_and_hears_what_was_handled(self):
        romeo = await self.place.romeo()
        first = await self._proven()
        first.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
        number = re.search(" id='([^']+)'", await first.until("<enabled [^>]*>")).group(1)
        first.send(f"<message from='juliet@{XMPP_DOMAIN}' to='romeo@{SIP_DOMAIN}' type='chat' id='1'><body>one</body></message>")
        await romeo.inbox.take(scenario.is_kind("message", "one"))
        first.reset()
        stranger = await self._proven()
        stranger.send("<resume xmlns='urn:xmpp:sm:3' previd='guessed' h='0'/>")
        self.assertIn("item-not-found", await stranger.until("</failed>"))
        second = await self._proven()
        second.send(f"<resume xmlns='urn:xmpp:sm:3' previd='{number}' h='0'/>")
        self.assertIn("h='1'", await second.until("<resumed [^>]*>"))

    async def _refused(self, what, stream, said, condition):
        stream.send(said)
        answer = await stream.rest()
        self.assertRegex(answer, f"<({condition}) xmlns='{ERROR_NS}'/>", what)
        self.assertTrue(answer.endswith("</stream:stream>"), f"{what}: {answer}")

    async def _greeted(self):
        stream = await RawStream.connect(self.place.xmpp_port)
        stream.send(header(XMPP_DOMAIN, SIP_DOMAIN))
        await stream.until("</stream:features>")
        return stream

    async def _secured(self, certificate):
        stream = await self._greeted()
        stream.send(STARTTLS)
        await stream.until("<proceed [^>]*>")
        await stream.secure(self.place.trust, certificate)
        return stream

    async def _proven(self):
        stream = await self._secured(self.good)
        stream.send(header(XMPP_DOMAIN, SIP_DOMAIN))
        await stream.until("</stream:features>")
        stream.send(AUTH)
        await stream.until("<success [^>]*>")
        stream.send(header(XMPP_DOMAIN, SIP_DOMAIN))
        await stream.until("</stream:features>")
        return stream

    async def _still_serves(self):
        """A ping of the gateway over a good stream is answered over the gateway's own."""
        stream = await self._proven()
        stream.send(f"<iq type='get' id='still' from='{XMPP_DOMAIN}' to='{SIP_DOMAIN}'><ping xmlns='urn:xmpp:ping'/></iq>")
        while await asyncio.wait_for(self.arrived.get(), 10) != "still":
            pass
        stream.close()

    def _refusals(self):
        page = urllib.request.urlopen(f"http://127.0.0.1:{self._metrics_port()}/metrics").read().decode()
        return sum(float(value) for value in re.findall(r"^dragoman_stream_refusals_total\{[^}]*\} (\S+)", page, re.M))

    def _metrics_port(self):
        log = self.place.gateway.log.read_text()
        return re.search(r'"process":"xmpp-frontend-0","event":"started".*?"admin":"127.0.0.1:(\d+)"', log).group(1)

    # The partner's server: a domain's first label says how it behaves.

    async def _serve(self, reader, writer):
        try:
            await self._behave(RawStream(reader, writer))
        except (Closed, OSError, AssertionError):
            pass
        finally:
            writer.close()

    async def _behave(self, stream):
        opening = await stream.until("<stream:stream [^>]*>")
        domain = re.search(" to='([^']+)'", opening).group(1)
        label = domain.split(".")[0]
        closes_at = label.removeprefix("closes-at-").replace("-", " ") if label.startswith("closes-at-") else None
        if label == "mute":
            await stream.rest()
            return

        def say(step, text):
            if step == closes_at:
                raise Closed(step)
            stream.send(text)

        say("accept", header(domain, SIP_DOMAIN, "version='1.0' id='one'"))
        say("header", "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>")
        if closes_at == "features":
            return
        await stream.until("<starttls [^>]*>")
        say("proceed", PROCEED)
        if closes_at == "tls":
            return
        await stream.secure(self.place.trust, self.server_certificate, server=True)
        await stream.until("<stream:stream [^>]*>")
        say("second header", header(domain, SIP_DOMAIN, "version='1.0' id='two'"))
        managed = "<sm xmlns='urn:xmpp:sm:3'/>" if label == "resumes" else ""
        say("second features",
            f"<stream:features>{managed}<dialback xmlns='urn:xmpp:features:dialback'/></stream:features>")
        asked = await stream.until("</db:(result|verify)>")
        if closes_at == "key":
            return
        verified = re.search("<db:verify [^>]*id='([^']+)'", asked)
        if verified:
            return await self._answer_about_key(stream, label, domain, verified.group(1))
        stream.send(f"<db:result from='{domain}' to='{SIP_DOMAIN}' type='valid'/>")
        if label == "resumes":
            return await self._take_managed(stream)
        if label == "stalled":
            stream.writer.transport.pause_reading()
            await asyncio.get_running_loop().create_future()
        await self._take_stanzas(stream, label)

    async def _take_managed(self, stream):
        """Takes 40 stanzas, acknowledges 20 of them, resets; then goes on where it stood."""
        wish = await stream.until("<(enable|resume) [^>]*>")
        if "<enable " in wish:
            stream.send("<enabled xmlns='urn:xmpp:sm:3' id='kept' resume='true'/>")
            await self._take_stanzas(stream, "", 40)
            stream.send("<a xmlns='urn:xmpp:sm:3' h='20'/>")
            await stream.writer.drain()
            return stream.reset()
        self.resumption = wish
        stream.send("<resumed xmlns='urn:xmpp:sm:3' previd='kept' h='20'/>")
        await self._take_stanzas(stream, "", 40)
        stream.send("<a xmlns='urn:xmpp:sm:3' h='60'/>")
        await stream.rest()

    async def _answer_about_key(self, stream, label, domain, key_id):
        answers = {"denies": (domain, key_id, "invalid"), "wrong-id": (domain, "another", "valid"),
                   "wrong-from": (XMPP_DOMAIN, key_id, "valid")}
        if label in answers:
            sender, number, verdict = answers[label]
            stream.send(f"<db:verify from='{sender}' to='{SIP_DOMAIN}' id='{number}' type='{verdict}'/>")
        else:  # an answer, but to another question
            stream.send(f"<db:result from='{domain}' to='{SIP_DOMAIN}' type='valid'/>")
        stream.close()

    async def _take_stanzas(self, stream, label, at_most=1_000_000):
        for count in range(at_most):
            stanza = await stream.until("</message>|</iq>|<iq [^>]*/>")
            body = re.search("<body>([^<]*)</body>", stanza)
            self.arrived.put_nowait(body.group(1) if body else re.search(" id='([^']+)'", stanza).group(1))
            if label == "resets" and count % 100 == 99:
                return stream.reset()


if __name__ == "__main__":
    unittest.main()
