import { describe, expect, it } from "vitest";

import { golden } from "../api/golden";
import { LANES } from "../player/bands";
import { sayingOf, verdictOf } from "../review/evidence";
import { en } from "../texts/en";
import { zh } from "../texts/zh";
import {
  asksForReview,
  bandsOf,
  commentSpan,
  labelOf,
  peaksOf,
  perSecondOf,
  placesOf,
  silencesOf,
  spanOf,
  turnsOf,
} from "./call-view";

const call = golden<"CallDetail">("call");
const review = golden<"ReviewShown">("review");
const { findings } = golden<"FindingsShown">("findings");
const techniques = golden<"TechniquesShown">("techniques");
const transcript = golden<"TranscriptShown">("transcript");
const given = { findings, techniques, measures: call.measures };
const places = placesOf(review.effective.lines, findings);
const inside = ({ start, end }: { start: number; end: number }) =>
  start >= 0 && start < end && end <= call.recording.duration;

describe("the way through a call with a wrong price", () => {
  it("has a stop for every line of the card, with what it rests on", () => {
    expect(places.length).toBe(review.effective.lines.length);
    for (const { line, findings: behind } of places) {
      const named = (line.machine.refs ?? []).filter(({ kind }) => kind === "step" || kind === "rule");
      expect(behind.map((one) => one.id)).toEqual(named.map((one) => one.id));
    }
  });

  it("stops first at what cost points", () => {
    const open = places.filter(asksForReview).map(({ line }) => line.line.item);
    expect(open).toContain("wrong_price");
    expect(open).toContain("price");
    expect(open).not.toContain("greet");
    expect(open).not.toContain("cross_sold");
    for (const place of places.filter(asksForReview)) {
      const { points, max_points, status, fatal } = place.line.machine;
      expect(points < max_points || status === "needs_human" || fatal).toBe(true);
    }
  });

  it("plays the words of the wrong price, and shows their turn", () => {
    const place = places.find(({ line }) => line.line.item === "wrong_price");
    const quote = place?.findings[0]?.evidence[0];
    expect(quote?.kind).toBe("quote");
    expect(place?.span).toEqual(quote && spanOf(quote));
    expect(place?.turn).toBe(quote?.kind === "quote" ? quote.turn : null);
    expect(place?.span && inside(place.span)).toBe(true);
  });
});

describe("coloured stretches", () => {
  const bands = bandsOf(given, zh);
  it("lie inside the call, in a lane, with words", () => {
    for (const band of bands) {
      expect(inside(band)).toBe(true);
      expect(LANES).toContain(band.lane);
      expect(band.title).not.toMatch(/undefined|^$/);
    }
  });

  it("stand for what was said: steps, the violation, every technique; never for a rule that was kept", () => {
    const targets = new Set(bands.filter(({ lane }) => lane === "violation").map(({ target }) => target));
    expect([...targets]).toEqual(["rule:wrong_price"]);
    expect(bands.filter(({ lane }) => lane === "technique").length).toBe(techniques.tags.length);
    const steps = findings.filter((one) => one.subject === "step" && one.evidence.some(({ kind }) => kind === "quote"));
    const shown = new Set(bands.filter(({ lane }) => lane === "step").map(({ target }) => target));
    expect(shown).toEqual(new Set(steps.map(({ id }) => `step:${id}`)));
  });

  it("show silence and talk-over where they were measured", () => {
    const spans = (name: string) => call.measures.find((one) => one.name === name)?.spans?.length ?? 0;
    expect(bands.filter(({ lane }) => lane === "silence").length).toBe(spans("silence_count"));
    expect(bands.filter(({ lane }) => lane === "talk_over").length).toBe(spans("talk_over_count"));
  });
});

