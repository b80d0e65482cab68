"""Every metric that deploy/ or the manual names is one that a source file defines."""

import json
import re
import unittest

import yaml

import manifests
import metrics
import verdict
from tools import ROOT

DEFINED, EXPORTED = metrics.defined(), metrics.exported()
SEAT = "runtime/cluster"  # part of each of them
# Of the program that each autoscaler scales.
SCALED = {"dragoman-router": "router", "dragoman-sip-frontend": "sip-frontend", "dragoman-xmpp-frontend": "xmpp-frontend"}


class Names(unittest.TestCase):
    def test_in_rules_and_panels_are_of_metrics_that_there_are(self):
        for where, expression in [*metrics.rules(), *metrics.queries()]:
            with self.subTest(where):
                self.assertEqual([], metrics.problems(expression, EXPORTED))

    def test_of_reasons_are_those_of_the_code(self):
        files = {"dragoman_redis_errors_total": "runtime/redis/failure.cc", "dragoman_refused_total": "core/policy/reason.cc",
                 "dragoman_sip_peers_refused_total": "core/policy/reason.cc"}
        found = [(name, reason) for _, expression in metrics.rules()
                 for name, reasons in re.findall(r'(dragoman_\w+)\{[^}]*reason=~?"([^"]*)"', expression)
                 for reason in reasons.split("|")]
        self.assertGreater(len(found), 10)
        for name, reason in found:
            self.assertIn(f'"{reason}"', (ROOT / files[name]).read_text(), name)

    def test_in_autoscalers_are_set_by_the_program_that_is_scaled(self):
        for scaler, name in metrics.scaled_by():
            with self.subTest(scaler):
                folders = (ROOT / SCALED[scaler], ROOT / SEAT)
                sources = "".join(file.read_text() for folder in folders for file in folder.glob("*.cc"))
                self.assertRegex(sources, rf'(?i)set\("{name}"')

    def test_in_the_manual_are_all_that_there_are(self):
        manual = (ROOT / "docs/operations.md").read_text()
        table = manual[manual.index("## Metrics"):manual.index("## Reason codes")]
        self.assertEqual(set(DEFINED), set(re.findall(r"dragoman_\w+", table)))

    def test_in_variables_of_the_dashboard_too(self):
        for variable in json.loads(metrics.DASHBOARD.read_text())["templating"]["list"]:
            if variable["type"] == "query":
                self.assertEqual([], metrics.problems(variable["definition"], EXPORTED))

    def test_that_are_wrong_would_be_found(self):
        known = {"dragoman_taken_total": {"from", "kind"}, "dragoman_streams": set()}
        good = 'sum by (from) (rate(dragoman_taken_total{job=~"$job", kind="chat"}[$__rate_interval] offset 5m)) > 0.1'
        self.assertEqual([], metrics.problems(good, known))
        for old, new, wrong in [("taken_total", "token_total", "no metric dragoman_token_total"),
                                ("by (from)", "by (form)", "no label form"), ("kind=", "kinds=", "no label kinds"),
                                ("dragoman_taken_total", "dragoman_streams", "no label from")]:
            with self.subTest(new):
                self.assertIn(wrong, metrics.problems(good.replace(old, new), known))
        self.assertEqual(["no metric at all"], metrics.problems("vector(1) > 0".replace("vector", "sum"), known))


class Advice(unittest.TestCase):
    def test_of_alerts_and_the_manual_is_a_command_as_it_has_to_be_given(self):
        texts = [rule["annotations"]["description"] for group in yaml.safe_load(metrics.ALERTS.read_text())["groups"]
                 for rule in group["rules"]] + (ROOT / "docs/operations.md").read_text().splitlines()
        found = [command for text in texts for command in re.findall(r"dragoman check (--[^`]*)", text)]
        self.assertGreater(len(found), 8)
        for command in found:
            self.assertIn("--config ", command)
            self.assertLessEqual(set(re.findall(r"--role ([\w-]+)", command)), {*manifests.ROLES, "ROLE"})


class Copies(unittest.TestCase):
    def test_the_operators_rules_are_the_rules(self):
        rules = manifests.by_name(manifests.compose("options/monitoring"))["PrometheusRule", "dragoman"]
        self.assertEqual(yaml.safe_load(metrics.ALERTS.read_text()), rules["spec"])


class Dashboard(unittest.TestCase):
    def test_panels_have_places_of_their_own(self):
        board = json.loads(metrics.DASHBOARD.read_text())
        self.assertEqual(len(board["panels"]), len({panel["id"] for panel in board["panels"]}))
        taken = set()
        for panel in board["panels"]:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(cells & taken, panel["title"])
            self.assertLessEqual(at["x"] + at["w"], 24)
            taken |= cells

    def test_panels_explain_themselves(self):
        for panel in metrics.panels():
            with self.subTest(panel["title"]):
                self.assertTrue(panel["description"] and panel["targets"])
                self.assertTrue(all(target["legendFormat"] for target in panel["targets"]))


if __name__ == "__main__":
    verdict.main()
