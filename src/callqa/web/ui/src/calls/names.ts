import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { useTexts, type Texts } from "../texts";
import { labelOf } from "./call-view";

export type Names = Read<"NamesShown">;

/** What steps, rules, techniques and grades are called; techniques also in the reader's language. */
export function useNames(): { names: Names | undefined; hitTitle: (hit: string) => string; gradeTitle: (id: string) => string } {
  const texts = useTexts();
  const asked = useQuery({
    queryKey: ["policy", "names"],
    queryFn: () => taken(api.GET("/api/v1/policy/{version}/names", { params: { path: { version: "latest" } } })),
    staleTime: 5 * 60_000,
  });
  const names = asked.data;
  return useMemo(
    () => ({
      names,
      hitTitle: (hit: string) => hitTitle(hit, names, texts),
      gradeTitle: (id: string) => names?.grades.find((one) => one.id === id)?.title ?? (id || texts.calls.noGrade),
    }),
    [names, texts],
  );
}

/** `step:greet:broken` in words. */
export function hitTitle(hit: string, names: Names | undefined, texts: Texts): string {
  const [kind = "", id = "", verdict] = hit.split(":");
  const kinds = texts.calls.hitKinds as Record<string, string>;
  if (kind === "technique") return texts.calls.pair(kinds[kind] ?? kind, labelOf(id, texts, names?.techniques));
  if (kind === "reaction") return texts.calls.pair(kinds[kind] ?? kind, (texts.reaction as Record<string, string>)[id] ?? id);
  const title = (kind === "step" ? names?.steps : names?.rules)?.find((one) => one.id === id)?.title ?? id;
  const verdicts = kind === "step" ? texts.verdict : texts.ruleVerdict;
  const said = verdict ?? (kind === "rule" ? "broken" : "met");
  return texts.calls.pair(title, (verdicts as Record<string, string>)[said] ?? said);
}
