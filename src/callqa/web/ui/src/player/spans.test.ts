import { describe, expect, it } from "vitest";

import { clockTime, gaps, lastStarted, spanAt } from "./spans";

const turns = [
  { start: 100, end: 900 },
  { start: 900, end: 1500 },
  { start: 2000, end: 2600 },
];

describe("finding the turn being heard", () => {
  it("takes the turn that starts exactly now, not the one that ends now", () => {
    expect(spanAt(turns, 900)).toEqual(turns[1]);
  });
  it("has none before the first, between turns, and after the last", () => {
    expect([99, 1500, 1999, 2600].map((time) => spanAt(turns, time))).toEqual([null, null, null, null]);
  });
  it("agrees with looking through the list one by one", () => {
    for (let time = 0; time < 3000; time += 7) {
      const slow = turns.findLastIndex((one) => one.start <= time);
      expect(lastStarted(turns, time)).toBe(slow);
    }
  });
});

describe("silence", () => {
  it("is what no span covers, also where spans overlap", () => {
    const talk = [
      { start: 100, end: 900 },
      { start: 300, end: 500 },
      { start: 1200, end: 1300 },
    ];
    expect(gaps(talk, 2000)).toEqual([
      { start: 0, end: 100 },
      { start: 900, end: 1200 },
      { start: 1300, end: 2000 },
    ]);
  });
});

describe("times as people read them", () => {
  it.each([
    [0, "0:00"],
    [61_999, "1:01"],
    [3_723_400, "1:02:03"],
  ])("%i ms", (time, text) => expect(clockTime(time)).toBe(text));
  it("shows tenths where asked", () => expect(clockTime(61_980, true)).toBe("1:01.9"));
});
