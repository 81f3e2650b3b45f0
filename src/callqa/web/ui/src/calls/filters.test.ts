import { describe, expect, it } from "vitest";

import { callsLink, filtersOf, searchOf, sortOf, without, type Filters } from "./filters";

const FULL: Filters = {
  first_day: "2026-11-01",
  unit: "g1",
  fatal: true,
  ordered: false,
  score_max: 60,
  hit: ["step:greet:broken", "technique:closing"],
  text: "包治 百病",
};

describe("filters in the address", () => {
  it("come back as they were written", () => {
    expect(filtersOf(searchOf(FULL, "lowest"))).toEqual(FULL);
    expect(sortOf(searchOf(FULL, "lowest"))).toBe("lowest");
  });

  it("forget what no filter understands", () => {
    const search = new URLSearchParams("fatal=perhaps&score_min=abc&hit=drop:table&sort=random&other=1&text=%20");
    expect(filtersOf(search)).toEqual({});
    expect(sortOf(search)).toBe("newest");
  });

  it("lose one hit at a time", () => {
    expect(without(FULL, "hit", "technique:closing").hit).toEqual(["step:greet:broken"]);
    expect(without(without(FULL, "hit", "technique:closing"), "hit", "step:greet:broken").hit).toBeUndefined();
    expect("fatal" in without(FULL, "fatal")).toBe(false);
  });

  it("make a link", () => {
    expect(callsLink({})).toBe("/calls");
    expect(callsLink({ agent: "8001", fatal: true }, "lowest")).toBe("/calls?agent=8001&fatal=true&sort=lowest");
  });
});
