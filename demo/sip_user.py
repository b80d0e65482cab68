"""A SIP user behind the Edge: presence both ways and chat sessions, as Communicator speaks them.

What arrives goes into `inbox` as Event values; requests return their final response. A chat is an INVITE
with `m=message`, then MESSAGE and INFO inside its dialog; a 481 makes a new one, as Microsoft's clients do.
"""

import asyncio
import dataclasses
import secrets

import pidf
import sip_dialog
import sip_message
from mailbox import Mailbox

ANSWER_SECONDS = 35
ALLOW = "INVITE, BYE, ACK, CANCEL, INFO, MESSAGE, UPDATE, REFER, NOTIFY, BENOTIFY"
SDP = ("v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=session\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
       "m=message 5060 sip {to}\r\na=accept-types:text/plain multipart/alternative text/html\r\n")
TYPING = '<?xml version="1.0"?>\r\n<KeyboardActivity>\r\n  <status status="{}"/>\r\n</KeyboardActivity>\r\n'

# Users have an address of their own: Kamailio looks for a user's connection by address and port alone, and the
# system may give the gateway's connection to its TLS port the number that a user's to its TCP port has.
ADDRESS = "127.0.0.2"

COMPOSING = ('<?xml version="1.0"?><isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing">'
             '<state>{}</state></isComposing>')


@dataclasses.dataclass
class Event:
    kind: str  # message, typing, invite, bye, subscribe, notify
    peer: str  # user@domain
    text: str = ""  # body; of notify the Subscription-State; of subscribe its Expires
    state: pidf.State = None  # of notify
    request: sip_message.SipMessage = dataclasses.field(default=None, repr=False)


