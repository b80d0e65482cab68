"""Who is killed when: each process of the gateway in turn, again and again."""

import asyncio
import collections
import itertools
import time

import gateway

IN_TURN = ("sip-frontend", "xmpp-frontend", "router", "redis-server")
ROUND_OF_ROUTERS = 2  # in every such round all routers go at once too
PROSODY = "prosody"


class Faults:
    """`kills`: name -> how often. `times`: (seconds since 1970, name)."""

    def __init__(self, place, seed_random, every):
        self.kills, self.times = collections.Counter(), []
        self._place, self._random, self._every = place, seed_random, every

    def _plan(self):
        for number in itertools.count():
            yield from IN_TURN
            if number % ROUND_OF_ROUTERS == 0:
                yield "all routers"

    async def run(self, seconds, restart_partner_at):
        """For `seconds`; the partner's server is restarted once, `restart_partner_at` seconds after the beginning;
        None: never."""
        began = time.monotonic()
        partner_due = restart_partner_at is not None
        for name in self._plan():
            pause = self._every * self._random.uniform(0.7, 1.3)
            if time.monotonic() - began + pause > seconds:
                break
            await asyncio.sleep(pause)
            if partner_due and time.monotonic() - began >= restart_partner_at:
                partner_due = False
                self._record(PROSODY)
                await self._place.restart_partner()
                continue
            self._kill(name)
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))

    def _kill(self, name):
        running = gateway.processes(self._place.gateway.process.pid)
        pids = running.get("router" if name == "all routers" else name, [])
        if not pids:
            return  # it is being started again
        for pid in pids if name == "all routers" else [self._random.choice(pids)]:
            gateway.kill(pid)
            self._record(name)

    def _record(self, name):
        self.kills[name] += 1
        self.times.append((time.time(), name))
