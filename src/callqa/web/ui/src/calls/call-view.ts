import type { Read } from "../api/read";
import type { Band } from "../player/bands";
import type { SpokenTurn, SpokenWord, TextMark } from "../player/dialogue";
import { gaps, type Span } from "../player/spans";
import type { Texts } from "../texts";

export type Finding = Read<"Finding">;
export type Evidence = Finding["evidence"][number];
export type Quote = Read<"Quote">;
export type Transcript = Read<"TranscriptShown">;
export type Techniques = Read<"TechniquesShown">;
export type Measure = Read<"Measure">;
export type EffectiveLine = Read<"EffectiveLine">;

/** One stop of the way through a call: a line of the scorecard with what it rests on. */
export interface Place {
  line: EffectiveLine;
  findings: readonly Finding[];
  /** Where to listen; null where nothing has a place in the sound. */
  span: Span | null;
  /** Turn to show; null where none is named. */
  turn: number | null;
}

/**
 * A technique label as people write it: in Chinese as the centre's policy names it, in English by our own word where we
 * have one for it.
 */
export function labelOf(label: string, texts: Texts, own?: Iterable<{ id: string; title: string }>): string {
  const known = (texts.labels as Record<string, string>)[label];
  const title = [...(own ?? [])].find(({ id }) => id === label)?.title;
  return (texts.policyNamesLabels ? (title ?? known) : (known ?? title)) ?? label;
}

/** Where a piece of evidence lies in the recording. */
export function spanOf(evidence: Evidence): Span | null {
  if (evidence.kind === "quote") return evidence.span;
  if (evidence.kind === "absence") return evidence.nearest?.span ?? evidence.searched;
  return evidence.span ?? null;
}

function turnOf(evidence: Evidence): number | null {
  if (evidence.kind === "quote") return evidence.turn;
  if (evidence.kind === "absence") return evidence.nearest?.turn ?? evidence.turns?.[0] ?? null;
  return null;
}

/** Lines with their findings, those that need a person first, then those that cost points, then the rest. */
export function placesOf(lines: readonly EffectiveLine[], findings: readonly Finding[]): Place[] {
  const byRef = new Map(findings.map((finding) => [`${finding.subject}:${finding.id}`, finding]));
  return lines.map((line) => {
    const behind = (line.machine.refs ?? []).flatMap((ref) => byRef.get(`${ref.kind}:${ref.id}`) ?? []);
    const telling = behind.find((one) => one.verdict === "broken" || one.verdict === "unsure") ?? behind[0];
    const evidence = telling?.evidence.find((one) => spanOf(one)) ?? telling?.evidence[0];
    return {
      line,
      findings: behind,
      span: evidence ? spanOf(evidence) : null,
      turn: evidence ? turnOf(evidence) : null,
    };
  });
}

/** True where a reviewer has something to decide: red line, points lost, or not heard. */
export function asksForReview({ line }: Place): boolean {
  const { machine } = line;
  if (machine.status === "needs_human" || machine.fatal) return true;
  return machine.status === "scored" && !machine.bonus && machine.points < machine.max_points;
}

/** Coloured stretches beneath the waveform. */
export function bandsOf(
  given: { findings: readonly Finding[]; techniques: Techniques | undefined; measures: readonly Measure[] },
  texts: Texts,
): Band[] {
  const found: Band[] = [];
  for (const finding of given.findings) {
    for (const evidence of finding.evidence) {
      const said = evidence.kind === "quote" ? evidence.span : evidence.kind === "reading" ? evidence.span : null;
      if (!said) continue;
      const violation = finding.subject === "rule";
      if (violation && finding.verdict === "met") continue;
      found.push({
        ...said,
        lane: violation ? "violation" : "step",
        title: `${finding.title} · ${texts.verdict[finding.verdict]}`,
        unsure: finding.verdict === "unsure",
        target: `${finding.subject}:${finding.id}`,
      });
    }
  }
  for (const tag of given.techniques?.tags ?? []) {
    found.push({
      ...tag.quote.span,
      lane: "technique",
      title: `${labelOf(tag.label, texts, given.techniques?.labels)} ${Math.round(tag.probability * 100)}%`,
      unsure: tag.probability < 0.5,
      target: `technique:${tag.label}:${tag.turn}`,
    });
  }
  for (const measure of given.measures) {
    const lane = SPANNED[measure.name];
    if (!lane) continue;
    for (const span of measure.spans ?? []) {
      found.push({ ...span, lane, title: texts.player.lanes[lane], unsure: false, target: `measure:${measure.name}` });
    }
  }
  return found;
}

