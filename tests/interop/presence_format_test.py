"""In what a watcher is told and what is understood of an Edge's users: PIDF and Microsoft's formats, lists, BENOTIFY."""

import types
import unittest

import scenario  # first: it finds demo/
import edge_wire
import pidf
import rows
from edge_world import EdgeWorld, options
from presence_world import PresenceWorld
from s_watcher import SPair
from world import JULIET, ROMEO
from x_watcher import XPair
from xmpp_user import presence_of

PIDF, MSRTC, XPIDF = "application/pidf+xml", "text/xml+msrtc.pidf", "application/xpidf+xml"
CATEGORIES = "application/msrtc-event-categories+xml"
COMMUNICATOR = f"{CATEGORIES}, {MSRTC}, {XPIDF}, {PIDF}, application/rlmi+xml, multipart/related"
MESSENGER = f"{XPIDF}, {MSRTC}, {PIDF}"

# Accept -> Content-Type of the NOTIFYs; None: 406.
ACCEPTS = {
    None: PIDF, PIDF: PIDF, MSRTC: MSRTC, XPIDF: XPIDF, CATEGORIES: CATEGORIES, COMMUNICATOR: PIDF, MESSENGER: PIDF,
    f"{XPIDF}, {MSRTC};q=0.5": MSRTC, "*/*": PIDF, "application/*": PIDF, "text/*": MSRTC, "text/plain, */*": PIDF,
    "application/rlmi+xml": None, "application/pidf-diff+xml": None, "text/plain": None}
# How each says that juliet is busy and what she notes.
BUSY = {PIDF: "<activity>busy<", MSRTC: "aggregate='600'", XPIDF: "substatus='busy'",
        CATEGORIES: "<availability>6500<"}

RESOURCE = '<resource uri="sip:{}"/>'
BATCH = ('<batchSub xmlns="http://schemas.microsoft.com/2006/01/sip/batch-subscribe" uri="sip:{romeo}" name="">'
         '<action name="subscribe" id="63792024"><adhocList>{resources}</adhocList>'
         '<categoryList xmlns="http://schemas.microsoft.com/2006/09/sip/categorylist">'
         '<category name="note"/><category name="state"/></categoryList></action></batchSub>')
LIST_TYPE = ("Content-Type", "application/msrtc-adrl-categorylist+xml")
REQUIRED = ("Require", "adhoclist, categoryList")
SUPPORTED = [("Supported", "ms-piggyback-first-notify"), ("Supported", "ms-benotify"), ("Proxy-Require", "ms-benotify")]

MSRTC_BODY = ('<presentity xmlns="http://schemas.microsoft.com/2002/09/sip/presence" uri="{romeo}">'
              '<availability aggregate="300"/><activity aggregate="{0}"/>'
              '<userInfo><note>{note}</note></userInfo></presentity>')
XPIDF_BODY = ('<?xml version="1.0"?>\n<presence><presentity uri="sip:{romeo};method=SUBSCRIBE"/><atom id="1000">'
              '<address uri="sip:{romeo}" priority="0.8"><status status="{0}"/><msnsubstatus substatus="{1}"/>'
              '</address></atom></presence>')
CATEGORIES_BODY = ('<categories xmlns="http://schemas.microsoft.com/2006/09/sip/categories" uri="sip:{romeo}">'
                   '<category name="state" instance="1"><state '
                   'xmlns="http://schemas.microsoft.com/2006/09/sip/state" '
                   'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="aggregateState">'
                   '<availability>{0}</availability></state></category><category name="note" instance="1"><note '
                   'xmlns="http://schemas.microsoft.com/2006/09/sip/note"><body>{note}</body></note></category>'
                   '</categories>')


