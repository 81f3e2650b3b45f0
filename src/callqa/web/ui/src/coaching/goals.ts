import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { percent, points } from "../layout/format";
import { useLanguage, useTexts, type Language, type Texts } from "../texts";

export type Goal = Read<"Goal">;
export type Names = Read<"NamesShown">;
export type GoalKind = Goal["kind"];

/** What steps, rules, techniques, items and measures are called. */
export function useNames() {
  return useQuery({
    queryKey: ["policy", "names"],
    queryFn: () => taken(api.GET("/api/v1/policy/{version}/names", { params: { path: { version: "latest" } } })),
    staleTime: 5 * 60_000,
  });
}

/** What a goal of this kind can be about; nothing to choose for the total. */
export function choicesOf(kind: GoalKind, names: Names | undefined): Names["items"] {
  if (!names || kind === "total") return [];
  return { measure: names.measures, step: names.steps, rule: names.rules, technique: names.techniques, item: names.items }[
    kind
  ];
}

/** Goals and their values, read aloud. */
export function useGoalWords() {
  const texts = useTexts();
  const { language } = useLanguage();
  const names = useNames().data;
  const goalWords = useCallback((goal: Goal) => wordsOf(goal, names, texts, language), [names, texts, language]);
  const valueWords = useCallback(
    (goal: Goal, value: number | null | undefined, signed = false) => valueOf(goal, value, names, texts, language, signed),
    [names, texts, language],
  );
  return { goalWords, valueWords };
}

function wordsOf(goal: Goal, names: Names | undefined, texts: Texts, language: Language): string {
  const title = texts.told(choicesOf(goal.kind, names).find(({ id }) => id === goal.id)?.title ?? goal.id ?? "");
  const what = texts.coaching.goalOf[goal.kind](title);
  const target = goal.target === null || goal.target === undefined ? null : valueOf(goal, goal.target, names, texts, language, false);
  return goal.direction === "up" ? texts.coaching.goalUp(what, target) : texts.coaching.goalDown(what, target);
}

/** A mean of the goal in its unit: steps and rules are shares of calls. */
function valueOf(
  goal: Goal,
  value: number | null | undefined,
  names: Names | undefined,
  texts: Texts,
  language: Language,
  signed: boolean,
): string {
  if (value === null || value === undefined) return "—";
  const sign = signed && value > 0 ? "+" : "";
  const unit = goal.kind === "measure" ? choicesOf("measure", names).find(({ id }) => id === goal.id)?.unit : "";
  if (goal.kind === "step" || goal.kind === "rule" || unit === "share") return sign + percent(value, language, 0);
  if (unit === "ms") return sign + texts.coaching.seconds(points(value / 1000));
  if (unit === "characters/min") return sign + texts.coaching.perMinute(value.toFixed(0));
  return sign + (Number.isInteger(value) ? String(value) : value.toFixed(2));
}
