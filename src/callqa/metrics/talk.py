"""The measures of a call's talk. Names, titles and units stand in ``callqa.policy.measures``."""

from collections.abc import Callable, Iterable, Sequence

from callqa.domain import Measure, Millis, Party, Span, Transcript
from callqa.metrics.exchange import (
    SILENCE,
    delays,
    longest_monologue,
    quantile,
    switches,
    talk_overs,
)
from callqa.metrics.speech import Speech, Stretch, gaps, speech_of, total
from callqa.metrics.wording import asks, characters
from callqa.policy import MEASURES

VERSION = "1"
"""Version of these definitions; part of every cache key."""
LEAST_SPEECH = 3000
"""Milliseconds a party must speak before its pace means anything."""
LEAST_ANSWERS = 5
"""Answers needed before their ninetieth percentile means anything."""

_MONO = "单声道录音，分不清谁在说话"
_SIDES = (Party.agent, Party.customer)


def measure(transcript: Transcript, *, duration: Millis) -> tuple[Measure, ...]:
    """Measure a call's talk.

    Speaking time is words joined over pauses up to 0.5 s. Definitions (source in brackets where one is followed):

    - ``duration`` ms: length of the recording. ``turns`` count: number of turns.
    - ``agent_talk_time``, ``customer_talk_time`` ms: speaking time of the party.
    - ``agent_talk_share`` share: agent's speaking time ÷ both parties' speaking time (Gong, talk ratio).
    - ``silence_share`` share: time in which nobody speaks ÷ duration, beginning and end included.
    - ``silence_longest`` ms: longest stretch in which nobody speaks between first and last word.
    - ``silence_count`` count: such stretches of 3 s or more, with their places (Amazon Connect, non-talk time).
    - ``talk_over_count`` count, ``talk_over_time`` ms: both speak at once for 0.5 s or more, with places.
      ``talk_over_by_agent``, ``talk_over_by_customer`` count: by who began while the other spoke.
    - ``agent_pace``, ``customer_pace`` characters/min: Chinese characters, digits and Latin words ÷ minutes of
      the party's own speaking time; None under 3 s of speech.
    - ``agent_delay_median``, ``agent_delay_p90`` ms (``customer_…``): from the other's last word to the party's
      first at every change of turn, breaking in counting 0; p90 needs 5 answers.
    - ``patience`` ms: mean of the agent's delays: how long the agent waits after the customer stops (Gong, patience).
    - ``agent_monologue``, ``customer_monologue`` ms: longest stretch a party speaks on, bare acknowledgements of
      the other not ending it, a pause of 3 s ending it (Gong, longest monologue).
    - ``switches`` 1/min: changes of party per minute between first and last word (Gong, interactivity).
    - ``agent_questions`` count: agent turns that ask; ``question_rate`` share: of all agent turns.

    Args:
        transcript: Raw or masked; masking does not change lengths, but hides question words it covers.
        duration: Length of the recording in milliseconds.

    Returns:
        Every measure once, in fixed order. ``value`` is None, with a note, where it cannot be measured: no speech, or
        a mono recording for all that needs to know who speaks.
    """
    speech = speech_of(transcript)
    found: dict[str, Measure] = {}

    def give(name: str, value: float | None, note: str = "", places: Iterable[Stretch] = ()) -> None:
        spans = tuple(Span(start=start, end=end) for start, end in places)
        rounded = None if value is None else round(value, 4)
        found[name] = Measure(name=name, value=rounded, unit=MEASURES[name].unit, note=note, spans=spans)

    give("duration", float(duration))
    give("turns", float(len(transcript.turns)))
    _shares(speech, duration, give)
    _overlaps(speech, give)
    for party in _SIDES:
        _party(transcript, speech, party, give)
    _dialogue(transcript, speech, give)
    return tuple(found.values())


_Give = Callable[..., None]


def _shares(speech: Speech, duration: int, give: _Give) -> None:
    times = {party: total(speech.of(party)) for party in _SIDES}
    for party in _SIDES:
        give(f"{party}_talk_time", *_parted(speech, times[party]))
    both = sum(times.values())
    give("agent_talk_share", *_parted(speech, times[Party.agent] / both if both else None))
    if not speech.all or duration <= 0:
        for name in ("silence_share", "silence_longest", "silence_count"):
            give(name, None, "没有听到说话")
        return
    spoken = total((min(start, duration), min(end, duration)) for start, end in speech.all)
    give("silence_share", max(0.0, 1 - spoken / duration))
    between = gaps(speech.all)
    longest = max(between, key=lambda gap: gap[1] - gap[0], default=None)
    give("silence_longest", longest[1] - longest[0] if longest else 0, places=[longest] if longest else ())
    long = [gap for gap in between if gap[1] - gap[0] >= SILENCE]
    give("silence_count", len(long), places=long)


def _overlaps(speech: Speech, give: _Give) -> None:
    names = ("talk_over_count", "talk_over_time", "talk_over_by_agent", "talk_over_by_customer")
    if not speech.parted:
        for name in names:
            give(name, *_parted(speech, None))
        return
    overs = talk_overs(speech)
    places = [over.stretch for over in overs]
    give("talk_over_count", len(overs), places=places)
    give("talk_over_time", total(places), places=places)
    for party in _SIDES:
        mine = [over.stretch for over in overs if over.by is party]
        give(f"talk_over_by_{party}", len(mine), places=mine)


def _party(transcript: Transcript, speech: Speech, party: Party, give: _Give) -> None:
    spoken = total(speech.of(party))
    if speech.parted and spoken < LEAST_SPEECH:
        give(f"{party}_pace", None, "说话不足 3 秒")
    else:
        count = sum(characters(turn.text) for turn in transcript.turns if turn.party is party)
        give(f"{party}_pace", *_parted(speech, count * 60_000 / spoken if spoken else None))
    waits = delays(speech, party) if speech.parted else []
    note = "没有接过对方的话"
    give(f"{party}_delay_median", *_parted(speech, _quantile(waits, 0.5, 1), note))
    give(
        f"{party}_delay_p90",
        *_parted(speech, _quantile(waits, 0.9, LEAST_ANSWERS), f"应答不足 {LEAST_ANSWERS} 次"),
    )
    longest = longest_monologue(transcript, speech, party) if speech.parted else None
    value, told = _parted(speech, longest[1] - longest[0] if longest else None, "没有说话")
    give(f"{party}_monologue", value, told, [longest] if longest else ())


def _dialogue(transcript: Transcript, speech: Speech, give: _Give) -> None:
    waits = delays(speech, Party.agent) if speech.parted else []
    give("patience", *_parted(speech, sum(waits) / len(waits) if waits else None, "坐席没有接过客户的话"))
    talk = speech.all[-1][1] - speech.all[0][0] if speech.all else 0
    give("switches", *_parted(speech, switches(speech) * 60_000 / talk if talk else None))
    turns = [turn for turn in transcript.turns if turn.party is Party.agent]
    asking = sum(asks(turn.text) for turn in turns)
    give("agent_questions", *_parted(speech, asking))
    give("question_rate", *_parted(speech, asking / len(turns) if turns else None, "坐席没有说话"))


def _parted(speech: Speech, value: float | None, note: str = "没有听到说话") -> tuple[float | None, str]:
    """The value, or None with the reason: nobody spoke, parties unknown, or the given note."""
    if not speech.turns:
        return None, "没有听到说话"
    if not speech.parted:
        return None, _MONO
    return (None, note) if value is None else (value, "")


def _quantile(waits: Sequence[int], share: float, least: int) -> float | None:
    return quantile(waits, share) if len(waits) >= least else None
