import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { useMe } from "./session";

export type PersonShown = Read<"PersonShown">;

/**
 * People within reach, and how an id is read aloud; an id nobody here knows stands as it is.
 *
 * @param others - Names that came with what is shown, of people beyond one's reach.
 */
export function usePeople(others?: Readonly<Record<string, string>>): {
  people: readonly PersonShown[];
  nameOf: (id: string | null | undefined) => string;
  /** True once the list has come. */
  known: boolean;
} {
  const { me, can } = useMe();
  const asked = useQuery({
    queryKey: ["people"],
    queryFn: () => taken(api.GET("/api/v1/people")),
    enabled: can("org.read"),
    staleTime: 5 * 60_000,
  });
  const people = useMemo(() => asked.data?.items ?? [], [asked.data]);
  const names = useMemo(() => new Map([[me.id, me.name], ...people.map(({ id, name }) => [id, name] as const)]), [me, people]);
  const nameOf = useCallback((id: string | null | undefined) => (id ? (names.get(id) ?? others?.[id] ?? id) : "—"), [names, others]);
  return { people, nameOf, known: asked.data !== undefined };
}
