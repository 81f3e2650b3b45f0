import { describe, expect, it } from "vitest";

import { type Band, bandAt, LANE_GAP, LANE_HEIGHT, LANES } from "./bands";

const band = (lane: Band["lane"], start: number, end: number): Band => ({
  lane,
  start,
  end,
  title: "",
  unsure: false,
  target: `${lane}:${start}`,
});
const y = (lane: Band["lane"]) => LANES.indexOf(lane) * (LANE_HEIGHT + LANE_GAP) + 5;

describe("the band under the pointer", () => {
  const bands = [band("step", 0, 10_000), band("step", 2000, 2500), band("violation", 2000, 2500)];
  it("is the shortest in that lane", () => {
    expect(bandAt(bands, { time: 2100, y: y("step"), slack: 0 })?.target).toBe("step:2000");
    expect(bandAt(bands, { time: 6000, y: y("step"), slack: 0 })?.target).toBe("step:0");
  });
  it("is found a little beside it, since a word may be narrower than a pixel", () => {
    expect(bandAt(bands, { time: 2600, y: y("violation"), slack: 0 })).toBeNull();
    expect(bandAt(bands, { time: 2600, y: y("violation"), slack: 200 })?.target).toBe("violation:2000");
  });
});