class SipUser:
    def __init__(self, address, proxy_port):
        self.address = address
        self.inbox = Mailbox()
        self.admits = "active"  # new watchers become: active, pending or rejected
        self.chat_refusal = None  # (status, reason): how INVITE and MESSAGE are answered instead of 200
        self.is_open, self.activity, self.note = True, "", ""
        self._proxy_port = proxy_port
        self._uri = f"sip:{address}"
        self._contact = f"{self._uri};opaque=user:epid:{secrets.token_urlsafe(12)};gruu"
        self._pending = {}  # branch -> future of the final response
        self._chats = {}  # peer -> the dialog to write to
        self._subscriptions = {}  # peer -> dialog of our SUBSCRIBE
        self._watchers = {}  # Call-ID -> dialog of a SUBSCRIBE to us

    async def sign_in(self):
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self._proxy_port, local_addr=(ADDRESS, 0))
        port = self._writer.get_extra_info("sockname")[1]
        self._via = f"SIP/2.0/TCP {ADDRESS}:{port}"
        self._listening = asyncio.create_task(self._listen())
        binding = f"<sip:{self.address.split('@')[0]}@{ADDRESS}:{port};transport=tcp>"
        dialog = sip_dialog.Dialog.to(self._uri, self.address)
        dialog.target = "sip:" + self.address.split("@")[1]
        request = dialog.request("REGISTER", self._contact, self._via, [("Expires", "3600")])
        request.headers = [(n, binding if n == "Contact" else v) for n, v in request.headers]
        return await self.ask(request)

    def close(self):
        self._listening.cancel()
        self._writer.close()

    # Requests

    async def ask(self, request):
        """Sends `request` and waits for its final response."""
        answer = self._pending[request.branch] = asyncio.get_running_loop().create_future()
        self._writer.write(request.encode())
        try:
            return await asyncio.wait_for(answer, ANSWER_SECONDS)
        finally:
            del self._pending[request.branch]

    async def request(self, dialog, method, headers=(), body=b""):
        return await self.ask(dialog.request(method, self._contact, self._via, headers, body))

    async def invite(self, peer):
        """Opens a chat session. Returns the final response; a 2xx is acknowledged."""
        dialog = sip_dialog.Dialog.to(self._uri, peer)
        answer = await self.request(dialog, "INVITE", [
            ("User-Agent", "UCCAPI/3.5.6907.37 OC/3.5.6907.37 (Microsoft Office Communicator 2007 R2)"),
            ("Ms-Text-Format", "text/plain; charset=UTF-8;ms-body=SGVsbG8="), ("Roster-Manager", self._uri),
            ("Supported", "ms-delayed-accept"), ("Supported", "timer"), ("Supported", "com.microsoft.rtc-multiparty"),
            ("EndPoints", f"<{self._uri}>, <sip:{peer}>"), ("ms-keep-alive", "UAC;hop-hop=yes"), ("Allow", ALLOW),
            ("Content-Type", "application/sdp")], SDP.format(to="null").encode())
        if answer.status < 300:
            dialog.learn(answer)
            self._writer.write(dialog.request("ACK", self._contact, self._via).encode())
            self._chats[peer] = dialog
        return answer

    async def say(self, peer, text):
        """One message in the chat with `peer`, which is opened when there is none. The final response."""
        for _ in range(2):
            if peer not in self._chats:
                opened = await self.invite(peer)
                if opened.status >= 300:
                    return opened
            answer = await self.request(self._chats[peer], "MESSAGE",
                                        [("Content-Type", "text/plain; charset=UTF-8")], text.encode())
            if answer.status not in (408, 480, 481):
                break
            self._chats.pop(peer, None)
        return answer

    async def page(self, peer, text, sender=None):
        """One MESSAGE outside of dialogs, from `sender` or ourselves. The final response."""
        dialog = sip_dialog.Dialog.to(f"sip:{sender}" if sender else self._uri, peer)
        return await self.request(dialog, "MESSAGE", [("Content-Type", "text/plain")], text.encode())

    async def page_typing(self, peer, state="active"):
        """The isComposing document outside of dialogs. The final response."""
        return await self.request(sip_dialog.Dialog.to(self._uri, peer), "MESSAGE", [
            ("Content-Type", "application/im-iscomposing+xml")], COMPOSING.format(state).encode())

    async def type_to(self, peer, status="type"):
        return await self.request(self._chats[peer], "INFO", [("Content-Type", "application/xml")],
                                  TYPING.format(status).encode())

    async def hang_up(self, peer):
        return await self.request(self._chats.pop(peer), "BYE")

    async def subscribe(self, peer, expires=3600):
        """Asks for the presence of `peer`; again to refresh, with 0 to end it. The final response."""
        dialog = self._subscriptions.setdefault(peer, sip_dialog.Dialog.to(self._uri, peer))
        answer = await self.request(dialog, "SUBSCRIBE", [
            ("Event", "presence"), ("Expires", str(expires)),
            ("Accept", "text/xml+msrtc.pidf, application/xpidf+xml, application/pidf+xml")])
        if answer.status < 300:
            dialog.learn(answer)
        else:
            self._subscriptions.pop(peer, None)
        return answer

    async def publish(self, is_open=True, activity="", note=""):
        """Our own presence, to everybody who watches us. The final responses."""
        self.is_open, self.activity, self.note = is_open, activity, note
        return [await self._notify(dialog, "active") for dialog in list(self._watchers.values())]

    async def decide(self, peer, state):
        """What becomes of a pending watcher: active, or rejected."""
        return [await self._notify(d, state) for d in list(self._watchers.values()) if d.peer == peer]

    async def _notify(self, dialog, state):
        ends = state in ("rejected", "timeout")
        document = pidf.write(self.address, self.is_open, self.activity, self.note) if state == "active" else b""
        if ends:
            self._watchers.pop(dialog.call_id, None)
        return await self.request(dialog, "NOTIFY", [
            ("Event", "presence"),
            ("Subscription-State", f"terminated;reason={state}" if ends else f"{state};expires=3600"),
            *([("Content-Type", "application/pidf+xml")] if document else [])], document)

    # What arrives

    async def _listen(self):
        while message := await sip_message.read(self._reader):
            if message.method:
                self._on_request(message)
            elif message.status >= 200 and (waiting := self._pending.get(message.branch)) and not waiting.done():
                waiting.set_result(message)

    def _answer(self, request, status, reason, headers=(), body=b"", tag=""):
        if status < 300 and request.method in ("INVITE", "SUBSCRIBE"):
            headers = [("Contact", f"<{self._contact}>"), *headers]
        self._writer.write(sip_message.respond(request, status, reason, headers, body, tag).encode())

    def _on_request(self, request):
        peer = sip_dialog.bare(sip_message.address(request.get("From")))
        handler = {"INVITE": self._on_invite, "MESSAGE": self._on_message, "INFO": self._on_info,
                   "BYE": self._on_bye, "SUBSCRIBE": self._on_subscribe, "NOTIFY": self._on_notify,
                   "ACK": lambda request, peer: None}.get(request.method)
        if handler:
            handler(request, peer)
        else:
            self._answer(request, 405, "Method Not Allowed", [("Allow", ALLOW)])

    def _on_invite(self, request, peer):
        self.inbox.put(Event("invite", peer, request.text, request=request))
        if self.chat_refusal:
            return self._answer(request, *self.chat_refusal, tag=secrets.token_hex(5))
        tag = secrets.token_hex(5)
        self._chats[peer] = sip_dialog.Dialog.of(request, tag)
        self._answer(request, 200, "OK", [("Content-Type", "application/sdp")],
                     SDP.format(to=self._uri).encode(), tag)

    def _on_message(self, request, peer):
        in_dialog = sip_message.tag_of(request.get("To"))
        if in_dialog and (peer not in self._chats or self._chats[peer].call_id != request.get("Call-ID")):
            return self._answer(request, 481, "Call/Transaction Does Not Exist")
        if self.chat_refusal:
            return self._answer(request, *self.chat_refusal, tag=secrets.token_hex(5))
        if "im-iscomposing" in request.get("Content-Type"):
            typed = "type" if "<state>active<" in request.text else "idle"
            self.inbox.put(Event("typing", peer, typed, request=request))
        else:
            self.inbox.put(Event("message", peer, request.text, request=request))
        self._answer(request, 200, "OK", tag=secrets.token_hex(5))

    def _on_info(self, request, peer):
        if "KeyboardActivity" in request.text:
            self.inbox.put(Event("typing", peer, "type" if '"type"' in request.text else "idle", request=request))
        self._answer(request, 200, "OK")

    def _on_bye(self, request, peer):
        if peer in self._chats and self._chats[peer].call_id == request.get("Call-ID"):
            del self._chats[peer]
        self.inbox.put(Event("bye", peer, request=request))
        self._answer(request, 200, "OK")

    def _on_subscribe(self, request, peer):
        expires = request.get("Expires", "3600")
        known = self._watchers.get(request.get("Call-ID"))
        if sip_message.tag_of(request.get("To")) and not known:
            return self._answer(request, 481, "Subscription Does Not Exist")
        tag = secrets.token_hex(5)
        dialog = known or sip_dialog.Dialog.of(request, tag)
        self._watchers[dialog.call_id] = dialog
        self._answer(request, 200, "OK", [("Expires", expires)], tag="" if known else tag)
        self.inbox.put(Event("subscribe", peer, expires, request=request))
        asyncio.create_task(self._notify(dialog, "timeout" if expires == "0" else self.admits))

    def _on_notify(self, request, peer):
        dialog = self._subscriptions.get(peer)
        if not dialog or dialog.call_id != request.get("Call-ID"):
            return self._answer(request, 481, "Subscription Does Not Exist")
        state = request.get("Subscription-State")
        self.inbox.put(Event("notify", peer, state, pidf.read(request.body), request))
        if state.startswith("terminated"):
            del self._subscriptions[peer]
        self._answer(request, 200, "OK")