class Formats(rows.Rows):
    partner = "prosody"

    @classmethod
    def make_world(cls):
        place = PresenceWorld(cls.partner)
        place.dialect = "microsoft"
        return place

    async def test_each_Accept_has_its_format(self, pair: SPair):
        async def accepts(pair, case):
            accept, content_type = case
            answer = await pair.romeo.subscribe(pair.her, accept=accept)
            if content_type is None:
                self.assertEqual(406, answer.status, accept)
                self.assertIn(PIDF, answer.get("Accept"))
                return
            self.assert_ok(answer)
            await pair.told("pending")
            await pair.is_asked()
            pair.approves()
            await self._shown(pair.romeo, content_type)
        pair.juliet.send_presence(pshow="dnd", pstatus="asleep")
        await pair.for_each(list(ACCEPTS.items()), accepts)

    async def _shown(self, watcher, content_type):
        """The NOTIFY that says dnd."""
        notify = (await watcher.inbox.take(
            lambda event: event.kind == "notify" and BUSY[content_type] in event.request.text.replace('"', "'"),
            what=f"busy in {content_type}")).request
        self.assertEqual(content_type, notify.get("Content-Type"))
        if content_type != XPIDF:  # it has no word for a note
            self.assertIn("asleep", notify.text)

    async def test_a_refresh_may_change_it(self, pair: SPair):
        pair.juliet.send_presence(pshow="dnd", pstatus="asleep")
        await pair.pending()
        pair.approves()
        await self._shown(pair.romeo, PIDF)
        for content_type in (MSRTC, XPIDF, CATEGORIES, PIDF):
            self.assert_ok(await pair.romeo.refresh(accept=content_type))
            await self._shown(pair.romeo, content_type)

    async def test_lists(self, pair: SPair):
        """Of one contact it is an ordinary subscription; nobody here can expand a longer one."""
        one = BATCH.format(romeo=pair.his, resources=RESOURCE.format(pair.her)).encode()
        two = BATCH.format(romeo=pair.his, resources=RESOURCE.format(pair.her) + RESOURCE.format("a@b.example")).encode()

        async def subscribe(*headers, **words):
            return await pair.romeo.subscribe(pair.her, None, accept=COMMUNICATOR,
                                              headers=[LIST_TYPE, *SUPPORTED, *headers], **words)
        for headers in ((), (REQUIRED,)):
            self.assertEqual(488, (await subscribe(*headers, body=two)).status)
        refused = await subscribe(("Require", "adhoclist, eventlist"), body=one)
        self.assertEqual((420, "eventlist"), (refused.status, refused.get("Unsupported")))
        await pair.told_nothing()
        answer = await subscribe(body=one)
        self.assertEqual((200, "3600"), (answer.status, answer.get("Expires")))
        await pair.told("pending")
        await pair.is_asked()
        self.assert_ok(await subscribe(REQUIRED, body=one))
        await pair.told("pending")
        self.assert_ok(await subscribe(body=b"{}"))  # whatever it is
        await pair.told("pending")
        pair.approves()
        self.assertEqual("NOTIFY", (await pair.told("active", "closed")).request.method)

    async def test_each_format_is_understood(self, pair: XPair):
        asked = await pair.requested()
        self.assertEqual(f"{PIDF}, {MSRTC}", asked.request.get("Accept"))
        asked.accept()
        said = {"romeo": pair.romeo.address, "note": "on the wall"}
        self.assert_ok(await asked.notify("active;expires=3600", MSRTC_BODY.format(600, **said).encode(), MSRTC))
        await pair.sees("subscribed")
        for content_type, template, numbers, show in (
                (MSRTC, MSRTC_BODY, (600,), "dnd"), (XPIDF, XPIDF_BODY, ("open", "away"), "away"),
                (CATEGORIES, CATEGORIES_BODY, (6500,), "dnd"), (MSRTC, MSRTC_BODY, (300,), "away"),
                (CATEGORIES, CATEGORIES_BODY, (3500,), ""), (XPIDF, XPIDF_BODY, ("inuse", "busy"), "dnd")):
            body = template.format(*numbers, **said).encode()
            self.assert_ok(await asked.notify("active;expires=3600", body, content_type))
            shown = await pair.sees("available", show)
            self.assertEqual(pair.romeo.address, shown["from"].full)  # one state for all of him
            self.assertEqual("" if content_type == XPIDF else "on the wall", shown["status"])
        self.assert_ok(await asked.notify("active;expires=3600", CATEGORIES_BODY.format(18500, **said).encode(),
                                          CATEGORIES))
        await pair.sees("unavailable")
        for content_type, template, numbers in ((MSRTC, MSRTC_BODY, (300,)), (XPIDF, XPIDF_BODY, ("open", "away")),
                                                (CATEGORIES, CATEGORIES_BODY, (6500,))):
            lie = template.format(*numbers, romeo="tybalt@montague.example", note="a lie").encode()
            for bad in (lie, lie[:-10]):
                self.assertEqual(400, (await asked.notify("active;expires=3600", bad, content_type)).status, bad)
        await pair.sees_nothing()


