import { describe, expect, it } from "vitest";

import { answerSchema, faults, GOLDEN, golden } from "./golden";

/** Kept answer → the route that gave it, with its status. */
const ROUTES: Record<string, string> = {
  me: "GET /auth/me 200",
  about: "GET /about 200",
  calls: "GET /calls 200",
  "calls-searched": "GET /calls 200",
  "calls-totals": "GET /calls/totals 200",
  call: "GET /calls/{call} 200",
  transcript: "GET /calls/{call}/transcript 200",
  findings: "GET /calls/{call}/findings 200",
  techniques: "GET /calls/{call}/techniques 200",
  peaks: "GET /calls/{call}/peaks 200",
  review: "GET /calls/{call}/review 200",
  "review-after": "GET /calls/{call}/review 200",
  missing: "GET /calls/{call} 404",
  "review-written": "POST /calls/{call}/review/events 201",
  "review-conflict": "POST /calls/{call}/review/events 409",
  plan: "POST /plans 201",
  queue: "GET /queue 200",
  appeal: "POST /calls/{call}/appeals 201",
  appeals: "GET /appeals 200",
  "coaching-set": "POST /coaching 201",
  coaching: "GET /coaching 200",
  inbox: "GET /notifications 200",
  "report-day": "GET /reports/day 200",
  "report-agents": "GET /reports/agents 200",
  "report-trend": "GET /reports/trend 200",
  "report-techniques": "GET /reports/techniques 200",
  "report-adherence": "GET /reports/adherence 200",
  rates: "GET /rates 200",
};

describe("kept answers of the API", () => {
  it("all name their route", () => expect(GOLDEN.sort()).toEqual(Object.keys(ROUTES).sort()));

  it.each(Object.entries(ROUTES))("%s is what the description says", (file, route) => {
    expect(faults(golden(file), answerSchema(route))).toEqual([]);
  });

  it("would show a field by another name", () => {
    const review = structuredClone(golden<"ReviewShown">("review")) as unknown as {
      effective: { lines: { line: Record<string, unknown> }[] };
    };
    const line = review.effective.lines[0]?.line ?? {};
    line.full_points = line.max_points;
    delete line.max_points;
    expect(faults(review, answerSchema("GET /calls/{call}/review 200"))).toEqual([
      "$.effective.lines[0].line.max_points is missing",
      "$.effective.lines[0].line.full_points is unknown",
    ]);
  });

  it("would show a value that the description does not name", () => {
    const call = structuredClone(golden<"CallDetail">("call")) as unknown as { direction: string };
    call.direction = "sideways";
    expect(faults(call, answerSchema("GET /calls/{call} 200"))).toEqual([
      "$.direction: sideways is none of the named values",
    ]);
  });
});
