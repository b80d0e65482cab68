"""Table 8.2, a SIP user watches an XMPP user: the rows that wait for nothing."""

from s_watcher import SPair

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


class SWatcherRows:
    async def test_sip_watcher_N_subscribe(self, pair: SPair):
        await pair.subscribes()
        notify = (await pair.told("pending")).request
        self.assertEqual(b"", notify.body)
        self.assertIn(f"<sip:{pair.her}>;tag=", notify.get("From"))
        self.assertEqual(pair.romeo.dialog.local, notify.get("To"))
        await pair.is_asked()
        await pair.is_told_nothing("probe")

    async def test_sip_watcher_P_another_dialog(self, pair: SPair):
        await pair.pending()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("pending", endpoint=other)
        await pair.is_told_nothing("subscribe", "probe")
        await pair.told_nothing()

    async def test_sip_watcher_C_subscribe(self, pair: SPair):
        await pair.authorised()
        await pair.subscribes()
        await pair.told("active", "")
        await pair.told("active", "open")
        await pair.place_received("probe")
        await pair.is_told_nothing("subscribe")

    async def test_sip_watcher_A_another_dialog(self, pair: SPair):
        await pair.active()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("active", "open", endpoint=other)
        await pair.is_told_nothing("subscribe", "probe")
        await pair.told_nothing()

    async def test_sip_watcher_P_subscribed(self, pair: SPair):
        await pair.pending()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("pending", endpoint=other)
        pair.approves()
        for endpoint in (pair.romeo, other):
            await pair.told_of_approval(endpoint)

    async def test_sip_watcher_P_unsubscribed(self, pair: SPair):
        await pair.pending()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("pending", endpoint=other)
        pair.refuses()
        for endpoint in (pair.romeo, other):
            self.assertIn("reason=rejected", (await pair.told("terminated", "", endpoint)).text)
        await pair.pending()  # N: it begins anew

    async def test_sip_watcher_P_presence_error(self, pair: SPair):
        """juliet's own client makes them: her server has few."""
        async def ends(pair, case):
            condition, reason = case
            await pair.subscribes()
            await pair.told("pending")
            pair.juliet.send_raw(ERROR.format(to=pair.his, id=(await pair.is_asked())["id"], condition=condition))
            end = (await pair.told("terminated", "")).text
            self.assertIn(f"reason={reason}", end, condition)
            self.assertEqual(reason == "probation", ";retry-after=" in end, end)
        await pair.for_each(list(ENDINGS.items()), ends)

    async def test_sip_watcher_P_refresh(self, pair: SPair):
        await pair.pending()
        await pair.refreshes()
        await pair.told("pending")
        await pair.is_told_nothing("subscribe", "probe")

    async def test_sip_watcher_N_late_subscribed(self, pair: SPair):
        await pair.pending()
        await pair.refreshes(expires=0)
        await pair.told("terminated", "")
        pair.approves()
        await pair.told_nothing()
        await pair.subscribes()  # C
        await pair.told("active", "")
        await pair.told("active", "open")
        await pair.is_told_nothing("subscribe")

    async def test_sip_watcher_A_presence(self, pair: SPair):
        """What follows within five seconds is told as one."""
        await pair.active()
        pair.juliet.send_presence(pshow="away", pstatus="on the balcony")
        pair.juliet.send_presence(pshow="dnd", pstatus="asleep")
        newest = await pair.told("active", "open")
        self.assertEqual(({"busy"}, ("asleep",)), (set(newest.state.activities), newest.state.notes))
        pair.juliet.send_presence(ptype="unavailable")
        await pair.told("active", "closed")

    async def test_sip_watcher_A_refresh(self, pair: SPair):
        await pair.active()
        await pair.refreshes()
        await pair.told("active", "open")
        await pair.is_told_nothing("subscribe", "probe")

    async def test_sip_watcher_P_expires_0(self, pair: SPair):
        await pair.pending()
        await pair.refreshes(expires=0)
        self.assertIn("reason=timeout", (await pair.told("terminated", "")).text)
        await pair.is_told_nothing("unavailable", "unsubscribe")

    async def test_sip_watcher_A_expires_0(self, pair: SPair):
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

    async def test_sip_watcher_A_unsubscribed(self, pair: SPair):
        await pair.active()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("active", "open", other)
        pair.refuses()
        for endpoint in (pair.romeo, other):
            await pair.told_of_refusal(endpoint)
        await pair.told_nothing(pair.romeo, other)
        await pair.pending()

    async def test_sip_watcher_C_unsubscribed(self, pair: SPair):
        await pair.authorised()
        pair.refuses()
        await pair.told_nothing()
        await pair.pending()

    async def test_sip_watcher_A_NOTIFY_fails(self, pair: SPair):
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

    async def test_sip_watcher_N_expires_0_outside(self, pair: SPair):
        """juliet's server does not tell strangers; from somebody whom it does not ask it has no answer either."""
        await pair.subscribes(expires=0)
        end = await pair.told("terminated", "")
        await pair.place_received("probe")
        await pair.told_nothing()
        self.assertIn("reason=", end.text)

    async def test_sip_watcher_C_expires_0_outside(self, pair: SPair):
        await pair.authorised()
        await pair.subscribes(expires=0)
        self.assertIn("reason=timeout", (await pair.told("terminated", "open")).text)
        await pair.place_received("probe")
        await pair.is_told_nothing("subscribe")
        await pair.told_nothing()

    async def test_sip_watcher_A_expires_0_outside(self, pair: SPair):
        await pair.active()
        other = await pair.another_endpoint()
        await pair.subscribes(other, expires=0)
        self.assertIn("reason=timeout", (await pair.told("terminated", "open", other)).text)
        await pair.is_told_nothing("probe")

    async def test_sip_watcher_P_expires_0_outside(self, pair: SPair):
        await pair.pending()
        other = await pair.another_endpoint()
        await pair.subscribes(other, expires=0)
        self.assertIn("reason=timeout", (await pair.told("terminated", "", other)).text)
        await pair.is_told_nothing("probe")
        await pair.told_nothing()  # the question stands
        pair.approves()
        await pair.told_of_approval()

    async def test_sip_watcher_unknown_dialog(self, pair: SPair):
        await pair.active()
        pair.romeo.dialog.call_id += "x"
        self.assertEqual(481, (await pair.romeo.refresh()).status)
        self.assertEqual(481, (await pair.romeo.refresh(expires=0)).status)
        await pair.told_nothing()
