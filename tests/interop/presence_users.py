"""SIP users whose presence a test plays by hand: who is watched (Presentity) and who watches (Watcher).

Both are reached at their own connection, not through their registration: an address may have several of them.
"""

import secrets

import pidf
import sip_dialog
import sip_message
from sip_user import ADDRESS, Event, SipUser


class Reached(SipUser):
    async def sign_in(self):
        answer = await super().sign_in()
        port = self._writer.get_extra_info("sockname")[1]
        self._contact = f"sip:{self.address.split('@')[0]}@{ADDRESS}:{port};transport=tcp"
        return answer


class Asked:
    """One SUBSCRIBE that came: first or within its dialog."""

    def __init__(self, user, request, dialog):
        self.user, self.request, self.dialog = user, request, dialog
        self.expires = int(request.get("Expires"))
        self.call_id, self.from_tag = request.get("Call-ID"), sip_message.tag_of(request.get("From"))
        self.in_dialog = bool(sip_message.tag_of(request.get("To")))

    def answer(self, status, *headers):
        tag = sip_message.tag_of(self.dialog.local)
        self.user._answer(self.request, status, "As the test says", headers, tag="" if self.in_dialog else tag)
        return self

    def accept(self, expires=None):
        return self.answer(200, ("Expires", str(self.expires if expires is None else expires)))

    async def notify(self, state, body=b"", content_type="application/pidf+xml", method="NOTIFY", **headers):
        """`state`: the Subscription-State. The final response."""
        return await self.user.request(self.dialog, method, [
            ("Event", "presence"), ("Subscription-State", state),
            *([("Content-Type", content_type)] if body else []),
            *((name.replace("_", "-"), value) for name, value in headers.items())], body)

    async def shows(self, activity="", note="", is_open=True, expires=3600):
        """NOTIFY active with the document that says so."""
        return await self.notify(f"active;expires={expires}", pidf.write(self.user.address, is_open, activity, note))


class Presentity(Reached):
    """Answers no SUBSCRIBE by itself."""

    def __init__(self, *args):
        super().__init__(*args)
        self._asked, self._last = {}, {}  # Call-ID -> dialog, watcher -> Asked

    def _on_subscribe(self, request, peer):
        self.inbox.put(Event("subscribe", peer, request.get("Expires"), request=request))

    async def asked(self, expires=None, seconds=20, what="SUBSCRIBE", peer=None):
        """The next SUBSCRIBE, with these Expires and of this watcher where given."""
        event = await self.inbox.take(
            lambda event: (event.kind == "subscribe" and expires in (None, int(event.text))
                           and peer in (None, event.peer)), seconds, what)
        request = event.request
        dialog = self._asked.setdefault(request.get("Call-ID"),
                                        sip_dialog.Dialog.of(request, secrets.token_hex(5)))
        self._last[event.peer] = asked = Asked(self, request, dialog)
        return asked

    def watch_of(self, peer):
        """The SUBSCRIBE of this watcher that was taken last."""
        return self._last[peer]


class Watcher(Reached):
    """One endpoint of a SIP user. Its NOTIFYs come to `inbox` as they are, and are answered with `answers`."""

    def __init__(self, *args):
        super().__init__(*args)
        self.answers = (200, "OK")  # None: not at all
        self.dialog = None  # of the last SUBSCRIBE

    async def subscribe(self, peer, expires=3600, **words):
        """A first SUBSCRIBE; `words` are those of refresh. The final response."""
        self.dialog = sip_dialog.Dialog.to(self._uri, peer)
        return await self.refresh(expires, **words)

    async def refresh(self, expires=3600, accept="application/pidf+xml", headers=(), body=b"", event="presence"):
        """The next SUBSCRIBE of the dialog. `accept` None: no such header; `expires` as well."""
        answer = await self.request(self.dialog, "SUBSCRIBE", [
            ("Event", event), *([("Expires", str(expires))] if expires is not None else []),
            *([("Accept", accept)] if accept is not None else []), *headers], body)
        if answer.status == 200:
            self.dialog.learn(answer)
        return answer

    def _on_notify(self, request, peer):
        self.inbox.put(Event("notify", peer, request.get("Subscription-State"), _state_in(request), request))
        if self.answers:
            self._answer(request, *self.answers)


def _state_in(notify):
    return pidf.read(notify.body) if "pidf+xml" in notify.get("Content-Type") else pidf.State()
