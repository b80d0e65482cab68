"""Kamailio with its presence server in the Edge's place: it answers SUBSCRIBE itself and notifies what is published.

Everything that it knows is in memory, so a restart forgets all subscriptions.
"""

import edge_proxy

MODULES = """
loadmodule "presence.so"
loadmodule "presence_xml.so"
modparam("presence", "subs_db_mode", 0)
modparam("presence", "publ_cache", 2)
modparam("presence", "server_address", "sip:@EDGE_FQDN@:@EDGE_PORT@;transport=tls")
modparam("presence", "min_expires", @MIN_EXPIRES@)
modparam("presence", "max_expires", 3600)
modparam("presence_xml", "force_active", @FORCE_ACTIVE@)

request_route {
"""
# Names by the system's own means: the gateway is called localhost there.
GLOBALS = "\ntcp_accept_no_cl=no\nuse_dns_cache=off\n"
ANSWERS = """
  # Its own dialogs have its own name as their target, and no route.
  if (is_method("SUBSCRIBE|PUBLISH") && ($rd == "@EDGE_FQDN@" || ($rd == "@SIP_DOMAIN@" && $rU =~ "@PRESENTITIES@"))) {
    if (is_method("PUBLISH")) { handle_publish(); } else { handle_subscribe(); }
    exit;
  }
  if (has_totag()) {"""


async def start(folder, certificate, key, trust, presentities=".*", min_expires=0, **words):
    """As edge_proxy.start. It is the server of the users whose names match `presentities`, and a proxy to the others;
    who asks for less than `min_expires` seconds is answered 423."""
    template = edge_proxy.TEMPLATE.read_text()
    for before, after in (("\ntcp_accept_no_cl=no\n", GLOBALS), ("\nrequest_route {\n", MODULES),
                          ("\n  if (has_totag()) {", ANSWERS)):
        assert template.count(before) == 1, before
        template = template.replace(before, after)
    return await edge_proxy.start(folder, certificate, key, trust, template=template, force_active=1,
                                  presentities=presentities, min_expires=min_expires, **words)
