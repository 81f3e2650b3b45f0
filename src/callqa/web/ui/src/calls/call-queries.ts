import { queryOptions } from "@tanstack/react-query";

import { api, taken, takenWithVersion } from "../api/client";
import { queries } from "../api/queries";

/** What a call's page asks the server; said once, so that it can be asked before the page's script is there. */
export const callQueries = {
  detail: (call: string) =>
    queryOptions({
      queryKey: ["call", call],
      queryFn: () => taken(api.GET("/api/v1/calls/{call}", { params: { path: { call } } })),
    }),
  review: (call: string) =>
    queryOptions({
      queryKey: ["review", call],
      queryFn: () => takenWithVersion(api.GET("/api/v1/calls/{call}/review", { params: { path: { call } } })),
      // others write, too; only what was asked for a moment ago, on the way here, is taken as it is
      staleTime: 2000,
    }),
  transcript: (call: string, text?: string) =>
    queryOptions({
      queryKey: ["transcript", call, text],
      queryFn: () =>
        taken(api.GET("/api/v1/calls/{call}/transcript", { params: { path: { call }, query: { text } } })),
    }),
  findings: (call: string) =>
    queryOptions({
      queryKey: ["findings", call],
      queryFn: () => taken(api.GET("/api/v1/calls/{call}/findings", { params: { path: { call } } })),
    }),
  techniques: (call: string) =>
    queryOptions({
      queryKey: ["techniques", call],
      queryFn: () => taken(api.GET("/api/v1/calls/{call}/techniques", { params: { path: { call } } })),
    }),
};

/** Ask for everything that the page at this address will ask for, while its scripts are still coming. */
export function askAhead({ pathname, search }: { pathname: string; search: string }): void {
  const found = /^\/calls\/([^/]+)$/.exec(pathname)?.[1];
  if (!found) return;
  const call = decodeURIComponent(found);
  const text = new URLSearchParams(search).get("text") ?? undefined;
  void queries.prefetchQuery(callQueries.detail(call));
  void queries.prefetchQuery(callQueries.review(call));
  void queries.prefetchQuery(callQueries.transcript(call, text));
  void queries.prefetchQuery(callQueries.findings(call));
  void queries.prefetchQuery(callQueries.techniques(call));
}
