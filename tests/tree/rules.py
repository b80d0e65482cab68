"""The rules of the tree, as functions from (path, text) to complaints. docs/architecture.md says why."""

import re

# Each folder may include itself and what stands here; the longest matching prefix counts.
MAY_INCLUDE = {
    "core/base": [],
    "core/policy": ["core/base", "proto"],
    "core/envelope": ["core/base", "core/policy", "proto"],
    "core/routing": ["core/base", "core/policy", "core/envelope"],
    "core/presence": ["core/base", "core/policy", "core/envelope"],
    "core/chat": ["core/base", "core/policy", "core/envelope"],
    "core/dns": ["core/base"],
    "core/xml": ["core/base"],
    "core/charset": ["core/base"],
    "core/html": ["core/base", "core/charset", "core/xml"],
    "core/rtf": ["core/base", "core/charset"],
    "core/sip": ["core/base", "core/xml"],
    "core/ocs": ["core/base", "core/xml", "core/sip"],
    "core/xmpp": ["core/base", "core/xml"],
    "core/translate": ["core/base", "core/xml", "core/charset", "core/html", "core/rtf", "core/sip",
                       "core/ocs", "core/xmpp", "core/envelope", "core/policy"],
    "runtime": ["core/base"],
    "runtime/config": ["core/base", "runtime", "proto"],
    "runtime/redis": ["core/base", "core/policy", "runtime"],  # where its servers are
    "runtime/cluster": ["core/base", "core/envelope", "core/policy", "core/routing", "runtime"],  # bus and its machine
    "runtime/service": ["core/base", "core/policy", "runtime"],  # hands the settings to its process
    "presence-store": ["core", "runtime", "proto"],
    "sip-frontend": ["core", "runtime", "proto"],
    "xmpp-frontend": ["core", "runtime", "proto"],
    "router": ["core", "runtime", "presence-store", "proto"],
    "cli": ["core", "runtime", "proto"],
}

# core/ is handed bytes and the time; it asks for neither.
FORBIDDEN_HEADERS = re.compile(
    r"<(atomic|condition_variable|csignal|cstdio|ctime|filesystem|fstream|future|iostream|mutex|random|"
    r"semaphore|shared_mutex|stdio\.h|stop_token|syncstream|syslog\.h|thread|time\.h|unistd\.h|"
    r"(arpa|net|netinet|sys)/[^>]*|(hiredis|prometheus|spdlog|yaml-cpp)/[^>]*|ares\.h|uv\.h|zmq[^>]*|"
    r"openssl/(bio|rand|ssl)\.h)>")
FORBIDDEN_WORDS = re.compile(
    r"\b(\w+_clock|std::(cout|cerr|clog|rand|thread|jthread|async|mutex|random_device|mt19937\w*|getenv)|"
    r"(arc4random\w*|clock_gettime|fopen|getenv|gettimeofday|printf|fprintf|RAND_bytes|srand|usleep|"
    r"nanosleep|socket|sleep_for|time)\s*\((?=[^)]*\)?))")
# `time` and `socket` are plain words too: only a call of the C function counts.
C_CALLS_ONLY = {"time": re.compile(r"(?<![\w.>:])(::|std::)?time\s*\(\s*(nullptr|NULL|0|&)"),
                "socket": re.compile(r"(?<![\w.>])::socket\s*\(")}

BANNED_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"}
LINES_MAX = 400
CODE_SUFFIXES = (".cc", ".h", ".proto", ".py", ".lua")
README_FOLDERS = ["core", "runtime", "proto", "router", "sip-frontend", "xmpp-frontend", "cli", "tests",
                  "presence-store", "bench", "deploy"]