const SPANNED: Record<string, "silence" | "talk_over"> = { silence_count: "silence", talk_over_count: "talk_over" };

/** Turns with their words, marks and tags, ready to be shown. */
export function turnsOf(
  transcript: Transcript,
  given: { findings: readonly Finding[]; techniques: Techniques | undefined },
  texts: Texts,
): SpokenTurn[] {
  const marks = new Map<number, TextMark[]>();
  const mark = (turn: number, one: TextMark) => {
    const known = marks.get(turn);
    if (known) known.push(one);
    else marks.set(turn, [one]);
  };
  for (const finding of given.findings) {
    if (finding.subject === "rule" && finding.verdict === "met") continue;
    for (const evidence of finding.evidence) {
      if (evidence.kind !== "quote") continue;
      mark(evidence.turn, {
        first: evidence.characters.start,
        last: evidence.characters.end,
        kind: finding.subject === "rule" ? "violation" : "step",
        title: finding.title + texts.marks.aside(texts.verdict[finding.verdict]),
      });
    }
  }
  const tags = new Map<number, string[]>();
  const tagged = (turn: number, label: string) => tags.set(turn, [...(tags.get(turn) ?? []), label]);
  for (const tag of given.techniques?.tags ?? []) {
    tagged(tag.turn, labelOf(tag.label, texts, given.techniques?.labels));
    for (const carrier of tag.carriers ?? []) {
      mark(tag.turn, {
        first: carrier.start,
        last: carrier.end,
        kind: "carrier",
        title: labelOf(tag.label, texts, given.techniques?.labels),
      });
    }
  }
  for (const reaction of given.techniques?.reactions ?? []) {
    if (reaction.reaction !== "neutral") tagged(reaction.turn, texts.reaction[reaction.reaction]);
  }
  for (const hidden of transcript.hidden) {
    mark(hidden.turn, { first: hidden.first, last: hidden.last, kind: "masked", title: texts.call.masked });
  }
  for (const match of transcript.matches) {
    mark(match.turn, { first: match.start, last: match.end, kind: "found", title: texts.call.found });
  }
  return transcript.turns.map((turn) => ({
    index: turn.index,
    party: turn.party,
    start: turn.start,
    end: turn.end,
    words: turn.words.map(([text, start, end]): SpokenWord => ({ text: String(text), start: Number(start), end: Number(end) })),
    marks: marks.get(turn.index) ?? [],
    tags: tags.get(turn.index) ?? [],
  }));
}

/** Where nobody speaks, for skipping. */
export function silencesOf(turns: readonly SpokenTurn[], duration: number): Span[] {
  const talk = turns.flatMap((turn) => turn.words.map(({ start, end }) => ({ start, end })));
  talk.sort((a, b) => a.start - b.start);
  return gaps(talk, duration);
}

/** Peaks of each channel as the waveform drawer takes them: one value a slice, the greater of both sides. */
export function peaksOf(shown: Read<"PeaksShown">): number[][] {
  return shown.channels.map(({ low, high }) =>
    high.map((top, slice) => {
      const bottom = low[slice] ?? 0;
      return (Math.abs(bottom) > Math.abs(top) ? bottom : top) / 127;
    }),
  );
}

/**
 * Slices a second that the waveform needs: more than there are pixels cost a slow machine seconds and show nothing.
 *
 * 1,200 pixels show a call of twenty minutes with one slice each at 1 a second; 10 are enough to be drawn nearer.
 */
export function perSecondOf(duration: number): 1 | 2 | 5 | 10 | 20 {
  if (duration <= 15 * 60_000) return 20;
  if (duration <= 30 * 60_000) return 10;
  if (duration <= 60 * 60_000) return 5;
  return 2;
}

/** Where a comment is made: three seconds around what is being heard. */
export function commentSpan(time: number, duration: number): Span {
  const start = Math.max(0, Math.min(time - 1500, duration - 3000));
  return { start, end: Math.max(start + 1, Math.min(duration, start + 3000)) };
}
