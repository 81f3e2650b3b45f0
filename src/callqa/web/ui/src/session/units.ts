import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { useMe } from "./session";

export type UnitShown = Read<"UnitShown">;

/**
 * Units within reach and those above them, from the top down, and how an id is read aloud.
 *
 * @param right - Only units that this right reaches: what is made for a unit above one's own is refused.
 */
export function useUnits(right?: string): {
  units: readonly UnitShown[];
  titleOf: (id: string | null | undefined) => string;
} {
  const { me, can } = useMe();
  const asked = useQuery({
    queryKey: ["units"],
    queryFn: () => taken(api.GET("/api/v1/units")),
    enabled: can("org.read"),
    staleTime: 5 * 60_000,
  });
  const every = useMemo(() => [...(asked.data?.items ?? [])].sort((a, b) => a.path.localeCompare(b.path)), [asked.data]);
  const units = useMemo(() => {
    if (!right || me.rights[right] === "all") return every;
    return every.filter(({ path }) => me.posts.some((post) => path.startsWith(post.path)));
  }, [every, me, right]);
  const titles = useMemo(() => new Map(every.map(({ id, title }) => [id, title])), [every]);
  const titleOf = useCallback((id: string | null | undefined) => (id ? (titles.get(id) ?? id) : "—"), [titles]);
  return { units, titleOf };
}
