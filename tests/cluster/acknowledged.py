"""XEP-0198 as a partner's server does it: what was not acknowledged is said again on the next stream, and what arrives
is counted. Streams are not taken up again: after the death of the other process there is nobody to do it with.
"""

import collections
import re

NAMESPACE = "urn:xmpp:sm:3"
FEATURE = f"<sm xmlns='{NAMESPACE}'/>"
ENABLE = f"<enable xmlns='{NAMESPACE}'/>"
ENABLED = f"<enabled xmlns='{NAMESPACE}'/>"
REQUEST = f"<r xmlns='{NAMESPACE}'/>"
ANSWER = re.compile(r"<a\b[^>]*?\bh=['\"](\d+)['\"][^>]*>")
ASKED = r"<r\b[^>]*/>|<enable\b[^>]*/>"


class Owed:
    """What we have said and nobody has answered for, in order. It outlives the stream that it was said on."""

    def __init__(self):
        self._stanzas = collections.deque()
        self._handled = 0  # of those said on this stream
        self.again = collections.Counter()  # stanza -> how often it had to be said once more

    def begin(self, stream):
        """A new stream, on which acknowledgements are enabled."""
        self._handled = 0
        self.again.update(self._stanzas)
        for stanza in self._stanzas:
            stream.send(stanza + REQUEST)

    def say(self, stream, stanza):
        self._stanzas.append(stanza)
        stream.send(stanza + REQUEST)

    def settle(self, said):
        for handled in map(int, ANSWER.findall(said)):
            for _ in range(handled - self._handled):
                self._stanzas.popleft()
            self._handled = handled

    def __len__(self):
        return len(self._stanzas)


class Count:
    """Of what arrived on one stream, once the other end wants to know."""

    def __init__(self):
        self._stanzas = None

    def stanza(self):
        if self._stanzas is not None:
            self._stanzas += 1

    def answer(self, asked):
        """To one element of ASKED."""
        if asked.startswith("<enable"):
            self._stanzas = 0
            return ENABLED
        return f"<a xmlns='{NAMESPACE}' h='{self._stanzas}'/>"
