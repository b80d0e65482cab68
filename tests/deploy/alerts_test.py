"""Each alert fires for its fault and for nothing else: promtool runs the rules over made-up series."""

import json
import pathlib
import re
import tempfile
import unittest

import metrics
import tools
import verdict

ROUTER = 'job="dragoman", role="router", instance="a:9090"'
SIP = 'job="dragoman", role="sip-frontend", instance="b:9090"'
XMPP = 'job="dragoman", role="xmpp-frontend", instance="c:9090"'
REFUSED = f'dragoman_refused_total{{{ROUTER}, from="sip", kind="chat", reason="%s"}}'
REFUSED_XMPP = f'dragoman_refused_total{{{ROUTER}, from="xmpp", kind="chat", reason="%s"}}'
REDIS = f'dragoman_redis_errors_total{{{ROUTER}, to="%s", reason="%s"}}'
MEMBERS = 'dragoman_bus_members{%s, exported_role="%s"}'
ANSWERS_LOST = f'dragoman_answers_lost_total{{{XMPP}, why="%s"}}'
CERTIFICATE = 'dragoman_certificate_not_after_seconds{%s, side="%s"}'
DAY = 86400

# series -> its values each minute, as promtool writes them; two hours. Just below what would matter.
HEALTHY = {
    **{f"up{{{labels}}}": "1x120" for labels in (ROUTER, SIP, XMPP)},
    f"dragoman_store_up{{{ROUTER}}}": "1x120",
    f"dragoman_sip_connections{{{SIP}}}": "0x120",
    f"dragoman_sip_in_flight{{{SIP}}}": "5000x120",
    f'dragoman_streams{{{XMPP}, direction="in"}}': "0x120",
    f"dragoman_open_requests{{{ROUTER}}}": "5000x120",
    f"dragoman_waiting{{{ROUTER}}}": "10000x120",
    f"dragoman_due_lag_seconds{{{ROUTER}}}": "30x120",
    **{MEMBERS % (labels, "router"): "1x120" for labels in (SIP, XMPP)},
    **{MEMBERS % (ROUTER, role): "1x120" for role in ("sip-frontend", "xmpp-frontend")},
    f'dragoman_bus_refused_total{{{ROUTER}, why="stranger"}}': "0+60x120",
    CERTIFICATE % (SIP, "sip"): f"{14 * DAY + 7200}x120",
    CERTIFICATE % (XMPP, "xmpp"): f"{90 * DAY}x120",
    REDIS % ("server", "oom"): "1x120",
    REDIS % ("server", "moved"): "0+60x120",
    REDIS % ("sentinel", "unreachable"): "0+60x120",
    REFUSED % "store-unavailable": "1x120",
    f"dragoman_records_unreadable_total{{{ROUTER}}}": "1x120",
    f'dragoman_audits_total{{{ROUTER}, result="whole"}}': "0+1x120",
    f'dragoman_audits_total{{{ROUTER}, result="broken_off"}}': "1x120",
    f'dragoman_config_reloads_total{{{ROUTER}, result="ok"}}': "0+1x120",
    f'dragoman_config_reloads_total{{{SIP}, result="refused"}}': "1x120",
    f'dragoman_stream_refusals_total{{{XMPP}, direction="in"}}': "0+59x120",
    f'dragoman_taken_total{{{ROUTER}, from="sip", kind="chat"}}': "0+600x120",
    REFUSED % "recipient-unavailable": "0+300x120",
    REFUSED % "remote-server-timeout": "0+59x120",
    f'dragoman_taken_total{{{ROUTER}, from="xmpp", kind="chat"}}': "0+600x120",
    REFUSED_XMPP % "remote-server-timeout": "0+59x120",
    f"dragoman_open_requests{{{XMPP}}}": "2500x120",
    REFUSED % "too-many-subscriptions": "1x120",
    f"dragoman_log_lines_lost_total{{{ROUTER}}}": "7x120",
    f"dragoman_log_lines_lost_total{{{SIP}}}": "0x120",
    ANSWERS_LOST % "full": "3x120",
}

