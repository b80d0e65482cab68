"""What a message may be: HTML, RTF, multiparts and CPIM from SIP, the look of a text, receipts both ways."""

import unittest

import scenario
from sip_dialog import Dialog
from world import JULIET, ROMEO
from xmpp_user import error_from, text_from

XHTML = "{http://www.w3.org/1999/xhtml}"
RENDITION = "{http://jabber.org/protocol/xhtml-im}html"
RECEIPTS = "{urn:xmpp:receipts}"
HTML = '<SPAN style="font-family:Segoe UI; color:#000000"><B>Hello</B><script>x()</script></SPAN>'
ALTERNATIVE = ("--b\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nHello, plainly\r\n"
               f"--b\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n{HTML}\r\n--b--\r\n")


def cpim(sender, receiver, headers, head, content):
    return (f"From: <sip:{sender}>\r\nTo: <sip:{receiver}>\r\nNS: imdn <urn:ietf:params:imdn>\r\n{headers}\r\n"
            f"{head}\r\n\r\n{content}").encode()


def imdn(message_id, status):
    return ('<imdn xmlns="urn:ietf:params:xml:ns:imdn">'
            f"<message-id>{message_id}</message-id><datetime>2026-11-24T02:00:00Z</datetime>"
            f"<delivery-notification><status><{status}/></status></delivery-notification></imdn>")


def header(text, name):
    return next(line.split(": ", 1)[1] for line in text.split("\r\n") if line.startswith(name + ": "))


def child_of(element):
    """Tells a message with that child element."""
    return lambda stanza: stanza.name == "message" and stanza.xml.find(element) is not None


class Sessions(scenario.Scenario):
    async def start(self):
        await self.place.start_peers()
        await self.place.start_gateway(partner_rules="    xhtml: true\n")

    async def test_im18_sip26_what_communicator_writes(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        self.assert_answer(await romeo.say(JULIET, "first"), 200)
        first = await juliet.inbox.take(text_from(ROMEO, "first"))
        self.assertIsNone(first.xml.find(RENDITION))

        async def say(content_type, body):
            return await romeo.request(romeo._chats[JULIET], "MESSAGE", [("Content-Type", content_type)], body.encode())

        self.assert_answer(await say('multipart/alternative; boundary="b"', ALTERNATIVE), 200)
        message = await juliet.inbox.take(text_from(ROMEO, "Hello, plainly"))
        span = message.xml.find(f"{RENDITION}/{XHTML}body/{XHTML}p/{XHTML}span")
        self.assertEqual("font-family: Segoe UI; color: #000000", span.get("style"))
        self.assertEqual(("Hello", 1), (span.find(f"{XHTML}strong").text, len(span)))
        self.assert_answer(await say("text/rtf", "{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\par ?}"), 200)
        await juliet.inbox.take(text_from(ROMEO, "\u041f\u0440\n?"))
        refused = await say("text/x-msmsgsinvite", "Application-Name: File Transfer")
        self.assert_answer(refused, 415, 61020)
        self.assertIn("text/plain", refused.get("Accept"))
        self.assert_answer(await say("application/ms-imdn+xml", "<imdn/>"), 200)
        self.assert_answer(await say("text/plain", "last"), 200)
        await juliet.inbox.take(text_from(ROMEO, "last"))


class Receipts(scenario.Scenario):
    async def start(self):
        await self.place.start_peers()
        await self.place.start_gateway(dialect="standard\n  receipts: true")

    async def page(self, user, peer, body):
        return await user.request(Dialog.to(f"sip:{user.address}", peer), "MESSAGE",
                                  [("Content-Type", "message/cpim")], body)

    async def test_rcpt2_rcpt3_asked_for_by_xmpp(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        for status, found in (("delivered", child_of(f"{RECEIPTS}received")), ("forbidden", error_from(ROMEO))):
            asked = juliet.make_message(mto=ROMEO, mbody="Are you there?", mtype="chat")
            asked["id"] = f"m-{status}"
            asked.xml.append(asked.xml.makeelement(f"{RECEIPTS}request", {}))
            asked.send()
            message = await romeo.inbox.take(scenario.is_kind("message"))
            self.assertEqual("message/cpim", message.request.get("Content-Type"))
            self.assertTrue(message.text.endswith("\r\n\r\nAre you there?"), message.text)
            self.assertEqual("positive-delivery, negative-delivery",
                             header(message.text, "imdn.Disposition-Notification"))
            told = await self.page(romeo, JULIET, cpim(
                ROMEO, JULIET, "imdn.Message-ID: r1\r\n",
                "Content-Type: message/imdn+xml\r\nContent-Disposition: notification",
                imdn(header(message.text, "imdn.Message-ID"), status)))
            self.assert_answer(told, 200)
            answer = await juliet.inbox.take(found)
            self.assertEqual(juliet.boundjid.full, answer["to"].full)
            received = answer.xml.find(f"{RECEIPTS}received")
            self.assertEqual(f"m-{status}", answer["id"] if received is None else received.get("id"))

    async def test_rcpt4_asked_for_by_sip(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        answer = await self.page(romeo, JULIET, cpim(
            ROMEO, JULIET, "imdn.Message-ID: 34jk324j\r\nDateTime: 2026-11-24T02:00:00+01:00\r\n"
            "imdn.Disposition-Notification: positive-delivery\r\n", "Content-Type: text/plain", "Hello"))
        self.assertIn(answer.status, (200, 202))
        message = await juliet.inbox.take(text_from(ROMEO, "Hello"))
        self.assertIsNotNone(message.xml.find(f"{RECEIPTS}request"))
        receipt = juliet.make_message(mto=message["from"], mtype="chat")
        receipt.xml.append(receipt.xml.makeelement(f"{RECEIPTS}received", {"id": message["id"]}))
        receipt.send()
        receipt.send()  # as a second client of hers would
        juliet.say(ROMEO, "And you?")
        told = await romeo.inbox.take(scenario.is_kind("message"))
        self.assertIn("Content-Type: message/imdn+xml", told.text)
        self.assertIn("<message-id>34jk324j</message-id>", told.text)
        self.assertIn("<datetime>2026-11-24T02:00:00+01:00</datetime>", told.text)
        self.assertIn("<delivered/>", told.text)
        self.assertEqual("And you?", (await romeo.inbox.take(scenario.is_kind("message"))).text)


if __name__ == "__main__":
    unittest.main()
