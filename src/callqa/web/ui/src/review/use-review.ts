import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { callQueries } from "../calls/call-queries";

export type ReviewShown = Read<"ReviewShown">;
export type EventAsked = Read<"EventsAsked">["events"][number];
export type EventShown = Read<"EventShown">;

/** What somebody else wrote while we were looking, and what we wanted to write. */
export interface Conflict {
  theirs: readonly EventShown["event"][];
  mine: readonly EventAsked[];
}

/**
 * A call's ledger: what stands, and a way to write that never overwrites another's work.
 *
 * Every write names the version it saw; where somebody was first, the other's change is shown and the own one waits for
 * a decision. Scores come from the server after every write; nothing is added up here.
 */
export function useReview(call: string) {
  const cache = useQueryClient();
  const key = ["review", call];
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const review = useQuery(callQueries.review(call));
  const write = useWrite(
    async (events: readonly EventAsked[]) => {
      const seen = cache.getQueryData<{ data: ReviewShown; etag: string }>(key);
      if (!seen) throw new Error("nothing was seen yet");
      return taken(
        api.POST("/api/v1/calls/{call}/review/events", {
          params: { path: { call }, header: { "If-Match": seen.etag } },
          body: { scorecard: seen.data.machine.scorecard, events: [...events] },
        }),
      );
    },
    {
      changes: [key, ["calls"], ["queue"]],
      refused: (problem, events) => {
        if (problem.status !== 409 || problem.code !== "review.conflict") return false;
        const now = problem.body.current as { events?: readonly EventShown["event"][] } | null;
        setConflict({ theirs: now?.events ?? [], mine: events });
        void cache.invalidateQueries({ queryKey: key });
        return true;
      },
    },
  );
  const settle = useCallback(
    (again: boolean) => {
      if (again && conflict) write.mutate(conflict.mine);
      setConflict(null);
    },
    [conflict, write],
  );
  return { review, write, conflict, settle };
}