def code_of(text):
    """`text` without comments and with empty literals, line numbers kept."""
    pattern = re.compile(
        r'R"(\w*)\((?:.|\n)*?\)\1"|//[^\n]*|/\*(?:.|\n)*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'')
    return pattern.sub(lambda m: '""' + "\n" * m.group(0).count("\n"), text)


def includes(text):
    """(line number, quoted path or <header>) of every #include."""
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*("[^"]+"|<[^>]+>)', line)
        if match:
            yield number, match.group(1)


def below(path, folder):
    return path == folder or path.startswith(folder + "/")


def owner(path):
    """The folder of MAY_INCLUDE that `path` belongs to, or None."""
    folders = [folder for folder in MAY_INCLUDE if below(path, folder)]
    return max(folders, key=len) if folders else None


def check_includes(path, text):
    folder = owner(path)
    if folder is None:
        if below(path, "core"):
            yield f"{path}: a folder of core/ that tests/tree/rules.py does not know"
        return
    allowed = [folder.split("/")[0] if folder == "runtime" else folder] + MAY_INCLUDE[folder]
    for number, name in includes(text):
        if name.startswith('"') and not any(below(name.strip('"'), it) for it in allowed):
            yield f"{path}:{number}: {folder}/ may not include {name}"


def check_purity(path, text):
    if not below(path, "core"):
        return
    for number, name in includes(text):
        if FORBIDDEN_HEADERS.fullmatch(name):
            yield f"{path}:{number}: core/ does no I/O and asks no clock: {name}"
    for number, line in enumerate(code_of(text).splitlines(), 1):
        for match in FORBIDDEN_WORDS.finditer(line):
            word = match.group(1)
            call = C_CALLS_ONLY.get(re.match(r"\w*", word).group(0))
            if call is None or call.search(line):
                yield f"{path}:{number}: core/ does no I/O and asks no clock: {word.rstrip('( ')}"


def check_length(path, text):
    lines = text.count("\n")
    if path.endswith(CODE_SUFFIXES) and lines > LINES_MAX:
        yield f"{path}: {lines} lines; look for the second idea in it"


def check_name(path):
    words = set(re.split(r"[/_.\-]", path.lower()))
    for word in sorted(words & BANNED_NAMES):
        yield f"{path}: '{word}' says nothing about what is in it"


def check_readmes(paths):
    for folder in README_FOLDERS:
        if any(below(path, folder) for path in paths) and f"{folder}/README.md" not in paths:
            yield f"{folder}/: no README.md"


def check_reasons(reason_source, mapping):
    """Every reason code of core/policy/reason.cc has a row in docs/mapping.md."""
    for name in re.findall(r'\{Reason::k\w+, "([\w-]+)"', reason_source):
        if name != "none" and f"`{name}`" not in mapping:
            yield f"docs/mapping.md: no row for the reason `{name}`"


def check_restarts(live_source, manual):
    """Every key that waits for a restart (core/policy/live.cc) stands in docs/operations.md."""
    for key in re.findall(r'keep\("([\w.]+)"', live_source):
        if f"`{key}`" not in manual:
            yield f"docs/operations.md: `{key}` needs a restart"


def redis_commands(source):
    """The commands that C++ sends to Redis, in its scripts too."""
    return set(re.findall(r"redis\.call\('([A-Z]+)'", source) + re.findall(r'(?:\{|= )"([A-Z]{3,})"', source))


def check_redis_commands(sources, manual, probes):
    """What the store says to Redis, the ACL user of docs/operations.md may, and `dragoman check` tries; and nothing else."""
    used = redis_commands("\n".join(sources))
    rule = re.search(r"^user dragoman on >PASSWORD (.*)$", manual, re.M).group(1).split()
    allowed = {word[1:].upper() for word in rule if word.startswith("+")} - {"PING", "ROLE", "SELECT", "INFO"}
    tried = redis_commands(probes) - {"ASKING"}
    for where, commands in [("docs/operations.md", allowed), ("cli/check/redis_probe.cc", tried)]:
        for command in sorted(used ^ commands):
            yield f"{where}: {command}: {'missing' if command in used else 'nobody sends it'}"


def check_file(path, text):
    yield from check_name(path)
    yield from check_length(path, text)
    if path.endswith((".cc", ".h")):
        yield from check_includes(path, text)
        yield from check_purity(path, text)