class Benotify(scenario.Scenario):
    """BENOTIFY is for those who do not answer. Kamailio would, so the Edge is of wire."""

    async def start(self):
        self.place = EdgeWorld()
        self.place.sip_rules = "  presence: {benotify: true}\n"
        await self.place.start()
        self.juliet = await self.place.juliet()
        self.contact = f"sip:{ROMEO};opaque=user:epid:x;gruu"

    async def test_who_supports_it_gets_it_and_owes_no_answer(self):
        request = self._request("SUBSCRIBE", f"<sip:{ROMEO}>;tag=26aef0a2a4;epid=b84a59c035", f"<sip:{JULIET}>", 1, [
            f"Contact: <{self.contact}>", f"Accept: {COMMUNICATOR}", "Event: presence", "Supported: ms-benotify",
            "Proxy-Require: ms-benotify", "Call-ID: 77a9ac0f3beb4a65b1d40cc0978eda56"])
        self.assertIn(b"SIP/2.0 200 ", await self.place.edge.ask(request))
        self.assertIn("pending", edge_wire.header(await self._benotify(), "Subscription-State"))
        await self.juliet.inbox.take(presence_of(ROMEO, "subscribe"))
        self.juliet.subscription(ROMEO, "subscribed")
        told = [await self._benotify() for _ in range(2)]  # closed and open: see docs/peers.md
        self.assertEqual({PIDF}, {edge_wire.header(one, "Content-Type") for one in told})
        self.assertIn(b"<basic>open<", told[1])
        self.juliet.send_presence(pshow="dnd")
        self.assertIn(b"<activity>busy<", await self._benotify())
        self.assertEqual([], self.place.edge.inbox.drain())

    async def _benotify(self):
        return await self.place.edge.inbox.take(lambda message: message.startswith(b"BENOTIFY "))

    async def test_who_sends_it_gets_no_answer(self):
        self.juliet.subscription(ROMEO, "subscribe")
        asked = await self.place.edge.inbox.take(lambda message: message.startswith(b"SUBSCRIBE "))
        answer = edge_wire.response(asked, "200 OK").decode().replace(
            f"To: <sip:{ROMEO}>", f"To: <sip:{ROMEO}>;tag=his\r\nContact: <{self.contact}>\r\nExpires: 3600")
        self.place.edge.send(answer.encode())
        answers = []
        for number, activity in enumerate(("away", "busy"), 1):
            self.place.edge.send(self._request(
                "BENOTIFY", f"<sip:{ROMEO}>;tag=his", edge_wire.header(asked, "From"), number, [
                    f"Call-ID: {edge_wire.header(asked, 'Call-ID')}", f"Contact: <{self.contact}>", "Event: presence",
                    "Subscription-State: active;expires=3600", f"Content-Type: {PIDF}"],
                pidf.write(ROMEO, True, activity)), speaker=types.SimpleNamespace(write=answers.append))
        await self.juliet.inbox.take(presence_of(ROMEO, "subscribed"))
        await self.juliet.inbox.take(presence_of(ROMEO, "available", "dnd"))
        self.assertIn(b"SIP/2.0 200 ", await self.place.edge.ask(options()))  # behind them on the connection
        self.assertEqual([], answers)

    def _request(self, method, sender, to, cseq, headers, body=b""):
        lines = [f"{method} sip:{JULIET} SIP/2.0",
                 f"Via: SIP/2.0/TLS 198.51.100.5:52344;branch={edge_wire.new_branch()}", "Max-Forwards: 67",
                 f"From: {sender}", f"To: {to}", f"CSeq: {cseq} {method}", *headers, f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode() + edge_wire.HEAD_END + body


if __name__ == "__main__":
    unittest.main()
