"""What cannot be delivered comes back to its sender with a reason."""

import unittest

import scenario
from world import JULIET, ROMEO, SIP_DOMAIN, XMPP_DOMAIN
from xmpp_user import error_from, text_from


class Refusals(scenario.Scenario):
    async def test_an_unknown_xmpp_domain_is_404_with_its_code(self):
        romeo = await self.place.romeo()
        self.assert_answer(await romeo.page("nurse@nowhere.example", "hello"), 404, 61001)
        self.assert_answer(await romeo.invite("nurse@nowhere.example"), 404, 61001)
        self.assert_answer(await romeo.subscribe("nurse@nowhere.example"), 404, 61001)

    async def test_a_sender_of_another_sip_domain_is_403(self):
        romeo = await self.place.romeo()
        self.assert_answer(await romeo.page(JULIET, "hello", sender="tybalt@verona.example"), 403, 61002)

    async def test_an_unknown_xmpp_user_is_the_xmpp_servers_business(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await romeo.page(f"nobody@{XMPP_DOMAIN}", "hello")
        self.assertEqual(200, (await romeo.say(JULIET, "still here")).status)
        await juliet.inbox.take(text_from(ROMEO, "still here"))

    async def test_an_unknown_sip_user_is_item_not_found(self):
        juliet = await self.place.juliet()
        juliet.say(f"nobody@{SIP_DOMAIN}", "hello")
        error = await juliet.inbox.take(error_from(f"nobody@{SIP_DOMAIN}"))
        self.assertEqual("item-not-found", error["error"]["condition"])

    async def test_a_sip_user_who_declines_is_recipient_unavailable(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        romeo.chat_refusal = (486, "Busy Here")
        juliet.say(ROMEO, "hello")
        error = await juliet.inbox.take(error_from(ROMEO))
        self.assertEqual("recipient-unavailable", error["error"]["condition"])
        self.assertIn("sip-refused", error["error"]["text"])
        romeo.chat_refusal = None
        juliet.say(ROMEO, "and now?")
        await romeo.inbox.take(scenario.is_kind("message", "and now?"))


if __name__ == "__main__":
    unittest.main()