# alert -> what differs from HEALTHY; None: the series is not there
FAULTS = {
    "DragomanProcessDown": {f"up{{{SIP}}}": "1x60 0x60"},
    "DragomanRouterMissing": {f"dragoman_store_up{{{ROUTER}}}": None},
    "DragomanSipFrontendMissing": {f"dragoman_sip_connections{{{SIP}}}": None},
    "DragomanXmppFrontendMissing": {f'dragoman_streams{{{XMPP}, direction="in"}}': None},
    "DragomanConfigurationRefused": {f'dragoman_config_reloads_total{{{XMPP}, result="refused"}}': "_x110 1x10"},
    "DragomanCertificateEnds": {CERTIFICATE % (XMPP, "xmpp"): f"{14 * DAY}x120"},
    "DragomanCertificateEndsSoon": {CERTIFICATE % (SIP, "sip"): f"{3 * DAY}x120"},
    "DragomanMembersMissing": {MEMBERS % (SIP, "router"): "1x110 0x10"},
    "DragomanBusKeyRefused": {f'dragoman_bus_refused_total{{{ROUTER}, why="key"}}': "0+1x120"},
    "DragomanLogLinesLost": {f"dragoman_log_lines_lost_total{{{SIP}}}": "0x110 5x10"},
    "DragomanRedisUnreachable": {f"dragoman_store_up{{{ROUTER}}}": "1x110 0x10"},
    "DragomanRedisRefuses": {REDIS % ("server", "oom"): "1x116 2+1x4"},
    "DragomanRedisFailoverLasts": {REDIS % ("server", "no-replicas"): "0x112 0+1x8"},
    "DragomanRefused": {REFUSED % "store-unavailable": "1x111 2+1x9"},
    "DragomanEdgeUnreachable": {REFUSED % "edge-unreachable": "0+1x120"},
    "DragomanEdgeSilent": {REFUSED_XMPP % "remote-server-timeout": "0+61x120"},
    "DragomanPartnersUnreachable": {REFUSED % "remote-server-timeout": "0+61x120"},
    "DragomanOverloaded": {f'dragoman_refused_total{{{XMPP}, from="xmpp", kind="chat", reason="overloaded"}}': "0+1x120"},
    "DragomanTooManySubscriptions": {REFUSED % "too-many-subscriptions": "0+1x120"},
    "DragomanWorkPilesUp": {f"dragoman_waiting{{{ROUTER}}}": "10001x120"},
    "DragomanInternalError": {REFUSED % "internal": "_x110 1x10"},
    "DragomanDueLate": {f"dragoman_due_lag_seconds{{{ROUTER}}}": "31x120"},
    "DragomanRecordsUnreadable": {f"dragoman_records_unreadable_total{{{ROUTER}}}": "_x110 1x10"},
    "DragomanAuditsBreakOff": {f'dragoman_audits_total{{{ROUTER}, result="broken_off"}}': "0+1x120"},
    "DragomanSipPeersRefused": {f'dragoman_sip_peers_refused_total{{{SIP}, reason="peer-not-authorized"}}': "0+1x120"},
    "DragomanStreamsRefused": {f'dragoman_stream_refusals_total{{{XMPP}, direction="in"}}': "0+61x120"},
    "DragomanAnswersLost": {ANSWERS_LOST % "late": "_x110 1x10"},
}
# The same alerts by another way.
MORE = [
    ("DragomanConfigurationRefused", {f'dragoman_config_reloads_total{{{SIP}, result="refused"}}': "1x110 2x10"}),
    ("DragomanLogLinesLost", {f"dragoman_log_lines_lost_total{{{XMPP}}}": "_x110 1x10"}),
    ("DragomanAnswersLost", {ANSWERS_LOST % "full": "3x110 4x10"}),
    ("DragomanInternalError", {REFUSED % "internal": "1x110 2x10"}),
    ("DragomanInternalError", {REFUSED % "poison": "_x110 1x10"}),
    ("DragomanRecordsUnreadable", {f"dragoman_records_unreadable_total{{{ROUTER}}}": "1x110 2x10"}),
    *[("DragomanRedisRefuses", {REDIS % ("server", reason): "0+1x120"})
      for reason in ("misconfigured", "no-permission", "noauth", "wrong-password", "busy", "other")],
    *[("DragomanRedisFailoverLasts", {REDIS % ("server", reason): "0+1x120"})
      for reason in ("read-only", "not-master", "master-down", "cluster-down", "loading", "unreachable", "timeout")],
    ("DragomanRefused", {f'dragoman_refused_total{{{SIP}, from="sip", kind="chat", reason="no-frontend"}}': "0+1x120"}),
    ("DragomanCertificateEnds", {CERTIFICATE % (SIP, "sip"): f"{3 * DAY + 7200}x120"}),
    ("DragomanCertificateEndsSoon", {CERTIFICATE % (SIP, "sip"): "1x120"}),
    ("DragomanMembersMissing", {f'up{{{ROUTER.replace("a:", "d:")}}}': "1x120",
                                MEMBERS % (SIP, "router"): "2x120"}),
    ("DragomanSipPeersRefused", {f'dragoman_sip_peers_refused_total{{{SIP}, reason="overloaded"}}': "0+1x120"}),
    ("DragomanWorkPilesUp", {f"dragoman_open_requests{{{ROUTER}}}": "5001x120"}),
    ("DragomanWorkPilesUp", {f"dragoman_open_requests{{{XMPP}}}": "2501x120"}),
    ("DragomanWorkPilesUp", {f"dragoman_sip_in_flight{{{SIP}}}": "5001x120"}),
]
# What passes by itself is told to nobody.
NOTHING = [{}, {f"dragoman_store_up{{{ROUTER}}}": "1x119 0"}, {REFUSED % "internal": "1x120"},
           {f"up{{{SIP}}}": "1x119 0", MEMBERS % (ROUTER, "sip-frontend"): "1x119 0"},
           {REDIS % ("server", reason): "0x100 1x20" for reason in ("no-replicas", "read-only", "cluster-down", "loading")},
           {REFUSED % "store-unavailable": "0x100 5x20", MEMBERS % (XMPP, "router"): "1x100 0x3 1x17"},
           {f"dragoman_due_lag_seconds{{{ROUTER}}}": "0x117 600x3"},
           {f'dragoman_audits_total{{{ROUTER}, result="broken_off"}}': "0x90 1+1x30"}]


