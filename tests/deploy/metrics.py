"""The metrics that the programs have, as their sources name them, and those that rules, panels and autoscalers use."""

import json
import re

import yaml

import manifests
from tools import ROOT

ALERTS = ROOT / "deploy" / "alerts" / "dragoman.yaml"
DASHBOARD = ROOT / "deploy" / "dashboards" / "dragoman.json"
SOURCES = ("runtime", "router", "sip-frontend", "xmpp-frontend", "presence-store", "cli")
OF_PROMETHEUS = {"up": set()}  # made by the scrape itself
OF_THE_TARGET = {"job", "instance", "role"}  # labels that the scrape adds; docs/operations.md
WORDS = {"absent", "avg", "by", "count", "group_left", "histogram_quantile", "increase", "label_replace", "max", "min", "offset",
         "on", "or", "and", "rate", "sum", "time", "unless", "without"}


def defined():
    """Name -> labels, of every metric that a source file counts or sets."""
    found = {}
    for folder in SOURCES:
        for file in sorted((ROOT / folder).rglob("*.cc")):
            text = file.read_text()
            labels = set(re.findall(r'\{"([a-z_]+)",', text))
            for name in re.findall(r'"(dragoman_\w+)"', text):
                found.setdefault(name, set()).update(labels)
    return found


def exported():
    """Name -> labels, as a scrape shows them: a histogram is three, and a label that the target has too is renamed."""
    found = {name: {f"exported_{label}" if label in OF_THE_TARGET else label for label in labels}
             for name, labels in defined().items()}
    text = "".join(file.read_text() for folder in SOURCES for file in (ROOT / folder).rglob("*.cc"))
    for name in set(re.findall(r'Observe\(\s*"(dragoman_\w+)"', text)):
        labels = found.pop(name)
        found.update({f"{name}_bucket": labels | {"le"}, f"{name}_sum": labels, f"{name}_count": labels})
    return found


def problems(expression, known):
    """Names and labels in a PromQL expression that there are not."""
    text = re.sub(r"\$__\w+|\[[^\]]*\]|\boffset \w+", " ", expression)  # Grafana's variables, ranges, offsets
    text = re.sub(r"label_values\((.*), \w+\)", r"\1", text)
    text = re.sub(r'"[^"]*"', '""', text)
    known = {**known, **OF_PROMETHEUS}
    names, labels = set(), set()
    for grouped in re.findall(r"\b(?:by|without|on)\s*\(([^)]*)\)", text):
        labels |= {word.strip() for word in grouped.split(",")}
    text = re.sub(r"\b(by|without|on)\s*\([^)]*\)", " ", text)
    for matchers in re.findall(r"\{([^}]*)\}", text):
        labels |= {re.match(r"\s*(\w+)", matcher).group(1) for matcher in matchers.split(",")}
    text = re.sub(r"\{[^}]*\}", " ", text)
    names = set(re.findall(r"[A-Za-z_:][\w:]*", text)) - WORDS
    found = [f"no metric {name}" for name in sorted(names - known.keys())]
    carried = OF_THE_TARGET.union(*(known.get(name, set()) for name in names))
    return found + [f"no label {label}" for label in sorted(labels - carried)] + ([] if names else ["no metric at all"])


def rules():
    """(alert, expression) of each rule."""
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]


def panels():
    return [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]


def queries():
    """(panel, expression) of each query of the dashboard."""
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def scaled_by():
    """(autoscaler, metric)."""
    for it in manifests.of_kind(manifests.compose("overlays/production"), "HorizontalPodAutoscaler"):
        for metric in it["spec"]["metrics"]:
            if metric["type"] == "Pods":
                yield it["metadata"]["name"], metric["pods"]["metric"]["name"]
