import { describe, expect, it } from "vitest";

const components = import.meta.glob<string>("../**/*.tsx", { query: "?raw", import: "default", eager: true });
/** The server reads Chinese marks in a dialogue that is pasted, whatever language the page is in. */
const SPOKEN_TO_THE_SERVER = new Set(["../policy/bench.tsx"]);

describe("punctuation", () => {
  it.each(Object.entries(components))("of %s comes from the texts", (path, source) => {
    const found = source.split("\n").filter((line) => /[：（），；、。？！]/.test(line));
    expect(SPOKEN_TO_THE_SERVER.has(path) ? [] : found).toEqual([]);
  });
});
