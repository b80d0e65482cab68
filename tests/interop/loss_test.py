"""Nothing is lost in silence: while front-ends are killed or the partner's server is restarted under a stream of
messages, each message arrives or its sender is told."""

import asyncio
import unittest

import scenario
import gateway
from partner_world import PartnerWorld
from world import JULIET, ROMEO
from xmpp_user import error_from, text_from

MESSAGES = 300
BREAK_AT = 100
SETTLE_SECONDS = 40  # a session message may wait 31 s for the SIP side


class Loss(scenario.Scenario):
    async def start(self):
        pass  # each test has a world of its own

    async def _world(self, *words, **more):
        self.place.stop()
        self.place = PartnerWorld(*words, **more)
        await self.place.start()
        return await self.place.romeo(), await self.place.juliet()

    async def test_either_xmpp_frontend_killed_under_traffic_both_ways(self):
        for which in (0, 1):
            romeo, juliet = await self._world("prosody", "external", frontends=2, prosody_modules=("smacks",))
            await self._open_streams(romeo, juliet)
            await self.until(lambda: '"stream managed"' in self.place.gateway_log(), "Prosody asks for acknowledgements")

            def kill():
                gateway.kill(gateway.processes(self.place.gateway.process.pid)["xmpp-frontend"][which])

            sent, refused = await self._both_write(romeo, juliet, kill)
            await self._all_accounted_for(romeo, juliet, sent, refused)

    async def test_prosody_restarted_under_messages_to_it(self):
        await self._restart("prosody", "external", prosody_modules=("smacks",))

    async def test_prosody_restarted_with_dialback(self):
        await self._restart("prosody", "dialback")

    async def test_ejabberd_restarted(self):
        await self._restart("ejabberd", "dialback")

    async def _restart(self, *words, **more):
        romeo, juliet = await self._world(*words, offline_storage=True, **more)
        await self._open_streams(romeo, juliet)
        await juliet.disconnect(wait=SETTLE_SECONDS)  # ejabberd still takes messages for a connection that broke off
        restarting, number = None, 0
        accepted = []
        while len(accepted) < MESSAGES:
            if len(accepted) == BREAK_AT and restarting is None:
                restarting = asyncio.create_task(self.place.restart_partner())
            text, number = f"number {number}", number + 1
            answer = await romeo.say(JULIET, text)
            if answer.status == 200:
                accepted.append(text)
            else:
                self.assertTrue(answer.get("ms-diagnostics-public"), answer.start)
                await asyncio.sleep(0.05)  # as a person who tries again
        await restarting
        again = await self.place.juliet()  # what came meanwhile was kept for her
        got = set()
        while not got.issuperset(accepted):
            missing = sorted(set(accepted) - got)
            got.add((await again.inbox.take(text_from(ROMEO), what=f"{len(missing)} messages, first {missing[0]}"))["body"])

    async def _open_streams(self, romeo, juliet):
        while (await romeo.say(JULIET, "open")).status != 200:
            await asyncio.sleep(0.2)
        await juliet.inbox.take(text_from(ROMEO, "open"))
        juliet.say(ROMEO, "open")
        await romeo.inbox.take(scenario.is_kind("message", "open"))

    async def _both_write(self, romeo, juliet, disturb):
        """The texts that were taken for romeo and all of juliet's; those of romeo's that were refused."""
        accepted, refused = [], []
        ids = {}

        async def romeo_writes():
            for number in range(MESSAGES):
                text = f"from romeo {number}"
                answer = await romeo.say(JULIET, text)
                (accepted if answer.status == 200 else refused).append(text)

        writing = asyncio.create_task(romeo_writes())
        for number in range(MESSAGES):
            if number == BREAK_AT:
                disturb()
            text = f"from juliet {number}"
            message = juliet.make_message(mto=ROMEO, mbody=text, mtype="chat")
            message["id"] = f"id-{number}"
            ids[message["id"]] = text
            message.send()
            await asyncio.sleep(0.002)  # a stream, not a burst
        await writing
        return (accepted, ids), refused

    async def _all_accounted_for(self, romeo, juliet, sent, refused):
        accepted, ids = sent
        self.assertEqual(MESSAGES, len(accepted) + len(refused))
        got = set()
        while not got.issuperset(accepted):
            missing = set(accepted) - got
            got.add((await juliet.inbox.take(text_from(ROMEO), what=f"{len(missing)} of romeo's messages"))["body"])
        open_ids = dict(ids)
        arrived, bounced = set(), set()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + SETTLE_SECONDS
        while True:
            arrived |= {event.text for event in romeo.inbox.drain(scenario.is_kind("message"))}
            bounced |= {stanza["id"] for stanza in juliet.inbox.drain(error_from(ROMEO))}
            open_ids = {key: text for key, text in ids.items() if text not in arrived and key not in bounced}
            if not open_ids:
                return
            self.assertLess(loop.time(), deadline, f"lost in silence: {sorted(open_ids.values())}")
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
