"""Who may talk to whom, worked out from the network policies as Kubernetes defines them: what is needed, and no more."""

import ipaddress
import unittest

import manifests
import verdict

HERE = "dragoman"
BUS, ADMIN, SIP, XMPP, DIRECT_TLS, REDIS, SENTINEL, DNS = 7400, 9090, 5061, 5269, 5270, 6379, 26379, 53


class Pod:
    def __init__(self, name, namespace=HERE, /, **labels):
        self.name, self.namespace = name, namespace
        self.labels = {f"app.kubernetes.io/{word}": value for word, value in labels.items()}


def role(name):
    return Pod(name, name="dragoman", component=name)


ROUTER, SIP_FRONTEND, XMPP_FRONTEND = map(role, manifests.ROLES)
ROLES = [ROUTER, SIP_FRONTEND, XMPP_FRONTEND]
OWN_REDIS = Pod("redis", name="dragoman-redis")
STRANGER = Pod("a stranger in our namespace", name="else")
PROMETHEUS = Pod("prometheus", "monitoring")
NAMES = Pod("name server", "kube-system")
NAMES.labels = {"k8s-app": "kube-dns"}
OTHER_SYSTEM = Pod("another pod of kube-system", "kube-system")
THEIR_REDIS = Pod("redis of another namespace", "redis")
ELSEWHERE = Pod("a pod of another namespace", "default")
WORLD = "203.0.113.7"
NODE_NAMES = "169.254.20.10"  # NodeLocal DNSCache
ENDS = [*ROLES, OWN_REDIS, STRANGER, PROMETHEUS, NAMES, OTHER_SYSTEM, THEIR_REDIS, ELSEWHERE, WORLD, NODE_NAMES]
PORTS = [("TCP", port) for port in (BUS, ADMIN, SIP, XMPP, DIRECT_TLS, REDIS, SENTINEL, DNS, 22, 80, 443)] + [("UDP", DNS)]


def is_peer(peer, end):
    """Whether one entry of from or to means `end`: a Pod, or an address outside of the cluster."""
    assert peer.keys() <= {"podSelector", "namespaceSelector", "ipBlock"}, peer
    if "ipBlock" in peer:  # pods have addresses too
        address = ipaddress.ip_address(end if isinstance(end, str) else "10.0.0.9")
        return address in ipaddress.ip_network(peer["ipBlock"]["cidr"])
    if isinstance(end, str):
        return False
    if "namespaceSelector" in peer:
        named = {"kubernetes.io/metadata.name": end.namespace}
        if not manifests.selects(peer["namespaceSelector"], named):
            return False
    elif end.namespace != HERE:
        return False
    return manifests.selects(peer.get("podSelector", {}), end.labels)


def lets(policies, direction, pod, other, port):
    """Whether `pod` may be reached from (Ingress) or reach (Egress) `other` at (protocol, port)."""
    if isinstance(pod, str) or pod.namespace != HERE:
        return True  # others' policies are theirs
    concerned = [p["spec"] for p in policies if direction in p["spec"]["policyTypes"] and
                 manifests.selects(p["spec"]["podSelector"], pod.labels)]
    word, peers = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
    rules = [rule for spec in concerned for rule in spec.get(word, [])]
    return not concerned or any(
        (peers not in rule or any(is_peer(peer, other) for peer in rule[peers])) and
        any(port == (it.get("protocol", "TCP"), it["port"]) for it in rule["ports"]) for rule in rules)


def flows(overlay):
    """(from, to, protocol, port) of everything that is let through and begins or ends at a pod of ours."""
    policies = manifests.of_kind(manifests.compose(overlay), "NetworkPolicy")
    for sender in ENDS:
        for receiver in ENDS:
            ours = [end for end in (sender, receiver) if not isinstance(end, str) and end.namespace == HERE]
            for port in PORTS if ours and sender is not receiver else []:
                if lets(policies, "Egress", sender, receiver, port) and lets(policies, "Ingress", receiver, sender, port):
                    yield getattr(sender, "name", sender), getattr(receiver, "name", receiver), *port


def wanted(redis, redis_ports):
    found = set()
    for front_end in (SIP_FRONTEND, XMPP_FRONTEND):
        found.add((front_end.name, ROUTER.name, "TCP", BUS))
    for one in ROLES:
        found |= {(PROMETHEUS.name, one.name, "TCP", ADMIN)}
        found |= {(one.name, names, protocol, DNS) for names in (NAMES.name, NODE_NAMES) for protocol in ("TCP", "UDP")}
    found |= {(ROUTER.name, redis.name, "TCP", port) for port in redis_ports}
    outside = [getattr(end, "name", end) for end in ENDS[ENDS.index(PROMETHEUS):]]
    for front_end, inward, outward in [(SIP_FRONTEND, [SIP], [SIP]), (XMPP_FRONTEND, [XMPP], [XMPP, DIRECT_TLS])]:
        for peer in outside:
            found |= {(peer, front_end.name, "TCP", port) for port in inward}
            found |= {(front_end.name, peer, "TCP", port) for port in outward}
    return found


class Network(unittest.TestCase):
    maxDiff = None

    def test_of_one_node_lets_through_what_is_needed(self):
        self.assertEqual(wanted(OWN_REDIS, [REDIS]), set(flows("overlays/single-node")))

    def test_of_production_lets_through_what_is_needed(self):
        self.assertEqual(wanted(THEIR_REDIS, [REDIS, SENTINEL]), set(flows("overlays/production")))

    def test_denies_first(self):
        for overlay in manifests.OVERLAYS:
            policies = manifests.by_name(manifests.compose(overlay))
            self.assertEqual({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
                             policies["NetworkPolicy", "default-deny"]["spec"])


if __name__ == "__main__":
    verdict.main()
