import { useQuery } from "@tanstack/react-query";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";

export type PolicyShown = Read<"PolicyShown">;

/** The centre's versions, oldest first. */
export function useVersions() {
  return useQuery({ queryKey: ["policy", "versions"], queryFn: () => taken(api.GET("/api/v1/policy")) });
}

/** How a version is named beside others. */
export function titleOf({ title, ref }: PolicyShown): string {
  return `${title} ${ref.version}`;
}
