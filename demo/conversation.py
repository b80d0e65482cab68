"""The main job as a list of lines, each of which is seen to happen before it is told."""

import world
from xmpp_user import error_from, presence_of, text_from, typing_from

ROMEO, JULIET = world.ROMEO, world.JULIET


def _ok(answer):
    assert answer.status in (200, 202), f"answered {answer.start} {answer.get('ms-diagnostics-public')}"


def _notify(kind="active", basic=None, activity=None, note=None):
    """Tells a NOTIFY about juliet with this Subscription-State and document."""
    return lambda event: (event.kind == "notify" and event.text.startswith(kind)
                          and basic in (None, event.state.basic)
                          and (activity is None or activity in event.state.activities)
                          and (note is None or note in event.state.notes))


async def hold(place, tell):
    """Plays the whole of it between the users of `place`; tell(text) is called once a line has happened."""
    romeo = await place.romeo()
    tell("romeo signs in at his SIP server")
    juliet = await place.juliet()
    tell("juliet signs in at her XMPP server")

    _ok(await romeo.subscribe(JULIET))
    await juliet.inbox.take(presence_of(ROMEO, "subscribe"), what="romeo's request at juliet's")
    tell("romeo adds juliet; she is asked for her approval")
    juliet.subscription(ROMEO, "subscribed")
    await romeo.inbox.take(_notify("active", "open"), what="NOTIFY active with open")
    tell("juliet approves; romeo sees her online")

    _ok(await romeo.say(JULIET, "But soft, what light?"))
    await juliet.inbox.take(text_from(ROMEO, "But soft, what light?"), what="romeo's message")
    tell("romeo opens a chat: But soft, what light?")
    juliet.typing(ROMEO)
    await romeo.inbox.take(lambda event: event.kind == "typing" and event.text == "type", what="INFO type")
    tell("romeo sees that juliet types")
    juliet.say(ROMEO, "Ay me! \N{BLACK HEART SUIT}")
    await romeo.inbox.take(lambda event: event.kind == "message" and event.text == "Ay me! \N{BLACK HEART SUIT}",
                           what="juliet's message")
    tell("juliet answers in it: Ay me! \N{BLACK HEART SUIT}")
    _ok(await romeo.type_to(JULIET))
    await juliet.inbox.take(typing_from(ROMEO), what="composing")
    tell("juliet sees that romeo types")

    juliet.subscription(ROMEO, "subscribe")
    await romeo.inbox.take(lambda event: event.kind == "subscribe", what="SUBSCRIBE")
    await juliet.inbox.take(presence_of(ROMEO, "subscribed"), what="subscribed")
    await juliet.inbox.take(presence_of(ROMEO, "available"), what="romeo's presence")
    tell("juliet adds romeo; he approves, and she sees him online")

    juliet.send_presence(pshow="away", pstatus="on the balcony")
    await romeo.inbox.take(_notify("active", "open", "away", "on the balcony"), what="NOTIFY away")
    tell("juliet goes away; romeo reads her note: on the balcony")
    for answer in await romeo.publish(activity="busy", note="climbing"):
        _ok(answer)
    busy = await juliet.inbox.take(presence_of(ROMEO, "available", "dnd"), what="romeo's dnd")
    assert busy["status"] == "climbing", f"note is {busy['status']!r}"
    tell("romeo is busy; juliet reads his note: climbing")

    _ok(await romeo.hang_up(JULIET))
    for answer in await romeo.publish(is_open=False):
        _ok(answer)
    await juliet.inbox.take(presence_of(ROMEO, "unavailable"), what="romeo's going")
    _ok(await romeo.subscribe(JULIET, expires=0))
    await romeo.inbox.take(_notify("terminated"), what="the last NOTIFY")
    errors = juliet.inbox.drain(error_from(ROMEO))
    assert not errors, f"juliet got an error: {errors[0]}"
    tell("romeo signs off; juliet sees him leave")
