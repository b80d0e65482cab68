"""ejabberd as the XMPP domain: one Erlang node without a name, so that it needs no port mapper."""

import pathlib

import server

CONFIG = """\
hosts: ["{domain}"]
loglevel: debug
log_rotate_count: 0
certfiles: ["{home}/server.pem"]
ca_file: "{trust}"
listen:
  - {{port: {c2s_port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls_required: true}}
  - {{port: {s2s_port}, ip: "127.0.0.1", module: ejabberd_s2s_in}}
s2s_use_starttls: {starttls}
s2s_cafile: "{trust}"
outgoing_s2s_families: [ipv4]
s2s_max_retry_delay: 1
auth_method: internal
acl: {{local: {{user_regexp: ""}}}}
access_rules: {{c2s: {{allow: all}}, local: {{allow: local}}}}
modules: {modules}
"""

# Who writes much waits for the log, by itself it leaves out what comes quickly; and what is written is soon in the file.
LOG_ALL = ("logger:update_handler_config(ejabberd_log,config,"
           "#{sync_mode_qlen=>10,burst_limit_enable=>false,filesync_repeat_interval=>100})")

MODULES = ("mod_roster", "mod_disco", "mod_ping", "mod_s2s_dialback", "mod_caps")


async def start(folder, name, domain, users, c2s_port, s2s_port, dns_port, certificate, key, trust,
                starttls="required", offline_storage=False):
    """`users`: name -> password; `starttls`: s2s_use_starttls. The server's files are in `folder`/`name`."""
    home = folder / name
    home.mkdir(exist_ok=True)
    (home / "server.pem").write_text(pathlib.Path(certificate).read_text() + pathlib.Path(key).read_text())
    modules = MODULES + (("mod_offline",) if offline_storage else ())
    modules = [module for module in modules if starttls != "required_trusted" or module != "mod_s2s_dialback"]
    (home / "ejabberd.yml").write_text(CONFIG.format(
        domain=domain, home=home, trust=trust, c2s_port=c2s_port, s2s_port=s2s_port, starttls=starttls,
        modules="{" + ", ".join(f"{module}: {{}}" for module in modules) + "}"))
    # Without the first line the name servers of the machine win.
    (home / "inetrc").write_text(f"{{resolv_conf,\"\"}}.\n{{lookup,[dns]}}.\n"
                                 f"{{nameserver,{{127,0,0,1}},{dns_port}}}.\n")
    accounts = "".join(f'ejabberd_auth:try_register(<<"{user}">>,<<"{domain}">>,<<"{password}">>),'
                       for user, password in users.items())
    running = server.Server(name, [
        "/usr/bin/env", "ERL_LIBS=/usr/lib/x86_64-linux-gnu", "/usr/bin/erl", "-noinput", "+S", "1",
        "-mnesia", "dir", f'"{home}/mnesia"',
        "-ejabberd", "config", f'"{home}/ejabberd.yml"', "log_path", f'"{home}/ejabberd.log"', "quiet", "true",
        "-kernel", "inetrc", f'"{home}/inetrc"',
        "-eval", f"{{ok,_}}=application:ensure_all_started(ejabberd),ok={LOG_ALL},{accounts}ok."], folder)
    await running.ready(c2s_port, s2s_port)
    running.log = home / "ejabberd.log"
    return running
