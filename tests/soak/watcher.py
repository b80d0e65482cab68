"""One SIP user's subscription to one XMPP user, as a real subscriber keeps it. RFC 6665 §4.1.

It is refreshed before it expires, begun anew where the notifier ended or forgot it, and what a NOTIFY says counts only
in order. `shown` is what the contact list has.
"""

import asyncio
import random
import time

import states
import sip_wire

TIMER_N = 32.0
AGAIN_SECONDS = 1.0, 3.0  # after a request that got no answer
ACCEPT = "Accept: text/xml+msrtc.pidf, application/xpidf+xml, application/pidf+xml"
DEFAULT_RETRY_AFTER = {"probation": 60, "giveup": 300}


class Watcher:
    def __init__(self, side, user, contact):
        self.shown = None  # a line of states.py; None: nothing was told yet
        self.wanted = False
        self._side, self._user, self._contact = side, user, contact
        self._pair = (user.address, contact)
        self._dialog, self._woken = None, asyncio.Event()
        self._refresh_at = self._notify_by = self._not_before = self._began = 0.0

    @property
    def watching(self):
        return self._dialog is not None and self._dialog.live and bool(self._dialog.remote_tag)

    def want(self, wanted):
        self.wanted = wanted
        self._woken.set()

    async def run(self):
        while True:
            self._woken.clear()
            pause = await self._step()
            try:
                async with asyncio.timeout(pause):
                    await self._woken.wait()
            except TimeoutError:
                pass

    @property
    def dialogs(self):
        return [self._dialog] if self._dialog else []

    async def _step(self):
        """Does what is due; seconds until something will be, None if nothing will."""
        now = time.time()
        if not self.wanted:
            return await self._end() if self._dialog else None
        if now < self._not_before:
            return self._not_before - now
        if self._dialog is None:
            self._begin()
            return await self._subscribe(self._side.expires())
        if now >= self._dialog.expires_at > 0:
            return self._drop("expired here")
        if 0 < self._notify_by <= now:
            return self._drop("no NOTIFY within timer N")
        if now >= self._refresh_at:
            return await self._subscribe(self._side.expires())
        return self._pause()

    def _pause(self):
        due = [self._refresh_at, self._dialog.expires_at] + ([self._notify_by] if self._notify_by else [])
        return max(0.0, min(due) - time.time())

    def _begin(self):
        self._dialog = sip_wire.Dialog(f"sip:{self._user.address}", f"sip:{self._contact}")
        self._side.watching[self._dialog.call_id] = self
        self._began = time.time()
        self._course = states.Course()

    async def _subscribe(self, expires):
        dialog = self._dialog
        first = not dialog.remote_tag
        answer = await self._side.transact(dialog, "SUBSCRIBE", self._user.contact, [
            "Event: presence", ACCEPT, f"Expires: {expires}", *([f"Record-Route: {self._side.link.route}"] if first else [])])
        self._note(f"SUBSCRIBE {dialog.cseq} {dialog.call_id[:6]} expires {expires}: "
                   f"{answer.start[8:] if answer else 'no answer'}")
        if dialog is not self._dialog:  # ended meanwhile
            return 0.0
        if answer is None:
            if first and not dialog.remote_tag:
                self._side.count("watcher: SUBSCRIBE without answer")
                self._forget()
            return self._wait(random.uniform(*AGAIN_SECONDS))
        if answer.status < 300:
            dialog.learn(answer)
            granted = int(answer.get("expires", "0"))
            dialog.expires_at = time.time() + granted
            self._refresh_at = time.time() + granted * random.uniform(0.6, 0.85)
            if dialog.remote_cseq < 0:
                self._notify_by = time.time() + TIMER_N
            return self._pause()
        self._side.count(f"watcher: SUBSCRIBE answered {answer.status}")
        if answer.status == 481 and not first:
            self._side.given_up(self._pair, "481 to a refresh", dialog)
            self._forget()
            return 0.0
        if answer.status not in (408, 500, 503, 504):
            self._side.refused(self._pair, f"SUBSCRIBE: {answer.start}")
        if first:
            self._forget()
        return self._wait(int(answer.get("retry-after", "2").split(";")[0]))

    async def _end(self):
        """Expires 0; the last NOTIFY has timer N to come."""
        dialog = self._dialog
        if not dialog.remote_tag:
            return self._forget()
        dialog.troubled = True  # we ask for its end: it may come without an answer, or after one that says no (F-8)
        answer = await self._side.transact(dialog, "SUBSCRIBE", self._user.contact,
                                      ["Event: presence", ACCEPT, "Expires: 0"])
        self._note(f"SUBSCRIBE {dialog.cseq} {dialog.call_id[:6]} expires 0: {answer.start[8:] if answer else 'no answer'}")
        if answer is None or answer.status in (408, 500, 503, 504):
            self._refresh_at = 0.0  # so whoever wants it again asks at once
            return random.uniform(*AGAIN_SECONDS)
        deadline = time.time() + TIMER_N
        while self._dialog is dialog and not self.wanted and time.time() < deadline:
            self._woken.clear()
            try:
                async with asyncio.timeout(deadline - time.time()):
                    await self._woken.wait()
            except TimeoutError:
                self._side.count("watcher: no last NOTIFY")
        if self._dialog is dialog:
            self._forget()
        return 0.0 if self.wanted else None

    def _drop(self, why):
        self._side.count(f"watcher: {why}")
        self._note(why)
        self._forget()
        return 0.0

    def _forget(self):
        self._side.watching.pop(self._dialog.call_id, None)
        self._dialog, self._notify_by = None, 0.0

    def _wait(self, seconds):
        self._not_before = time.time() + seconds
        return seconds

    def _note(self, what):
        self._side.trails.note(self._pair, what)

    def on_notify(self, request):
        """How the NOTIFY is answered; it is acted on then."""
        dialog, number = self._dialog, request.cseq
        if request.tag("to") != dialog.local_tag or (dialog.remote_tag and request.tag("from") != dialog.remote_tag):
            return "481 Subscription Does Not Exist"
        if number < dialog.remote_cseq:
            self._side.count("watcher: NOTIFY out of order")
            self._note(f"NOTIFY {number} {dialog.call_id[:6]} refused, it is behind {dialog.remote_cseq}")
            return "500 Out Of Order"
        if number == dialog.remote_cseq:
            self._side.count("watcher: NOTIFY repeated")
        dialog.remote_cseq, self._notify_by = number, 0.0
        dialog.learn(request)
        state, _, parameters = request.get("subscription-state").partition(";")
        if request.body:
            self._show(states.of_document(request.body))
        self._note(f"NOTIFY {number} {dialog.call_id[:6]} {state};{parameters} {self.shown if request.body else '-'}")
        self._side.count(f"watcher: NOTIFY {state}")
        told = dict(part.strip().partition("=")[::2] for part in parameters.split(";"))
        if state == "terminated":
            self._on_terminated(dialog, told)
        elif "expires" in told:
            dialog.expires_at = time.time() + int(told["expires"])
            self._refresh_at = self._refresh_at or dialog.expires_at
        return "200 OK"

    def _show(self, line):
        age = states.age(line)
        if line != self.shown and age is not None and age < time.time() - self._began:  # news, not what is old here
            self._side.ages.append(age)
        if self._course.turns_back(line):
            self._side.count("watcher: an older state after a newer one")
            self._note(f"older than what was shown: {line}")
        self.shown = line

    def _on_terminated(self, dialog, told):
        reason = told.get("reason", "")
        self._forget()
        self._woken.set()
        if not self.wanted:
            return
        if reason in ("rejected", "noresource"):
            self._side.refused(self._pair, f"NOTIFY terminated;reason={reason}")
        elif dialog.live:
            self._side.given_up(self._pair, f"NOTIFY terminated;reason={reason}", dialog)
        self._not_before = time.time() + int(told.get("retry-after", DEFAULT_RETRY_AFTER.get(reason, 0)))
