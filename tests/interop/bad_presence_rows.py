"""Presence that breaks rules, lies or comes too late: each gets its exact answer, and what is known stays known."""

import dataclasses

import pidf
from s_watcher import SPair
from x_watcher import XPair

TUPLES_MAX = 64
DEPTH = 200
ENTITIES = ('<!DOCTYPE presence [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>')


def documents(romeo, juliet):
    """Why it is refused -> the document."""
    good = pidf.write(romeo, True, "busy", "a lie").decode()
    tuples = "".join(f'<tuple id="t{n}"><status><basic>open</basic></status></tuple>' for n in range(TUPLES_MAX + 1))
    return {
        "it is cut off": good[:-20],
        "it is no XML": "busy",
        "it is no PIDF": "<presence/>",
        "it is not UTF-8": good.replace("a lie", "\udcff").encode(errors="surrogateescape"),
        "it declares entities": good.replace("?>\n", "?>\n" + ENTITIES).replace("a lie", "&b;"),
        "it is too deep": good.replace("</presence>", "<x>" * DEPTH + "</x>" * DEPTH + "</presence>"),
        "it has too many tuples": good.replace("</presence>", tuples + "</presence>"),
        "it is about another of his domain": good.replace(f"sip:{romeo}", "sip:tybalt@montague.example"),
        "it is about the watcher": good.replace(f"sip:{romeo}", f"sip:{juliet}"),
    }


class BadPresenceRows:
    async def test_bad_documents(self, pair: XPair):
        asked = await pair.active()
        for why, document in documents(pair.romeo.address, pair.juliet.boundjid.bare).items():
            body = document if isinstance(document, bytes) else document.encode()
            answer = await asked.notify("active;expires=3600", body)
            self.assertEqual(400, answer.status, why)
            self.assertRegex(answer.get("ms-diagnostics-public"), "^61023;", why)
        answer = await asked.notify("active;expires=3600", b"{}", "application/json")
        self.assertEqual(415, answer.status)
        self.assertIn("application/pidf+xml", answer.get("Accept"))
        await self._goes_on(pair, asked)

    async def _goes_on(self, pair, asked):
        """Nothing was shown of it, and the subscription is as it was."""
        await pair.sees_nothing()
        self.assert_ok(await asked.shows("busy"))
        await pair.sees("available", "dnd")

    async def test_bad_NOTIFYs(self, pair: XPair):
        asked = await pair.active()
        self.assert_ok(await asked.shows("away"))
        dialog = asked.dialog
        stranger = dataclasses.replace(dialog, local=dialog.local.replace("romeo", "tybalt"))
        for why, status, dialog, headers in (
                ("no state", 400, dialog, [("Event", "presence")]),
                ("two states", 400, dialog, [("Event", "presence"), *[("Subscription-State", "active")] * 2]),
                ("another package", 489, dialog, [("Event", "dialog"), ("Subscription-State", "active")]),
                ("no package", 489, dialog, [("Subscription-State", "active")]),
                ("another Call-ID", 481, dataclasses.replace(dialog, call_id="another"), None),
                ("another tag of his", 481, dataclasses.replace(dialog, local=dialog.local + "x"), None),
                ("another tag of ours", 481, dataclasses.replace(dialog, remote=dialog.remote + "x"), None),
                ("another sender", 481, stranger, None),
                ("another watcher", 481, dataclasses.replace(
                    dialog, remote=dialog.remote.replace("juliet", "nurse")), None),
                ("no dialog", 481, dataclasses.replace(
                    dialog, remote=dialog.remote.split(";")[0], target=f"sip:{pair.juliet.boundjid.bare}"), None),
                ("out of order", 500, dataclasses.replace(dialog, cseq=0), None)):
            headers = headers or [("Event", "presence"), ("Subscription-State", "active;expires=3600")]
            sender = dialog.local.split(":")[1].split(">")[0]
            answer = await pair.romeo.request(dialog, "NOTIFY", [*headers, ("Content-Type", "application/pidf+xml")],
                                              pidf.write(sender, True, "busy", "a lie"))
            self.assertEqual(status, answer.status, why)
        await self._goes_on(pair, asked)

    async def test_bad_NOTIFY_of_a_dropped_subscription(self, pair: XPair):
        asked = await pair.active()
        pair.unsubscribe()
        (await pair.romeo.asked(expires=0)).accept()
        await pair.is_confirmed()
        self.assertEqual(481, (await asked.shows("busy", "a lie")).status)
        self.assert_ok(await asked.notify("terminated;reason=timeout"))  # the farewell
        await pair.sees_nothing()

    async def test_bad_presence_of_nobody_she_knows(self, pair: XPair):
        """A NOTIFY for which there was never a SUBSCRIBE, in a dialog that he made up."""
        asked = await pair.requested()
        asked.answer(403)
        await pair.sees("unsubscribed")
        self.assertEqual(481, (await asked.shows("busy", "a lie")).status)
        await pair.sees_nothing()

    async def test_bad_SUBSCRIBEs(self, pair: SPair):
        for why, status, header, words in (
                ("another package", 489, ("Allow-Events", "presence"), {"event": "dialog"}),
                ("too short", 423, ("Min-Expires", "60"), {"expires": 59})):
            answer = await pair.romeo.subscribe(pair.her, **words)
            self.assertEqual((status, header[1]), (answer.status, answer.get(header[0])), why)
        for peer in ("juliet@nowhere.example", "juliet@montague.example"):
            self.assertIn((await pair.romeo.subscribe(peer)).status, (404, 481), peer)
        await pair.told_nothing()
        await pair.is_told_nothing("subscribe")

    async def test_bad_answers_of_hers(self, pair: SPair):
        """What she says to somebody who has asked nothing leads to nothing."""
        for kind in ("subscribed", "unsubscribed", "unavailable"):
            pair.juliet.subscription(pair.his, kind)
        pair.juliet.send_raw(f"<presence type='error' to='{pair.his}' id='sub-1'><error type='cancel'>"
                             "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>")
        await pair.told_nothing()

    async def test_bad_words_of_hers(self, pair: SPair):
        """What no document may say is not said, and what looks like markup is text (PRES-5, PRES-7)."""
        await pair.active()
        # ejabberd refuses the two first.
        nonsense = "<show>asleep</show><priority>300</priority>" if self.partner == "prosody" else ""
        pair.juliet.send_raw(f"<presence>{nonsense}<status>&lt;/note>&amp;amp;]]&gt;</status></presence>")
        event = await pair.told("active", "open")
        self.assertEqual(("</note>&amp;]]>",), event.state.notes)
        self.assertEqual((), event.state.activities)
        self.assertNotIn("priority", event.request.text)
        self.assertNotIn("asleep", event.request.text)
