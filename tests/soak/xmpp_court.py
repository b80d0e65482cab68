"""The XMPP side: the users of a real server, each with a resource or two. A process of the soak, see court.py."""

import asyncio
import json
import sys
import time

import states
from court import Court
from xmpp_session import CLIENT, Session

HOME, PHONE = "home", "phone"
SHOWS = ("", "chat", "away", "xa", "dnd")
ASK_AGAIN_SECONDS = 45  # a person who was told nothing asks once more
SIGN_INS_AT_ONCE = 8


class XmppUser:
    def __init__(self, address):
        self.address, self.name = address, address.split("@")[0]
        self.sessions = {}  # resource -> Session
        self.said = {}  # resource -> (show, note): those that are available
        self.approved_by = set()
        self.coming = set()  # resources that sign in just now
        self.serial = 0


class XmppCourt(Court):
    def __init__(self, settings):
        super().__init__(settings["seed"])
        self._port, self._domain, self._password = settings["port"], settings["domain"], settings["password"]
        self._contacts = settings["contacts"]
        self._asked = {}  # (user, contact) -> when
        self._gate = asyncio.Semaphore(SIGN_INS_AT_ONCE)
        self.users = {address: XmppUser(address) for address in settings["users"]}

    async def do_start(self):
        await asyncio.gather(*(self._sign_in(user, HOME) for user in self.users.values()))

    async def _sign_in(self, user, resource):
        """Comes on and says so; tries until it can."""
        if resource in user.coming:
            return
        user.coming.add(resource)
        while True:
            session = Session(user, resource, self._on_stanza, self._on_lost)
            try:
                async with self._gate:
                    await session.sign_in(self._port, self._domain, self._password)
            except (OSError, TimeoutError):
                self.count("sign-ins that failed")
                await asyncio.sleep(self.random.uniform(0.5, 2))
            if session.ready and not session.closed:
                break
        user.coming.remove(resource)
        user.sessions[resource] = session
        self._say(user, resource)

    def _say(self, user, resource):
        user.serial += 1
        state = self.random.choice(SHOWS), states.note(user.serial)
        if resource not in user.said:
            user.sessions[resource].began = time.time()
        user.sessions[resource].presence(*state)
        user.said[resource] = state

    def _on_lost(self, session):
        user, resource = session.user, session.resource
        if user.sessions.get(resource) is not session:
            return
        del user.sessions[resource]
        user.said.pop(resource, None)
        if resource == HOME:
            self.start(self._come_back(user, 3, 10))

    async def _come_back(self, user, least, most):
        await self.pause(least, most)
        if HOME not in user.sessions:
            await self._sign_in(user, HOME)
        elif HOME not in user.said:
            self._say(user, HOME)

    def _on_stanza(self, session, element):
        if element.tag != CLIENT + "presence":
            return
        contact, _, resource = element.get("from", "").partition("/")
        if contact == session.user.address:
            return
        kind = element.get("type")
        pair = (session.user.address, contact)
        self.count(f"presence {kind or 'available'}")
        if kind is None or kind == "unavailable":
            self._show(session, pair, resource, element, kind is None)
        elif kind == "subscribe":
            session.send(f"<presence to='{contact}' type='subscribed'/>")
            self.trails.note(pair, "subscribe arrived, subscribed said")
        elif kind == "subscribed":
            session.user.approved_by.add(contact)
            self.trails.note(pair, "subscribed arrived")
        elif kind == "error":  # of a stanza that did not get through: nobody's authorisation
            self.trails.note(pair, "error " + " ".join(sub.tag.rpartition("}")[2] for part in element for sub in part))
        else:
            self.refused(pair, f"presence of type {kind}")

    def _show(self, session, pair, resource, element, available):
        shown = session.shown.setdefault(pair[1], {})
        if available:
            show, note = element.findtext(CLIENT + "show", ""), element.findtext(CLIENT + "status", "")
            age = states.age(note)
            if shown.get(resource) != (show, note) and age is not None and age < time.time() - session.began:
                self.ages.append(age)
            shown[resource] = (show, note)
        elif resource:
            shown.pop(resource, None)
        else:
            shown.clear()
        self.trails.note(pair, f"{session.resource} is shown {resource} {shown.get(resource, 'unavailable')}")

    async def do_subscribe(self, at_once):
        """Every user asks every contact, no more than `at_once` of them waiting to be approved."""
        self.start(self._subscribe(at_once))

    async def _subscribe(self, at_once):
        while missing := [(user, contact) for user in self.users.values() for contact in self._contacts
                          if contact not in user.approved_by]:
            late = time.time() - ASK_AGAIN_SECONDS
            free = [pair for pair in missing if self._asked.get(pair, 0) < late]
            waiting = len(missing) - len(free)
            for user, contact in free[:max(0, at_once - waiting)]:
                self._asked[user, contact] = time.time()
                self.trails.note((user.address, contact), "subscribe said")
                user.sessions[HOME].send(f"<presence to='{contact}' type='subscribe'/>")
            await asyncio.sleep(0.2)

    async def act(self, user):
        """One change of `user`."""
        if HOME not in user.said:
            return
        kind = self.random.choices(("change", "burst", "phone", "offline", "cut"), (68, 10, 12, 6, 4))[0]
        self.count(f"change: {kind}")
        if kind == "phone":
            await self._phone(user)
        elif kind == "offline":
            user.sessions[HOME].send("<presence type='unavailable'/>")
            user.said.pop(HOME)
            user.sessions[HOME].shown.clear()
            user.sessions[HOME].began = float("inf")
            await self._come_back(user, 5, 20)
        elif kind == "cut":
            user.sessions[HOME].abort()
        else:
            for _ in range(3 if kind == "burst" else 1):
                if HOME in user.said:
                    self._say(user, HOME)
                await asyncio.sleep(self.random.uniform(0, 0.8) if kind == "burst" else 0)

    async def _phone(self, user):
        """The second resource comes, or goes."""
        if PHONE not in user.sessions:
            return await self._sign_in(user, PHONE)
        session = user.sessions.pop(PHONE)
        user.said.pop(PHONE, None)
        session.close()

    async def do_look(self):
        """The truth about our users, and the list of each available resource."""
        return {"truth": {address: states.line(user.said) for address, user in self.users.items()},
                "lists": {f"{address}/{resource}": self._list(user.sessions[resource])
                          for address, user in self.users.items() for resource in user.said},
                "unapproved": sum(len(self._contacts) - len(user.approved_by) for user in self.users.values())}

    def _list(self, session):
        """A SIP user's one resource goes without its name."""
        return {contact: "|".join(sorted(f":{show}:{note}" for show, note in session.shown.get(contact, {}).values()))
                for contact in self._contacts}


async def main():
    await XmppCourt(json.loads(sys.argv[1])).serve()


if __name__ == "__main__":
    asyncio.run(main())
