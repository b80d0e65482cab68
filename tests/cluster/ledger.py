"""taken = delivered + refused + in flight, as each process says of itself on its page of metrics."""

import collections

SETTLED_SECONDS = 45  # above every deadline
NAMES = {"dragoman_taken_total": 1, "dragoman_delivered_total": -1, "dragoman_refused_total": -1,
         "dragoman_in_flight": -1}


def ledger(metrics):
    """(from, kind) -> what is left over, and everything that was taken."""
    left, taken = collections.Counter(), collections.Counter()
    for (name, labels), value in metrics.items():
        if name in NAMES:
            entry = tuple(dict(labels)[label] for label in ("from", "kind"))
            left[entry] += NAMES[name] * value
            if name == "dragoman_taken_total":
                taken[entry] += value
    return {entry: rest for entry, rest in left.items() if rest}, taken


async def close(place):
    """In the end nothing is in flight anywhere, and no process has a hole."""
    def in_flight(node):
        found = node.metrics()
        return sum(value for (name, _), value in found.items() if name == "dragoman_in_flight") if found else None

    for node in place.nodes:
        await place.until(lambda: in_flight(node) == 0, f"{node.name} keeps something", SETTLED_SECONDS)
        left, _ = ledger(node.metrics())
        place.assertEqual({}, left, f"{node.name} has a hole")
