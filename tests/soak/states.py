"""What one user shows, as one line of text that both sides of the border write alike: this is what is compared.

    ""                      offline
    "home:away:17 31.250"   one resource: its name, show and note; several stand in order, with "|" between them

A SIP user has one state and no resources that the other side would name, so its line has no name: ":dnd:4 8.125".
A note is a serial number and the time of the change, so that each state is told once and its way can be timed.
"""

import time
import xml.etree.ElementTree as ET

PIDF = "{urn:ietf:params:xml:ns:pidf}"
SHOW_OF_ACTIVITY = {"": "", "away": "away", "busy": "dnd"}


def line(resources):
    """`resources`: name -> (show, note) of those that are available."""
    return "|".join(sorted(f"{name}:{show}:{note}" for name, (show, note) in resources.items()))


def note(serial):
    return f"{serial} {time.time():.3f}"


def age(text):
    """Seconds since the newest change that `text` tells of; None if it tells of none."""
    times = [float(part.rpartition(" ")[2]) for part in text.split("|") if " " in part]
    return time.time() - max(times) if times else None


class Course:
    """Whether what is shown of a user only ever becomes newer."""

    def __init__(self):
        self._newest = {}  # resource -> serial number

    def turns_back(self, text):
        """Whether the line `text` tells of a state that is older than one that was told before."""
        back = False
        for part in filter(None, text.split("|")):
            name, _, told = part.split(":", 2)
            serial = int(told.split()[0]) if told else 0
            back |= serial < self._newest.get(name, 0)
            self._newest[name] = max(serial, self._newest.get(name, 0))
        return back


def of_document(body):
    """The line that a PIDF document tells."""
    resources = {}
    for one in ET.fromstring(body).iter(PIDF + "tuple"):
        status = one.find(PIDF + "status")
        if status.findtext(PIDF + "basic", "").strip() != "open":
            continue
        resources[one.get("id").removeprefix("ID-")] = (
            status.findtext("{jabber:client}show", "").strip(), one.findtext(PIDF + "note", ""))
    return line(resources)
