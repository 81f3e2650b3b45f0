import { describe, expect, it } from "vitest";

import { offerAt, placeAt, type Key } from "./yaml-place";

function key(within: string, name: string, more: Partial<Key> = {}): Key {
  return { name, title: "", note: "", about: "", values: [], meanings: {}, within, inner: [], named: false, ...more };
}

const CONDITION = ["AnyOf", "Phrase", "Silence"];
const KEYS: readonly Key[] = [
  key("Book", "rules", { inner: ["Rule"] }),
  key("Book", "classes", { named: true }),
  key("Rule", "id"),
  key("Rule", "kind", { values: ["forbidden", "norm"] }),
  key("Rule", "broken", { inner: CONDITION }),
  key("Rule", "conditions", { inner: CONDITION, named: true }),
  key("Rule", "examples", { inner: ["Examples"] }),
  key("AnyOf", "any", { inner: CONDITION }),
  key("Phrase", "op", { values: ["phrase"] }),
  key("Phrase", "words"),
  key("Phrase", "party", { values: ["agent", "customer"] }),
  key("Silence", "op", { values: ["silence"] }),
  key("Silence", "longer_than"),
  key("Silence", "party", { values: ["agent", "customer"] }),
  key("Examples", "broken"),
  key("Examples", "fine"),
];

/** What is offered where `¦` stands. */
function offered(text: string): { keys: string[]; value: string[] } | null {
  const lines = text.split("\n");
  const row = lines.findIndex((line) => line.includes("¦"));
  const column = (lines[row] ?? "").indexOf("¦");
  lines[row] = (lines[row] ?? "").replace("¦", "");
  const place = placeAt(lines, row, column);
  if (!place) return null;
  const { keys, value } = offerAt(KEYS, place);
  return { keys: keys.map(({ name }) => name), value: [...new Set(value.flatMap(({ values }) => values))] };
}

const keys = (text: string) => offered(text)?.keys;

describe("keys at a place", () => {
  it("offers the file's own keys at the top, less those that are there", () => {
    expect(keys("¦")).toEqual(["rules", "classes"]);
    expect(keys("rules:\n  - id: a\n¦")).toEqual(["classes"]);
    expect(keys("# 说明\ncl¦\nrules:\n  - id: a")).toEqual(["classes"]);
  });

  it("offers a rule's keys in a rule, also between others and with the dash at the key's own column", () => {
    expect(keys("rules:\n  - ¦")).toEqual(["id", "kind", "broken", "conditions", "examples"]);
    expect(keys("rules:\n  - id: a\n    ki¦\n    broken: {op: phrase}\n  - id: b\n    kind: norm")).toEqual([
      "kind",
      "conditions",
      "examples",
    ]);
    expect(keys("rules:\n- id: a\n  ¦")).toEqual(["kind", "broken", "conditions", "examples"]);
    expect(keys("rules:\n  - id: a\n    kind: norm\n\n  - id: b\n    ¦")).toEqual(["kind", "broken", "conditions", "examples"]);
  });

  it("knows two things of one name apart by where they stand", () => {
    expect(keys("rules:\n  - id: a\n    examples:\n      ¦")).toEqual(["broken", "fine"]);
    expect(keys("rules:\n  - id: a\n    broken:\n      ¦")).toEqual(["any", "op", "words", "party", "longer_than"]);
  });

  it("offers only what the chosen operator can say", () => {
    expect(keys("rules:\n  - broken:\n      op: silence\n      ¦")).toEqual(["longer_than", "party"]);
    expect(keys("rules:\n  - broken:\n      any:\n        - op: phrase\n          ¦\n        - op: silence")).toEqual(["words", "party"]);
    // `op` may stand beneath the cursor
    expect(keys("rules:\n  - broken:\n      ¦\n      op: phrase")).toEqual(["words", "party"]);
  });

  it("follows brackets within a line", () => {
    expect(keys("rules:\n  - {¦")).toEqual(["id", "kind", "broken", "conditions", "examples"]);
    expect(keys("rules:\n  - {id: a, broken: {op: silence, ¦")).toEqual(["longer_than", "party"]);
    expect(keys("rules:\n  - id: a\n    broken: {op: phrase, words: [贵, 便宜], ¦}")).toEqual(["party"]);
    expect(keys("rules:\n  - broken: {any: [{op: silence}, {op: phrase, ¦")).toEqual(["words", "party"]);
  });

  it("lets names of one's own stand, and offers what stands beneath them", () => {
    expect(keys("rules:\n  - conditions:\n      ¦")).toEqual([]);
    expect(keys("rules:\n  - conditions:\n      first_price:\n        op: phrase\n        ¦")).toEqual(["words", "party"]);
  });

  it("offers nothing in texts and comments", () => {
    expect(keys("rules:\n  - examples:\n      broken:\n        - |\n          坐席：¦")).toBeUndefined();
    expect(keys("rules:\n  - id: a   # ¦")).toBeUndefined();
    expect(keys("rules:\n  - id: \"¦")).toBeUndefined();
  });
});

describe("choices of a value", () => {
  it("are those of the key at this place", () => {
    expect(offered("rules:\n  - kind: ¦")?.value).toEqual(["forbidden", "norm"]);
    expect(offered("rules:\n  - broken:\n      op: ¦")?.value).toEqual(["phrase", "silence"]);
    expect(offered("rules:\n  - broken: {op: silence, party: cu¦")?.value).toEqual(["agent", "customer"]);
    expect(offered("rules:\n  - broken:\n      words: ¦\n      op: silence")?.value).toEqual([]);
    expect(offered("rules:\n  - id: ¦")?.value).toEqual([]);
  });
});
