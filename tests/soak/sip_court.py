"""The SIP side: an Edge Server and its users, each watcher and presentity at once. A process of the soak, see court.py."""

import asyncio
import json
import pathlib
import secrets
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "demo"))

import edge_link  # noqa: E402
import notifier  # noqa: E402
import sip_wire  # noqa: E402
import states  # noqa: E402
import watcher  # noqa: E402
from court import Court  # noqa: E402

ACTIVITIES = ("", "away", "busy")
CHANGES = "change", "burst", "offline", "sign out"
ODDS = 75, 10, 8, 7


class SipUser:
    def __init__(self, side, address, contacts):
        self.address = address
        self.contact = f"sip:{address};opaque=user:epid:{secrets.token_urlsafe(12)};gruu"
        self.serial = 0
        self.notifier = notifier.Notifier(side, self)
        self.watchers = {contact: watcher.Watcher(side, self, contact) for contact in contacts}
        self.signed_in = True


class SipCourt(Court):
    """`lists`: user -> its contacts. `expires`: the least and the most seconds that they ask for. `link` is given before
    the start: an EdgeLink, or what has its `via`, `route`, `start` and `ask`, and hands the gateway's requests to `take`.
    """

    def __init__(self, seed, lists, expires):
        super().__init__(seed)
        self.link, self.odds = None, ODDS
        self._notified = asyncio.Event()  # somebody was, since it was looked at last
        self.watching = {}  # Call-ID -> the watcher of the dialog
        self._least_expires, self._most_expires = expires
        self.users = {address: SipUser(self, address, contacts) for address, contacts in lists.items()}

    def expires(self):
        return self.random.randint(self._least_expires, self._most_expires)

    def doubt(self, since):
        """The gateway may have forgotten what began then or later."""
        for user in self.users.values():
            for who in [user.notifier, *user.watchers.values()]:
                for dialog in who.dialogs:
                    dialog.troubled = dialog.troubled or dialog.began >= since

    async def transact(self, dialog, method, contact, more, body=b""):
        return await self.link.ask(dialog.request(method, self.link.via, contact, more, body))

    def take(self, request, reply):
        self.count(f"gateway's {request.method}")
        if request.method == "NOTIFY":
            known = self.watching.get(request.get("call-id"))
            status = known.on_notify(request) if known else "481 Subscription Does Not Exist"
            if not known:
                self.count("watcher: NOTIFY in a dialog that is gone")
            self._notified.set()
            reply(sip_wire.respond(request, status))
        elif request.method == "SUBSCRIBE":
            user = self.users.get(request.user("to"))
            if user:
                return user.notifier.on_subscribe(request, reply)
            reply(sip_wire.respond(request, "404 Not Found", tag=secrets.token_hex(5)))
        elif request.method != "ACK":
            reply(sip_wire.respond(request, "405 Method Not Allowed", tag=secrets.token_hex(5)))

    async def do_start(self):
        await self.link.start()
        for user in self.users.values():
            for one in user.watchers.values():
                self.start(one.run())

    async def do_subscribe(self, at_once):
        """Every user subscribes to every contact, no more than `at_once` of them waiting to see something."""
        self.start(self._subscribe(at_once))

    async def _subscribe(self, at_once):
        begun = []
        for one in [one for user in self.users.values() for one in user.watchers.values()]:
            while len(begun := [other for other in begun if not other.shown]) == at_once:
                self._notified.clear()
                await self._notified.wait()
            one.want(True)
            begun.append(one)

    async def act(self, user):
        """One change of `user`."""
        if not user.signed_in:
            return
        kind = self.random.choices(CHANGES, self.odds)[0]
        self.count(f"change: {kind}")
        if kind == "sign out":
            return await self._sign_out(user)
        if kind == "offline":
            return self._publish(user, is_open=False)
        for _ in range(3 if kind == "burst" else 1):
            self._publish(user)
            await asyncio.sleep(self.random.uniform(0, 0.8) if kind == "burst" else 0)

    def _publish(self, user, is_open=True):
        user.serial += 1
        user.notifier.publish(is_open, self.random.choice(ACTIVITIES), states.note(user.serial))

    async def _sign_out(self, user):
        user.signed_in = False
        self._publish(user, is_open=False)
        for one in user.watchers.values():
            one.want(False)
        await self.pause(5, 20)
        user.signed_in = True
        self._publish(user)
        for one in user.watchers.values():
            one.want(True)

    async def do_return(self):
        await super().do_return()
        for user in self.users.values():
            if user.signed_in and not user.notifier.is_open:
                self._publish(user)

    async def do_look(self):
        """The truth about our users, and each signed-in user's list; a contact of no live subscription has null."""
        return {"truth": {address: user.notifier.truth for address, user in self.users.items()},
                "lists": {address: {contact: one.shown if one.watching else None
                                    for contact, one in user.watchers.items()}
                          for address, user in self.users.items() if user.signed_in},
                "watched": sum(user.notifier.watched for user in self.users.values())}


async def main():
    settings = json.loads(sys.argv[1])
    court = SipCourt(settings["seed"], dict.fromkeys(settings["users"], settings["contacts"]), settings["expires"])
    court.link = edge_link.EdgeLink(
        settings["certificate"], settings["key"], settings["trust"], settings["edge"], settings["edge_port"],
        settings["gateway_port"], settings["connections"], court.take)
    await court.serve()


if __name__ == "__main__":
    asyncio.run(main())
