import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { useMe } from "./session";

export type UnitShown = Read<"UnitShown">;

/** Units within reach from the top down, and how an id is read aloud. */
export function useUnits(): { units: readonly UnitShown[]; titleOf: (id: string | null | undefined) => string } {
  const { can } = useMe();
  const asked = useQuery({
    queryKey: ["units"],
    queryFn: () => taken(api.GET("/api/v1/units")),
    enabled: can("org.read"),
    staleTime: 5 * 60_000,
  });
  const units = useMemo(() => [...(asked.data?.items ?? [])].sort((a, b) => a.path.localeCompare(b.path)), [asked.data]);
  const titles = useMemo(() => new Map(units.map(({ id, title }) => [id, title])), [units]);
  const titleOf = useCallback((id: string | null | undefined) => (id ? (titles.get(id) ?? id) : "—"), [titles]);
  return { units, titleOf };
}
