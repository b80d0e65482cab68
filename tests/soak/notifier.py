"""One SIP user's state, told to the XMPP users who watch it, as a real notifier does. RFC 6665 §4.2.

One NOTIFY at a time in a dialog; what gets no answer is told anew or its subscription dropped, as notifiers do both.
"""

import asyncio
import dataclasses
import random
import time

import pidf
import sip_wire
import states

ENDING = (404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604)
AGAIN_SECONDS = 1.0, 2.0
DROPS = 0.5  # of the subscriptions whose NOTIFY got no answer


@dataclasses.dataclass
class Watched:
    dialog: sip_wire.Dialog
    watcher: str
    busy: bool = False  # a NOTIFY waits for its answer
    owed: bool = False  # and the state has changed since
    asked: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)  # by a SUBSCRIBE: a NOTIFY follows at once


class Notifier:
    def __init__(self, side, user):
        self.is_open, self.activity, self.note = True, "", states.note(0)
        self._side, self._user = side, user
        self._watched = {}  # Call-ID -> Watched

    @property
    def truth(self):
        """As a contact list shows it, see states.py."""
        return states.line({"": (states.SHOW_OF_ACTIVITY[self.activity], self.note)}) if self.is_open else ""

    @property
    def dialogs(self):
        return [one.dialog for one in self._watched.values()]

    @property
    def watched(self):
        return len(self._watched)

    def publish(self, is_open, activity, note):
        self.is_open, self.activity, self.note = is_open, activity, note
        for one in list(self._watched.values()):
            self._owe(one)

    def on_subscribe(self, request, reply):
        expires = int(request.get("expires", "3600"))
        call_id, watcher = request.get("call-id"), request.user("from")
        one = self._watched.get(call_id)
        if request.tag("to") and (one is None or request.tag("to") != one.dialog.local_tag):
            self._note(watcher, f"refresh in the dialog {call_id[:6]}, which is gone: 481")
            return reply(sip_wire.respond(request, "481 Subscription Does Not Exist"))
        if one and request.cseq < one.dialog.remote_cseq:
            self._note(watcher, f"SUBSCRIBE {request.cseq} {call_id[:6]} out of order")
            one.dialog.troubled = True
            return reply(sip_wire.respond(request, "500 Out Of Order"))
        if one is None:
            one = self._open(request, watcher, expires)
        one.dialog.remote_cseq = request.cseq
        one.dialog.target = request.uri("contact")
        one.dialog.expires_at = time.time() + expires
        self._note(watcher, f"SUBSCRIBE {request.cseq} {call_id[:6]} expires {expires}: 200")
        reply(sip_wire.respond(request, "200 OK", [
            f"Expires: {expires}", f"Contact: <{self._user.contact}>", f"Record-Route: {self._side.link.route}"],
            one.dialog.local_tag))
        if expires == 0:
            self._watched.pop(call_id, None)
            return asyncio.create_task(self._last_word(one, "timeout"))
        asyncio.get_running_loop().call_later(expires + 0.1, self._expire, one)
        one.asked.set()
        self._owe(one)

    def _open(self, request, watcher, expires):
        older = [o for o in self._watched.values() if o.watcher == watcher and o.dialog.live]
        if expires > 0:
            for other in older:
                self._side.given_up((watcher, self._user.address), "a second dialog", other.dialog)
        one = Watched(sip_wire.Dialog.of(request), watcher)
        if expires > 0:
            self._watched[one.dialog.call_id] = one
        else:
            self._side.count("notifier: polls")
        return one

    def _expire(self, one):
        if one.dialog.live or one.dialog.call_id not in self._watched:
            return
        del self._watched[one.dialog.call_id]
        self._side.count("notifier: not refreshed")
        self._note(one.watcher, f"{one.dialog.call_id[:6]} was not refreshed")
        asyncio.create_task(self._last_word(one, "timeout"))

    def _owe(self, one):
        one.owed = True
        if not one.busy:
            one.busy = True
            asyncio.create_task(self._tell(one))

    async def _tell(self, one):
        while one.owed and one.dialog.call_id in self._watched:
            one.owed = False
            one.asked.clear()
            left = max(0, int(one.dialog.expires_at - time.time()))
            answer = await self._notify(one, f"active;expires={left}")
            if answer is not None and answer.status < 300:
                continue
            one.dialog.troubled = True
            if answer is not None:
                self._side.count(f"notifier: NOTIFY answered {answer.status}")
            if (answer is None and random.random() < DROPS) or (answer is not None and answer.status in ENDING):
                self._side.count("notifier: subscriptions dropped")
                self._note(one.watcher, f"{one.dialog.call_id[:6]} dropped")
                self._watched.pop(one.dialog.call_id, None)
                break
            one.owed = True
            retry = answer.get("retry-after") if answer else ""
            await self._pause(one, int(retry.split(";")[0]) if retry else random.uniform(*AGAIN_SECONDS))
        one.busy = False

    @staticmethod
    async def _pause(one, seconds):
        try:
            async with asyncio.timeout(seconds):
                await one.asked.wait()
        except TimeoutError:
            pass

    async def _last_word(self, one, reason):
        await self._notify(one, f"terminated;reason={reason}")

    async def _notify(self, one, state):
        body = pidf.write(self._user.address, self.is_open, self.activity, self.note)
        told = self.truth
        answer = await self._side.transact(one.dialog, "NOTIFY", self._user.contact, [
            "Event: presence", f"Subscription-State: {state}", f"Record-Route: {self._side.link.route}",
            "Content-Type: application/pidf+xml"], body)
        self._note(one.watcher, f"NOTIFY {one.dialog.cseq} {one.dialog.call_id[:6]} {state} {told}: "
                                f"{answer.start[8:] if answer else 'no answer'}")
        return answer

    def _note(self, watcher, what):
        self._side.trails.note((watcher, self._user.address), what)
