"""An XMPP user: slixmpp with everything that arrives in an inbox, and nothing done by itself."""

import asyncio
import logging

logging.getLogger("slixmpp").setLevel(logging.CRITICAL)
import slixmpp

from mailbox import Mailbox

SIGN_IN_SECONDS = 20
STATES = ("active", "composing", "paused", "inactive", "gone")


class XmppUser(slixmpp.ClientXMPP):
    """`inbox` takes the stanzas: presence of other accounts, and messages."""

    def __init__(self, address, password, port, trust):
        super().__init__(address, password)
        self.inbox = Mailbox()
        self.roster.auto_authorize = None  # neither approve nor deny
        self.roster.auto_subscribe = False
        self.ca_certs = str(trust)
        self.register_plugin("xep_0085")  # chat states
        self._port = port
        self.register_handler(slixmpp.xmlstream.handler.Callback(
            "inbox: messages", slixmpp.xmlstream.matcher.StanzaPath("message"), self.inbox.put))
        self.register_handler(slixmpp.xmlstream.handler.Callback(
            "inbox: presence", slixmpp.xmlstream.matcher.StanzaPath("presence"), self._on_presence))

    def _on_presence(self, stanza):
        if stanza["from"].bare != self.boundjid.bare:
            self.inbox.put(stanza)

    async def sign_in(self):
        started = asyncio.get_running_loop().create_future()
        self.add_event_handler("session_start", started.set_result, disposable=True)
        self.connect(("127.0.0.1", self._port))
        await asyncio.wait_for(started, SIGN_IN_SECONDS)
        await self.get_roster()
        self.send_presence()

    def say(self, to, text, **attributes):
        self.send_message(mto=to, mbody=text, mtype="chat", **attributes)

    def typing(self, to, state="composing"):
        message = self.make_message(mto=to, mtype="chat")
        message["chat_state"] = state
        message.send()

    def subscription(self, to, kind):
        """`kind`: subscribe, subscribed, unsubscribe or unsubscribed."""
        self.send_presence(pto=to, ptype=kind)


def presence_of(address, kind=None, show=None):
    """Tells the presence of `address` with type `kind` ("available" for none) and `show`, where given."""
    def wanted(stanza):
        if stanza.name != "presence" or stanza["from"].bare != address:
            return False
        return (kind is None or (stanza.xml.get("type") or "available") == kind) and \
               (show is None or (stanza["show"] or "") == show)
    return wanted


def text_from(address, text=None):
    """Tells a message of `address` with a body, and that body where given."""
    return lambda stanza: (stanza.name == "message" and stanza["type"] != "error" and stanza["from"].bare == address
                           and stanza["body"] and text in (None, stanza["body"]))


def typing_from(address, state="composing"):
    return lambda stanza: (stanza.name == "message" and stanza["from"].bare == address
                           and stanza["chat_state"] == state)


def error_from(address):
    return lambda stanza: (stanza.name == "message" and stanza["type"] == "error"
                           and stanza["from"].bare == address)
