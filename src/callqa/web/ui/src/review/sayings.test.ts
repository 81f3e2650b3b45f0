import { describe, expect, it } from "vitest";

import { golden } from "../api/golden";
import { Problem, problemOf } from "../api/problem";
import { en } from "../texts/en";
import { zh } from "../texts/zh";
import { eventSaying, titlesOf } from "./sayings";
import type { EventShown } from "./use-review";

const after = golden<"ReviewShown">("review-after");
const titles = titlesOf(after);
const sayings = after.events.map(({ event }) => eventSaying(event, titles, zh));

describe("what people said about a call", () => {
  it("stands in sentences, in the order in which it was said", () => {
    const last = after.effective.lines.at(-1)?.line.title ?? "";
    const second = after.effective.lines[1]?.line.title ?? "";
    expect(sayings).toEqual([
      `确认“${last}”`,
      "把“问候并报工号”改为 1 分",
      `“${second}”听不清`,
      "批注“问候并报工号”",
      "把“问候并报工号”更正为“听不清”",
    ]);
    expect(after.events.map(({ event }) => eventSaying(event, titles, en)).join()).not.toMatch(/undefined|null/);
  });

  it("changed the effective score and left the machine's and the first one alone", () => {
    const edited = after.effective.lines.find(({ line }) => line.item === "greet");
    expect(edited?.line.points).toBe(1);
    expect(edited?.machine.points).toBe(5);
    expect(after.effective.lines[1]?.line.status).toBe("needs_human");
    expect(after.effective.needs_human).toBeGreaterThan(0);
    expect(after.original.total).toBe(after.machine.total);
    expect(after.effective.total).not.toBe(after.machine.total);
    expect(zh.reviewState[after.state]).toBeTruthy();
  });
});

describe("a second reviewer who comes too late", () => {
  const problem = problemOf(golden("review-conflict"), 409);
  it("is told so, with the other's events", () => {
    expect(problem).toBeInstanceOf(Problem);
    expect([problem.status, problem.code]).toEqual([409, "review.conflict"]);
    const now = problem.body.current as { events: EventShown["event"][] };
    expect(now.events.map((event) => eventSaying(event, titles, zh))).toEqual(sayings);
    expect(problem.body.next_step.zh && problem.body.next_step.en).toBeTruthy();
  });
});

describe("work to do", () => {
  it("has a reason and a state in words", () => {
    for (const one of golden<"Page_AssignmentShown_">("queue").items) expect(one.explanation).toBeTruthy();
    for (const one of golden<"Page_AppealShown_">("appeals").items) {
      expect(zh.appealLevel[one.level]).toBeTruthy();
      expect(eventSaying(one.history[0] as EventShown["event"], titles, zh)).toMatch(/^申诉“/);
    }
  });
});
