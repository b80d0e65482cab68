"""script/run: the gateway between two real servers, and the conversation of two users as it happens."""

import asyncio
import signal
import sys
import time
import traceback

import conversation
import gateway
import world

AROUND = """
Everything stays up; Ctrl-C stops it. To look around:

  SIP      127.0.0.1:{place.user_port} over TCP, any user of {sip} may register
  XMPP     127.0.0.1:{place.client_port}, {juliet} with password {password} (certificate authority: {place.trust})
  gateway  127.0.0.1:{place.sip_port} (SIP, mutual TLS), 127.0.0.1:{place.xmpp_port} (XMPP, server to server)
  state    {program} status --config {place.folder}/dragoman.yaml --state {place.folder}
  metrics  http://127.0.0.1:{place.admin_port}/metrics
  names    dig -p {place.dns_port} @127.0.0.1 SRV _xmpp-server._tcp.{sip}
  logs     {place.folder}/*.log
"""


async def demonstrate(once):
    """The exit status."""
    started = time.monotonic()

    def tell(line):
        print(f"{time.monotonic() - started:7.2f} s  {line}", flush=True)

    stopped = asyncio.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wanted, stopped.set)
    place = world.World()
    done = False
    try:
        await place.start()
        tell("the servers run: dnsmasq, Kamailio, Prosody, and the gateway between them")
        talk = asyncio.create_task(conversation.hold(place, tell))
        waiting = asyncio.create_task(stopped.wait())
        await asyncio.wait((talk, waiting), return_when=asyncio.FIRST_COMPLETED)
        if not talk.done():
            talk.cancel()
            return 1
        talk.result()
        done = True
        if not once:
            print(AROUND.format(place=place, sip=world.SIP_DOMAIN, juliet=world.JULIET, password=world.PASSWORD,
                                program=gateway.PROGRAM.relative_to(gateway.ROOT)), flush=True)
            await waiting
        return 0
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        print(f"\nThis did not happen: {error}\n(after the last line above; {frame.filename}:{frame.lineno})\n"
              f"The logs are in {place.folder}", file=sys.stderr)
        return 1
    finally:
        place.stop(keep_folder=not done)


if __name__ == "__main__":
    sys.exit(asyncio.run(demonstrate("--once" in sys.argv[1:])))
