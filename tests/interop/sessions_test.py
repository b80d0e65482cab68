"""Chat sessions when more than two parties or more than one session are involved, and when the SIP side forgets one."""

import asyncio
import unittest

import scenario
import ports
import sip_dialog
from edge_world import EdgeWorld
from scenario import is_kind
from sip_user import SDP, SipUser
from world import JULIET, ROMEO
from xmpp_user import error_from, text_from


class Sessions(scenario.Scenario):
    async def start(self):
        self.place = EdgeWorld(frontends=2, routers=2)
        await self.place.start()
        port = ports.free_port()
        await self.place.edge.serve_behind(port)
        self.romeo, self.juliet = await self.sign_in(port), await self.place.juliet()
        self.port = port

    async def sign_in(self, port):
        user = self.user(port)
        self.addCleanup(user.close)
        await user.sign_in()
        return user

    def user(self, port):
        return SipUser(ROMEO, port)

    async def test_one_of_two_endpoints_gets_the_chat_and_the_one_that_wrote_last_the_answers(self):
        phone = await self.sign_in(self.port)
        self.juliet.say(ROMEO, "which one?")
        asked = [asyncio.create_task(user.inbox.take(is_kind("message"), seconds=60)) for user in (self.romeo, phone)]
        done, rest = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        self.assertEqual("which one?", done.pop().result().text)
        other, loser = (phone, rest.pop()) if asked[0].done() else (self.romeo, rest.pop())
        await other.inbox.take(is_kind("bye"))  # its acceptance came second
        self.assertEqual(200, (await other.say(JULIET, "here I am")).status)
        await self.juliet.inbox.take(text_from(ROMEO, "here I am"))
        self.juliet.say(ROMEO, "there you are")
        self.assertEqual("there you are", (await loser).text)
        self.assertEqual([], self.juliet.inbox.drain(error_from(ROMEO)))

    async def test_a_session_that_the_sip_side_forgot_is_opened_anew_once(self):
        await self._to_romeo("one")
        self.romeo._chats.clear()
        await self._to_romeo("two")
        self.assertEqual(2, len(self.romeo.inbox.drain(is_kind("invite"))))
        self.assertEqual([], self.romeo.inbox.drain(is_kind("message")), "a text came twice")
        self.assertEqual([], self.juliet.inbox.drain(error_from(ROMEO)))

    async def test_a_refusal_is_the_senders(self):
        for status, condition in ((404, "item-not-found"), (403, "forbidden"), (408, "remote-server-timeout"),
                                  (480, "recipient-unavailable"), (486, "recipient-unavailable"),
                                  (488, "not-acceptable"), (500, "internal-server-error"),
                                  (603, "recipient-unavailable"), (606, "not-acceptable")):
            with self.subTest(status=status):
                self.romeo.chat_refusal = (status, "No")
                self.juliet.say(ROMEO, f"hello {status}")
                error = await self.juliet.inbox.take(error_from(ROMEO))
                self.assertEqual(condition, error["error"]["condition"])
        self.romeo.chat_refusal = None
        await self._to_romeo("and now?")

    async def test_a_refusal_inside_a_session_leaves_it_open(self):
        await self._to_romeo("one")
        self.romeo.chat_refusal = (486, "Busy Here")
        self.juliet.say(ROMEO, "two")
        await self.juliet.inbox.take(error_from(ROMEO))
        self.romeo.chat_refusal = None
        await self._to_romeo("three")
        self.assertEqual(1, len(self.romeo.inbox.drain(is_kind("invite"))))

    async def test_a_session_that_ended_is_opened_anew(self):
        self.assertEqual(200, (await self.romeo.say(JULIET, "one")).status)
        await self.romeo.hang_up(JULIET)
        await self._to_romeo("two")
        self.assertEqual(1, len(self.romeo.inbox.drain(is_kind("invite"))))

    async def _to_romeo(self, text):
        self.juliet.say(ROMEO, text)
        return await self.romeo.inbox.take(is_kind("message", text))


class Impatient(SipUser):
    """Calls back while it is being called."""

    def _on_invite(self, request, peer):
        self.calling_back = asyncio.create_task(self._call_back(request, peer))

    async def _call_back(self, request, peer):
        answer = await self.request(sip_dialog.Dialog.to(self._uri, peer), "INVITE",
                                    [("Content-Type", "application/sdp")], SDP.format(to="null").encode())
        super()._on_invite(request, peer)
        return answer


class Glare(Sessions):
    def user(self, port):
        return Impatient(ROMEO, port)

    async def test_both_open_a_session_at_the_same_time(self):
        await self._to_romeo("one")
        self.assertEqual(200, (await self.romeo.calling_back).status)
        self.assertEqual(200, (await self.romeo.say(JULIET, "me too")).status)
        await self.juliet.inbox.take(text_from(ROMEO, "me too"))
        await self._to_romeo("two")
        self.assertEqual([], self.juliet.inbox.drain(error_from(ROMEO)))


def load_tests(loader, tests, pattern):
    """The tests of Sessions are not run again for what derives from it."""
    suite = unittest.TestSuite()
    suite.addTests(loader.loadTestsFromTestCase(Sessions))
    suite.addTest(Glare("test_both_open_a_session_at_the_same_time"))
    return suite


if __name__ == "__main__":
    unittest.main()