describe("the dialogue", () => {
  const turns = turnsOf(transcript, given, zh);
  it("is the transcript, word by word", () => {
    expect(turns.map((turn) => turn.words.map(({ text }) => text).join(""))).toEqual(
      transcript.turns.map(({ text }) => text),
    );
    for (const word of turns.flatMap((turn) => turn.words)) expect(word.start).toBeLessThanOrEqual(word.end);
  });

  it("marks what was masked, what was searched for and what was wrong, by characters of the turn", () => {
    const kinds = new Set(turns.flatMap((turn) => turn.marks.map(({ kind }) => kind)));
    expect(kinds).toContain("violation");
    expect(kinds).toContain("masked");
    expect(kinds).toContain("found");
    for (const turn of turns) {
      const length = turn.words.reduce((sum, { text }) => sum + text.length, 0);
      for (const { first, last } of turn.marks) expect(first >= 0 && first < last && last <= length).toBe(true);
    }
    const found = transcript.matches[0];
    const turn = turns.find(({ index }) => index === found?.turn);
    expect(turn?.words.map(({ text }) => text).join("").slice(found?.start, found?.end)).toBe(found?.text);
  });

  it("has silence only where nobody speaks", () => {
    const words = turns.flatMap((turn) => turn.words);
    for (const gap of silencesOf(turns, call.recording.duration)) {
      expect(words.some(({ start, end }) => start < gap.end && gap.start < end)).toBe(false);
    }
  });
});

describe("the waveform", () => {
  it("has a value a slice for both parties, from −1 to 1", () => {
    const wave = peaksOf(golden<"PeaksShown">("peaks"));
    expect(wave.length).toBe(call.recording.channels);
    expect(wave[0]?.length).toBe(Math.ceil(call.recording.duration / 1000));
    for (const value of wave.flat()) expect(Math.abs(value)).toBeLessThanOrEqual(1);
  });

  it("asks for fewer slices the longer the call is", () => {
    expect([60_000, 20 * 60_000, 45 * 60_000, 3 * 3_600_000].map(perSecondOf)).toEqual([20, 10, 5, 2]);
  });
});

describe("in words", () => {
  it.each([
    ["zh", zh],
    ["en", en],
  ] as const)("every verdict, state, label and piece of evidence has them (%s)", (_, texts) => {
    for (const finding of findings) {
      expect(verdictOf(finding, texts)).toBeTruthy();
      for (const evidence of finding.evidence) expect(sayingOf(evidence, texts)).not.toMatch(/undefined|null|NaN/);
    }
    for (const { label } of techniques.tags) expect(labelOf(label, texts)).not.toBe(label);
    for (const { reaction } of techniques.reactions) expect(texts.reaction[reaction]).toBeTruthy();
    for (const one of golden<"Page_CallShown_">("calls").items) expect(texts.reviewState[one.review_state]).toBeTruthy();
    expect(texts.direction[call.direction]).toBeTruthy();
  });

  it("what was not said is told with the stretch that was searched", () => {
    const absence = findings.find(({ id }) => id === "source")?.evidence[0];
    if (absence?.kind !== "absence") throw new Error("the sample should lack this step");
    expect(sayingOf(absence, zh)).toBe(`0:00 – 1:31 之间没有找到“${absence.expected}”。`);
  });

  it("the nearest miss is told with how near it was", () => {
    const nearest = { kind: "quote" as const, turn: 0, party: "agent" as const, text: "您贵姓", characters: { start: 0, end: 3 }, span: { start: 0, end: 900 } };
    const evidence = { kind: "absence" as const, searched: { start: 0, end: 61_000 }, turns: null, expected: "请问您贵姓", nearest, similarity: 0.62 };
    expect(sayingOf(evidence, zh)).toBe("0:00 – 1:01 之间没有找到“请问您贵姓”。 最接近的一句：“您贵姓”（相似 62%）");
    expect(spanOf(evidence)).toEqual(nearest.span);
  });
});

describe("a comment's place", () => {
  it("is three seconds around what is heard, inside the call", () => {
    expect(commentSpan(10_000, 91_000)).toEqual({ start: 8500, end: 11_500 });
    expect(commentSpan(0, 91_000)).toEqual({ start: 0, end: 3000 });
    expect(commentSpan(91_000, 91_000)).toEqual({ start: 88_000, end: 91_000 });
    expect(commentSpan(0, 800)).toEqual({ start: 0, end: 800 });
  });
});
