"""What the partner's server does about presence for its users: rosters, broadcasts, answers to probes, and probes of its
own when a user comes on. RFC 6121 §3 and §4.

It is the XMPP side of the soak's oracle (tests/soak/court.py), without a real server between the users and the stream:
so this one can fall and forget all but the rosters.
"""

import asyncio
import contextlib
import xml.etree.ElementTree as ET

import states
from court import Court

HOME, PHONE = "home", "phone"
SHOWS = ("", "chat", "away", "xa", "dnd")
AWAY_SECONDS = 3, 10
ASK_AGAIN_SECONDS = 45  # a person who was told nothing asks once more


class RosterUser:
    def __init__(self, address, contacts):
        self.address, self.contacts = address, contacts
        self.seen_by, self.sees = set(), set()  # contacts with a subscription "from" and "to"
        self.asked_by = {}  # contact -> the id of its request
        self.said = {}  # resource -> (show, note): those that are available
        self.serial = 0
        self.forget()

    def forget(self):
        """What was told to it, as its client does when it leaves."""
        self.shown = {contact: {} for contact in self.contacts}  # contact -> resource -> (show, note)
        self.courses = {contact: states.Course() for contact in self.contacts}


class RosterServer(Court):
    """`lists`: user -> its contacts. Speaks over `partner` (partner.py)."""

    def __init__(self, seed, lists, partner):
        super().__init__(seed)
        self.users = {address: RosterUser(address, contacts) for address, contacts in lists.items()}
        self._partner = partner
        self._queue = asyncio.Queue()  # what waits for a stream
        self._approved = asyncio.Event()  # somebody was, since it was looked at last
        self.settled = False  # all see each other
        partner.on_presence = self._on_presence

    async def do_start(self):
        self.come_on()

    async def _write(self):
        """One after the other: what a user says has an order."""
        while True:
            await self._partner.send(await self._queue.get())

    def _say(self, sender, to, kind="", content=""):
        kind = f" type='{kind}'" if kind else ""
        self._queue.put_nowait(f"<presence from='{sender}' to='{to}'{kind}>{content}</presence>")

    def fall(self):
        """With the partner: rosters are all that is left, and nobody is here."""
        self._writer.cancel()
        self._queue = asyncio.Queue()
        for user in self.users.values():
            user.said.clear()
            user.forget()

    def come_on(self):
        """Every user."""
        self._writer = asyncio.create_task(self._write())
        for user in self.users.values():
            self._appear(user, HOME)

    def sign_in_again(self):
        """Every user who is here: so her server probes all whom she sees."""
        for user in self.users.values():
            here = list(user.said)
            for resource in here:
                self._leave(user, resource)
            for resource in here:
                self._appear(user, resource)

    # What users do

    def _appear(self, user, resource):
        """The resource is available from now on, and wants to know who else is. RFC 6121 §4.2.2, §4.3.1"""
        self._publish(user, resource)
        for contact in sorted(user.sees):
            self._say(user.address, contact, "probe")

    def _publish(self, user, resource):
        user.serial += 1
        user.said[resource] = self.random.choice(SHOWS), states.note(user.serial)
        for contact in sorted(user.seen_by):
            self._tell(user, resource, contact)

    def _tell(self, user, resource, contact):
        show, note = user.said[resource]
        show = f"<show>{show}</show>" if show else ""
        self._say(f"{user.address}/{resource}", contact, content=f"{show}<status>{note}</status>")

    def _leave(self, user, resource):
        del user.said[resource]
        for contact in sorted(user.seen_by):
            self._say(f"{user.address}/{resource}", contact, "unavailable")
        if not user.said:
            user.forget()

    async def act(self, user):
        """One change of `user`."""
        if HOME not in user.said:
            return
        kind = self.random.choices(("change", "burst", "phone", "offline"), (83, 8, 6, 3))[0]
        self.count(f"change: {kind}")
        if kind == "phone":
            self._leave(user, PHONE) if PHONE in user.said else self._appear(user, PHONE)
        elif kind == "offline":
            for resource in list(user.said):
                self._leave(user, resource)
            await self.pause(*AWAY_SECONDS)
            if HOME not in user.said:
                self._appear(user, HOME)
        else:
            for _ in range(3 if kind == "burst" else 1):
                self._publish(user, HOME)

    async def do_subscribe(self, at_once):
        """Every user asks every contact, no more than `at_once` of them waiting to be approved."""
        self.start(self._subscribe(at_once))

    async def _subscribe(self, at_once):
        loop, asked = asyncio.get_running_loop(), {}
        while missing := [(user, contact) for user in self.users.values() for contact in user.contacts
                          if contact not in user.sees]:
            self._approved.clear()
            late = loop.time() - ASK_AGAIN_SECONDS
            free = [pair for pair in missing if asked.get(pair, 0) <= late]
            for user, contact in free[:max(0, at_once - len(missing) + len(free))]:
                asked[user, contact] = loop.time()
                self._note(user, contact, "subscribe said")
                self._say(user.address, contact, "subscribe")
            next_late = min(when for pair in missing if (when := asked.get(pair, 0)) > late)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(next_late - late):
                    await self._approved.wait()

    # What contacts do

    def _on_presence(self, stanza):
        element = ET.fromstring(stanza)
        contact, _, resource = element.get("from").partition("/")
        user = self.users[element.get("to").partition("/")[0]]
        kind = element.get("type", "available")
        self.count(f"presence {kind}")
        if kind in ("available", "unavailable"):
            self._show(user, contact, resource, element, kind)
        elif kind == "probe":
            self._on_probe(user, contact, element.get("id", ""))
        elif kind == "subscribe":
            self._on_subscribe(user, contact, element.get("id"))
        elif kind == "subscribed":
            user.sees.add(contact)
            self._approved.set()
            self._note(user, contact, "subscribed arrived")
        elif kind == "error":  # of a stanza that did not get through: nobody's authorisation
            self._note(user, contact, f"error {stanza}")
        else:
            self.refused((user.address, contact), f"presence of type {kind}")

    def _on_subscribe(self, user, contact, key):
        """Whoever has been approved is approved again, and nobody is asked. RFC 6121 §3.1.3. What is carried out once more
        after a process was lost, or taken to be, has the same id. Before all is settled an answer may be on its way yet, and
        routers that have just come to Redis ask for what they do not know.
        """
        self.trails.note((contact, user.address), f"subscribe {key}")
        if self.settled and contact in user.seen_by and key != user.asked_by.get(contact):
            self.refused((contact, user.address), "subscribe was asked again")
        user.asked_by[contact] = key
        user.seen_by.add(contact)
        self._say(user.address, contact, "subscribed")
        for resource in user.said:
            self._tell(user, resource, contact)

    def _on_probe(self, user, contact, key):
        self.trails.note((contact, user.address), f"probe: {states.line(user.said) or 'nobody here'}")
        if contact not in user.seen_by:
            return self._say(user.address, contact, "unsubscribed")
        for resource in user.said:
            self._tell(user, resource, contact)
        if not user.said:
            self._say(user.address, contact, "unavailable")

    def _show(self, user, contact, resource, element, kind):
        if not user.said:
            return  # to whom? RFC 6121 §8.5.2.2.2
        shown = user.shown[contact]
        if kind == "available":
            shown[resource] = element.findtext("show", ""), element.findtext("status", "")
            if user.courses[contact].turns_back(states.line({"": shown[resource]})):
                self.count("an older state after a newer one")
                self._note(user, contact, "older than what was shown:")
        elif resource:
            shown.pop(resource, None)
        else:
            shown.clear()
        self._note(user, contact, f"is shown {resource} {shown.get(resource, 'unavailable')}")

    def _note(self, user, contact, what):
        self.trails.note((user.address, contact), what)

    async def do_look(self):
        """The truth about our users, and the list of each that is here. A SIP user's one resource goes without its name."""
        return {"truth": {address: states.line(user.said) for address, user in self.users.items()},
                "lists": {address: {contact: "|".join(sorted(f":{show}:{note}" for show, note in shown.values()))
                                    for contact, shown in user.shown.items()}
                          for address, user in self.users.items() if user.said}}
