"""Table 8.2, a SIP user watches an XMPP user: the rows that wait for nothing."""

import unittest

import scenario  # noqa: F401  (first: it finds demo/)
from s_watcher import SWatcher

# The XMPP condition -> what the watcher is told (section 8.3).
ENDINGS = {"item-not-found": "noresource", "gone": "noresource", "jid-malformed": "noresource",
           "remote-server-not-found": "noresource", "forbidden": "rejected", "not-authorized": "rejected",
           "not-allowed": "rejected", "policy-violation": "rejected", "registration-required": "rejected",
           "subscription-required": "rejected", "service-unavailable": "giveup", "feature-not-implemented": "giveup",
           "not-acceptable": "giveup", "remote-server-timeout": "probation", "internal-server-error": "probation",
           "resource-constraint": "probation", "recipient-unavailable": "probation",
           "undefined-condition": "probation", "unexpected-request": "probation"}
ERROR = ("<presence type='error' to='{to}' id='{id}'><error type='cancel'>"
         "<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>")


class Watching:
    async def test_N_subscribe(self, pair):
        await pair.subscribes()
        notify = (await pair.told("pending")).request
        self.assertEqual(b"", notify.body)
        self.assertIn(f"<sip:{pair.her}>;tag=", notify.get("From"))
        self.assertEqual(pair.romeo.dialog.local, notify.get("To"))
        stanza = await pair.is_asked()
        self.assertEqual(pair.her, stanza["to"].bare)
        await pair.is_told_nothing("probe")

    async def test_P_another_dialog(self, pair):
        await pair.pending()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("pending", endpoint=other)
        await pair.is_told_nothing("subscribe", "probe")
        await pair.told_nothing()

    async def test_C_subscribe(self, pair):
        await pair.authorised()
        await pair.subscribes()
        await pair.told("active", "")
        await pair.told("active", "open")
        await pair.place_received("probe")
        await pair.is_told_nothing("subscribe")

    async def test_A_another_dialog(self, pair):
        await pair.active()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("active", "open", endpoint=other)
        await pair.is_told_nothing("subscribe", "probe")
        await pair.told_nothing()

    async def test_P_subscribed(self, pair):
        await pair.pending()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("pending", endpoint=other)
        pair.approves()
        for endpoint in (pair.romeo, other):
            await pair.told_of_approval(endpoint)

    async def test_P_unsubscribed(self, pair):
        await pair.pending()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("pending", endpoint=other)
        pair.refuses()
        for endpoint in (pair.romeo, other):
            self.assertIn("reason=rejected", (await pair.told("terminated", "", endpoint)).text)
        await pair.pending()  # N: it begins anew

    async def test_P_presence_error(self, pair):
        """juliet's own client makes them: her server has few."""
        async def ends(pair, case):
            condition, reason = case
            await pair.subscribes()
            await pair.told("pending")
            pair.juliet.send_raw(ERROR.format(to=pair.his, id=(await pair.is_asked())["id"], condition=condition))
            end = (await pair.told("terminated", "")).text
            self.assertIn(f"reason={reason}", end, condition)
            self.assertEqual(reason == "probation", ";retry-after=" in end, end)
        await self.for_each(list(ENDINGS.items()), pair, ends)

    async def test_P_refresh(self, pair):
        await pair.pending()
        await pair.refreshes()
        await pair.told("pending")
        await pair.is_told_nothing("subscribe", "probe")

    async def test_N_late_subscribed(self, pair):
        await pair.pending()
        await pair.refreshes(expires=0)
        await pair.told("terminated", "")
        pair.approves()
        await pair.told_nothing()
        await pair.subscribes()  # C
        await pair.told("active", "")
        await pair.told("active", "open")
        await pair.is_told_nothing("subscribe")

    async def test_A_presence(self, pair):
        """What follows within five seconds is told as one."""
        await pair.active()
        pair.juliet.send_presence(pshow="away", pstatus="on the balcony")
        pair.juliet.send_presence(pshow="dnd", pstatus="asleep")
        newest = await pair.told("active", "open")
        self.assertEqual(({"busy"}, ("asleep",)), (set(newest.state.activities), newest.state.notes))
        pair.juliet.send_presence(ptype="unavailable")
        await pair.told("active", "closed")

    async def test_A_refresh(self, pair):
        await pair.active()
        await pair.refreshes()
        await pair.told("active", "open")
        await pair.is_told_nothing("subscribe", "probe")

    async def test_P_expires_0(self, pair):
        await pair.pending()
        await pair.refreshes(expires=0)
        self.assertIn("reason=timeout", (await pair.told("terminated", "")).text)
        await pair.is_told_nothing("unavailable", "unsubscribe")

    async def test_A_expires_0(self, pair):
        await pair.active()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("active", "open", other)
        await pair.refreshes(other, expires=0)
        self.assertIn("reason=timeout", (await pair.told("terminated", "closed", other)).text)
        await pair.is_told_nothing("unavailable", "unsubscribe")
        await pair.refreshes(expires=0)  # the last one: SUB-7
        await pair.told("terminated", "closed")
        await pair.place_received("unavailable")
        await pair.is_told_nothing("unsubscribe")

    async def test_A_unsubscribed(self, pair):
        await pair.active()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("active", "open", other)
        pair.refuses()
        for endpoint in (pair.romeo, other):
            await pair.told_of_refusal(endpoint)
        await pair.told_nothing(pair.romeo, other)
        await pair.pending()

    async def test_C_unsubscribed(self, pair):
        await pair.authorised()
        pair.refuses()
        await pair.told_nothing()
        await pair.pending()

    async def test_A_NOTIFY_fails(self, pair):
        """481 ends the dialog, and so does Kamailio's 408 for no answer; 500 does not."""
        for answers in ((481, "Gone"), None):
            await pair.active()
            pair.romeo.answers = answers
            pair.juliet.send_presence(pshow="away")
            await pair.told("active", "open")
            await pair.place_received("unavailable")
            pair.romeo.answers = (200, "OK")
            self.assertEqual(481, (await pair.romeo.refresh()).status)
            pair.refuses()
            pair.juliet.send_presence()
            await pair.told_nothing()

    async def test_N_expires_0_outside(self, pair):
        """juliet's server does not tell strangers; from somebody whom it does not ask it has no answer either."""
        await pair.subscribes(expires=0)
        end = await pair.told("terminated", "")
        await pair.place_received("probe")
        await pair.told_nothing()
        self.assertIn("reason=", end.text)

    async def test_C_expires_0_outside(self, pair):
        await pair.authorised()
        await pair.subscribes(expires=0)
        self.assertIn("reason=timeout", (await pair.told("terminated", "open")).text)
        await pair.place_received("probe")
        await pair.is_told_nothing("subscribe")
        await pair.told_nothing()

    async def test_A_expires_0_outside(self, pair):
        await pair.active()
        other = await pair.another_endpoint()
        await pair.subscribes(other, expires=0)
        self.assertIn("reason=timeout", (await pair.told("terminated", "open", other)).text)
        await pair.is_told_nothing("probe")

    async def test_P_expires_0_outside(self, pair):
        await pair.pending()
        other = await pair.another_endpoint()
        await pair.subscribes(other, expires=0)
        self.assertIn("reason=timeout", (await pair.told("terminated", "", other)).text)
        await pair.is_told_nothing("probe")
        await pair.told_nothing()  # the question stands
        pair.approves()
        await pair.told_of_approval()

    async def test_unknown_dialog(self, pair):
        await pair.active()
        pair.romeo.dialog.call_id += "x"
        self.assertEqual(481, (await pair.romeo.refresh()).status)
        self.assertEqual(481, (await pair.romeo.refresh(expires=0)).status)
        await pair.told_nothing()


class WithProsody(Watching, SWatcher):
    partner = "prosody"


class WithEjabberd(Watching, SWatcher):
    partner = "ejabberd"


if __name__ == "__main__":
    unittest.main()
