"""`dragoman explain` and `dragoman subs` beside real servers: each reason why two users see each other or not is told, and
what an operator does to a subscription reaches both sides."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import unittest

import scenario
import gateway
import world
from scenario import is_kind, is_notify
from world import JULIET, ROMEO, SIP_DOMAIN, XMPP_DOMAIN
from xmpp_user import presence_of

NURSE, BENVOLIO, MERCUTIO = f"nurse@{XMPP_DOMAIN}", f"benvolio@{SIP_DOMAIN}", f"mercutio@{SIP_DOMAIN}"
STRANGER = "rosaline@elsewhere.example"
SECONDS = 60


class Verona(world.World):
    xmpp_users = ("juliet", "nurse")


class Explain(scenario.Scenario):
    """One world for all: its steps follow each other, from two friends to a gateway that does not run."""

    async def asyncSetUp(self):
        self.place = Verona()
        self.addCleanup(lambda: self.place.stop(keep_folder=True))
        await self.place.start()
        self.romeo, self.juliet = await self.place.romeo(), await self.place.juliet()
        self.nurse = await self.place.juliet(NURSE)
        self.benvolio, self.mercutio = await self.place.romeo(BENVOLIO), await self.place.romeo(MERCUTIO)

    async def test_each_reason_and_each_change(self):
        for step in (self._friends, self._pending_at_the_sip_user, self._pending_at_the_xmpp_user, self._refused,
                     self._of_a_stranger, self._lists, self._asks_anew, self._drops, self._without_redis,
                     self._without_the_partner, self._without_a_router, self._without_the_gateway):
            with self.subTest(step.__name__):
                await step()

    # ---- two users

    async def _friends(self):
        await self.befriend(self.romeo, self.juliet)
        self.juliet.send_presence(pshow="away", pstatus="on the balcony")
        await self.romeo.inbox.take(is_notify("active", "open", "away"))
        told = await self._explain(ROMEO, JULIET, status=0)
        self.assertRegex(told["sees"]["text"], r'^romeo sees juliet: away "on the balcony", as heard \d+ s ago\.$')
        self.assertEqual(("yes", "romeo can write to juliet."), (told["writes"]["answer"], told["writes"]["text"]))
        found = {f"{f['area']} {f['name']} {f['severity']}" for f in told["findings"]}
        for hop in ("addresses address ok", "policy partner ok", "processes process ok", "processes router ok",
                    "redis redis-router ok", "dns partner ok", "partners partner-connect ok", "partners partner-proof ok",
                    "edges edge-connect ok", "edges edge-tls ok", "edges edge-options ok", "subscriptions subscription ok",
                    "subscriptions dialog ok", "subscriptions document ok", "conversation session ok"):
            self.assertIn(hop, found)
        told = await self._explain(f"xmpp:{JULIET}", f"sip:{ROMEO}", status=0)
        self.assertEqual("yes", told["sees"]["answer"], told)
        text = (await self._run("explain", ROMEO, JULIET)).stdout
        self.assertRegex(text, r"\n  ok +document +romeo@montague\.example +shows juliet@capulet\.example away ")

    async def _pending_at_the_sip_user(self):
        self.benvolio.admits = "pending"
        self.juliet.subscription(BENVOLIO, "subscribe")
        await self.benvolio.inbox.take(is_kind("subscribe"))
        told = await self._explain_until(JULIET, BENVOLIO, "has not approved yet")
        self.assertRegex(told["sees"]["text"], r"^juliet does not see benvolio: benvolio has not approved yet")
        self.assertEqual("yes", told["writes"]["answer"])
        mend = self._one(told, "subscription", "warning")["mend"]
        self.assertIn(f"let {BENVOLIO} approve", mend)

    async def _pending_at_the_xmpp_user(self):
        self.assert_answer(await self.benvolio.subscribe(NURSE), 200)
        await self.nurse.inbox.take(presence_of(BENVOLIO, "subscribe"))
        told = await self._explain(BENVOLIO, NURSE, status=1)
        self.assertRegex(told["sees"]["text"], r"benvolio does not see nurse: nurse has not approved yet \(asked \d+ s ago\)")

    async def _refused(self):
        self.mercutio.admits = "rejected"
        self.juliet.subscription(MERCUTIO, "subscribe")
        await self.juliet.inbox.take(presence_of(MERCUTIO, "unsubscribed"))
        told = await self._explain_until(JULIET, MERCUTIO, "there is no subscription")
        self.assertEqual(("no", "yes"), (told["sees"]["answer"], told["writes"]["answer"]))
        self.assert_answer(await self.mercutio.subscribe(JULIET), 200)
        await self.juliet.inbox.take(presence_of(MERCUTIO, "subscribe"))
        self.juliet.subscription(MERCUTIO, "unsubscribed")
        await self.mercutio.inbox.take(is_notify("terminated"))
        told = await self._explain_until(MERCUTIO, JULIET, "there is no subscription")
        self.assertIn("never asked, was refused, or ended it", told["sees"]["text"])

    async def _of_a_stranger(self):
        told = await self._explain(ROMEO, STRANGER, status=1)
        self.assertEqual((61001, 61001), (told["sees"]["code"], told["writes"]["code"]))
        self.assertIn("no entry of partners has this domain", told["writes"]["text"])
        self.assertEqual(61002, (await self._explain(STRANGER, ROMEO, status=1))["writes"]["code"])

    # ---- subscriptions

    async def _lists(self):
        pairs = {(ROMEO, JULIET): "active", (JULIET, ROMEO): "active", (JULIET, BENVOLIO): "pending",
                 (BENVOLIO, NURSE): "pending"}
        self.assertEqual(pairs, await self._listed())
        self.assertEqual(pairs, await self._listed("--partner", XMPP_DOMAIN))
        self.assertEqual({}, await self._listed("--partner", "elsewhere.example", status=1))
        for words, wanted in ((("--watcher", JULIET), {(JULIET, ROMEO), (JULIET, BENVOLIO)}),
                              (("--presentity", f"sip:{ROMEO}"), {(JULIET, ROMEO)}),
                              (("--state", "pending", "--watcher", BENVOLIO), {(BENVOLIO, NURSE)})):
            self.assertEqual(wanted, set(await self._listed(*words)), words)
        done = await self._run("subs", "list", "--limit", "2")
        self.assertEqual((0, 1 + 2 + 1), (done.returncode, len(done.stdout.splitlines())), done.stdout)
        self.assertIn("There are more", done.stdout)
        done = await self._run("subs", "show", ROMEO, JULIET)
        for line in (f"{ROMEO} watches {JULIET}\n  state       active, the watcher on the SIP side",
                     'away, priority 0, since', '"on the balcony"', f"{JULIET} watches {ROMEO}\n  state       active",
                     f"{ROMEO} has 1 of 1000"):
            self.assertIn(line, done.stdout)

    async def _asks_anew(self):
        self.romeo.inbox.drain()
        done = await self._run("subs", "refresh", JULIET, ROMEO)
        self.assertEqual((0, f"asked anew: {JULIET} watches {ROMEO}\n"), (done.returncode, done.stdout), done.stderr)
        await self.romeo.inbox.take(is_kind("subscribe"), what="a SUBSCRIBE within its dialog")
        self.assertEqual(0, (await self._run("subs", "refresh", BENVOLIO, NURSE)).returncode)  # Prosody keeps it to itself
        done = await self._run("subs", "refresh", NURSE, ROMEO)
        self.assertEqual((1, "61011 item-not-found: no such subscription\n"), (done.returncode, done.stderr))

    async def _drops(self):
        self.assertEqual(2, (await self._run("subs", "drop", ROMEO, JULIET)).returncode)
        done = await self._run("subs", "drop", ROMEO, JULIET, "--yes")
        self.assertEqual((0, f"dropped: {ROMEO} watches {JULIET}\n"), (done.returncode, done.stdout), done.stderr)
        self.assertNotIn((ROMEO, JULIET), await self._listed())
        self.assertIn("rejected", (await self.romeo.inbox.take(is_notify("terminated"))).text)
        await self.juliet.inbox.take(presence_of(ROMEO, "unsubscribe"))
        self.assertEqual(0, (await self._run("subs", "drop", JULIET, BENVOLIO, "--yes")).returncode)
        await self.juliet.inbox.take(presence_of(BENVOLIO, "unsubscribed"))
        await self.benvolio.inbox.take(is_kind("subscribe", "0"), what="SUBSCRIBE with Expires 0")
        self.assertEqual(1, (await self._run("subs", "drop", JULIET, BENVOLIO, "--yes")).returncode)
        told = await self._explain(ROMEO, JULIET, status=1)
        self.assertIn("there is no subscription", told["sees"]["text"])

    # ---- what is down

    async def _without_redis(self):
        with self._stopped("redis-server"):
            told = await self._explain(JULIET, ROMEO, status=1)
            self.assertEqual(("old", 62003), (told["sees"]["answer"], told["sees"]["code"]), told["sees"])
            self.assertEqual(62003, told["writes"]["code"], told["writes"])
            done = await self._run("subs", "list")
            self.assertEqual(1, done.returncode, done.stdout)
            self.assertIn("62003 store-unavailable", done.stderr)
            done = await self._run("subs", "show", JULIET, ROMEO)
            self.assertEqual((1, "the router does not reach Redis\n"), (done.returncode, done.stderr))
        await self._explain_until(JULIET, ROMEO, "juliet sees romeo")

    async def _without_the_partner(self):
        [partner] = [one for one in self.place.servers if one.name == "prosody"]
        await asyncio.to_thread(partner.stop)
        told = await self._explain(ROMEO, JULIET, status=1)
        self.assertRegex(told["writes"]["text"], "^romeo cannot write to juliet: there is no connection to the server of "
                                                 r"capulet\.example: .*refused \(61014 remote-server-timeout\)\.$")
        told = await self._explain(JULIET, ROMEO, status=1)
        self.assertEqual(("old", "doubtful"), (told["sees"]["answer"], told["writes"]["answer"]), told)
        self.assertIn("but nothing new: there is no connection to the server of", told["sees"]["text"])

    async def _without_a_router(self):
        done = await self._run("drain", "router-0", "--state", self.place.folder)
        self.assertEqual(0, done.returncode, done.stderr)
        told = await self._explain(ROMEO, JULIET, status=1)
        self.assertRegex(told["writes"]["text"],
                         r"^romeo cannot write to juliet: router-0: does not answer at .* \(62006 no-frontend\)\.$")
        self.assertEqual("doubtful", told["sees"]["answer"])
        self.assertIn("start the gateway", self._one(told, "process", "error")["mend"])
        for words in (["list"], ["show", ROMEO, JULIET], ["refresh", ROMEO, JULIET]):
            done = await self._run("subs", *words)
            self.assertEqual((2, ""), (done.returncode, done.stdout))
            self.assertIn("no router answers: 127.0.0.1:", done.stderr)

    async def _without_the_gateway(self):
        await asyncio.to_thread(self.place.gateway.stop)
        told = await self._explain(ROMEO, JULIET, status=1)
        self.assertEqual("romeo cannot write to juliet: the gateway does not run on this machine.", told["writes"]["text"])
        self.assertIn("cannot be told", told["sees"]["text"])

    # ---- the commands

    async def _run(self, *words):
        """`words` and where the configuration is."""
        return await asyncio.to_thread(
            subprocess.run, [gateway.PROGRAM, *words, "--config", self.place.folder / "dragoman.yaml"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS)

    async def _explain(self, of, to, status):
        done = await self._run("explain", of, to, "--json", "--state", self.place.folder)
        self.assertEqual((status, ""), (done.returncode, done.stderr), done.stdout)
        return json.loads(done.stdout)

    async def _explain_until(self, of, to, words):
        """What a peer has seen may reach the record a moment later."""
        async with asyncio.timeout(SECONDS):
            while True:
                done = await self._run("explain", of, to, "--json", "--state", self.place.folder)
                if words in json.loads(done.stdout)["sees"]["text"]:
                    return json.loads(done.stdout)

    def _one(self, told, name, severity):
        """The first finding of this name and severity."""
        return next(f for f in told["findings"] if (f["name"], f["severity"]) == (name, severity))

    async def _listed(self, *words, status=0):
        """(watcher, presentity) -> state."""
        done = await self._run("subs", "list", "--json", *words)
        self.assertEqual((status, ""), (done.returncode, done.stderr))
        return {(one["watcher"], one["presentity"]): one["state"] for one in json.loads(done.stdout)["subscriptions"]}

    @contextlib.contextmanager
    def _stopped(self, program):
        """The gateway's process of this name stands still, as a machine does that is cut off."""
        [pid] = gateway.processes(self.place.gateway.process.pid)[program]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)


if __name__ == "__main__":
    unittest.main()
