"""Presence documents as a SIP user of an Edge Server publishes and reads them. RFC 3863."""

import dataclasses
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape


@dataclasses.dataclass
class State:
    basic: str = ""  # open, closed, or "" without a document
    activities: tuple = ()
    notes: tuple = ()


def write(entity, is_open, activity="", note="", tuple_id="0"):
    basic = "open" if is_open else "closed"
    activities = f"<ep:activities><ep:activity>{activity}</ep:activity></ep:activities>" if activity else ""
    note = f"<note>{escape(note)}</note>" if note else ""
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:ep="urn:ietf:params:xml:ns:pidf:status:rpid-status" '
            f'entity="sip:{entity}"><tuple id="{tuple_id}"><status><basic>{basic}</basic>{activities}</status>{note}</tuple>'
            f'</presence>').encode()


def read(document):
    """The State in `document`: open if any tuple is; activities by text or element name; all notes."""
    if not document:
        return State()
    tree = ET.fromstring(document)
    local = lambda element: element.tag.rsplit("}", 1)[-1]
    basics = [e.text.strip() for e in tree.iter() if local(e) == "basic" and e.text]
    activities = []
    for group in (e for e in tree.iter() if local(e) == "activities"):
        activities += [(e.text or "").strip() if local(e) == "activity" else local(e) for e in group]
    notes = [e.text for e in tree.iter() if local(e) == "note" and e.text]
    return State("open" if "open" in basics else "closed" if basics else "", tuple(activities), tuple(notes))
