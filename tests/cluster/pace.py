"""How often somebody tries again who is refused, until he ends."""

import asyncio


async def within(event, seconds):
    """Whether it happens in that time."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except asyncio.TimeoutError:
        return False
    return True