def world(name, fault, firing):
    series = {**HEALTHY, **fault}
    return {"name": name, "interval": "1m",
            "input_series": [{"series": it, "values": values} for it, values in series.items() if values],
            "promql_expr_test": [{
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})', "eval_time": "2h",
                "exp_samples": [{"labels": f'{{alertname="{it}"}}', "value": 1} for it in firing]}]}


class Alerts(unittest.TestCase):
    def setUp(self):
        self.promtool = tools.debian_program("prometheus", "/usr/bin/promtool")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "alerts.json"  # JSON is YAML too

    def promtool_test(self, worlds):
        self.file.write_text(json.dumps({"rule_files": [str(metrics.ALERTS)], "evaluation_interval": "1m", "tests": worlds}))
        return tools.run([self.promtool, "test", "rules", self.file])

    def test_fire_for_their_fault_alone(self):
        self.assertEqual([name for name, _ in metrics.rules()], list(FAULTS), "an alert without a fault")
        done = self.promtool_test([world(name, fault, [name]) for name, fault in [*FAULTS.items(), *MORE]] +
                                  [world("nothing", fault, []) for fault in NOTHING])
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_that_did_not_fire_would_be_found(self):
        done = self.promtool_test([world("nothing is wrong", {}, ["DragomanOverloaded"])])
        self.assertEqual(1, done.returncode)
        self.assertIn("DragomanOverloaded", done.stdout + done.stderr)

    def test_are_rules_that_prometheus_takes(self):
        done = tools.run([self.promtool, "check", "rules", metrics.ALERTS])
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_and_panels_are_promql(self):
        """Each query of the dashboard as a rule, with a value for each of Grafana's variables."""
        rules = [{"record": f"panel:query{number}", "expr": re.sub(r"\$__rate_interval", "5m", expression)}
                 for number, (_, expression) in enumerate(metrics.queries())]
        self.file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
        done = tools.run([self.promtool, "check", "rules", self.file])
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.file.write_text(json.dumps({"groups": [{"name": "panels", "rules": [{"record": "x", "expr": "sum by (rate("}]}]}))
        self.assertNotEqual(0, tools.run([self.promtool, "check", "rules", self.file]).returncode)


if __name__ == "__main__":
    verdict.main()
