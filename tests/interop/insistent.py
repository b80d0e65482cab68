"""Users who try again when they are told that it failed, as people and Edge Servers do."""

import asyncio

from scenario import is_kind
from world import JULIET, ROMEO
from xmpp_user import text_from

TRY_SECONDS = 0.25


async def chat(romeo, juliet, words):
    """A text each way."""
    while (await romeo.say(JULIET, f"{words} from romeo")).status >= 300:
        await asyncio.sleep(TRY_SECONDS)
    await juliet.inbox.take(text_from(ROMEO, f"{words} from romeo"))
    while True:
        juliet.say(ROMEO, f"{words} from juliet")
        arrived = asyncio.create_task(romeo.inbox.take(is_kind("message", f"{words} from juliet")))
        failed = asyncio.create_task(juliet.inbox.take(lambda stanza: stanza["type"] == "error"))
        done, rest = await asyncio.wait((arrived, failed), return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        if arrived in done:
            return arrived.result()
        failed.result()
        await asyncio.sleep(TRY_SECONDS)


async def publish(romeo, **state):
    """Romeo's server repeats what was refused."""
    while any(answer.status >= 300 for answer in await romeo.publish(**state)):
        await asyncio.sleep(TRY_SECONDS)
