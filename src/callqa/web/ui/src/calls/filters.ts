import type { paths } from "../api/schema";

type Asked = NonNullable<paths["/api/v1/calls/totals"]["get"]["parameters"]["query"]>;

/** What the list can be narrowed by; the address of the page holds it, so that a view can be sent to somebody. */
export type Filters = { [Name in keyof Asked]?: NonNullable<Asked[Name]> };
export type FilterName = keyof Filters;
export type Sort = NonNullable<NonNullable<paths["/api/v1/calls/export"]["get"]["parameters"]["query"]>["sort"]>;

const WORDS = [
  "first_day",
  "last_day",
  "unit",
  "agent",
  "product",
  "campaign",
  "region",
  "grade",
  "review_state",
  "text",
] as const satisfies readonly FilterName[];
const FLAGS = ["ordered", "fatal", "needs_human"] as const satisfies readonly FilterName[];
const NUMBERS = ["score_min", "score_max"] as const satisfies readonly FilterName[];
const SORTS: readonly Sort[] = ["newest", "oldest", "lowest", "highest"];

/** Filters of an address; what no filter understands is left out. */
export function filtersOf(search: URLSearchParams): Filters {
  const found: Record<string, unknown> = {};
  for (const name of WORDS) {
    const value = search.get(name)?.trim();
    if (value) found[name] = value;
  }
  for (const name of FLAGS) {
    const value = search.get(name);
    if (value === "true" || value === "false") found[name] = value === "true";
  }
  for (const name of NUMBERS) {
    const value = search.get(name);
    if (value && Number.isFinite(Number(value))) found[name] = Number(value);
  }
  const hits = search.getAll("hit").filter((hit) => /^(step|rule|technique|reaction):[^:]+(:(met|broken|unsure))?$/.test(hit));
  if (hits.length) found.hit = hits;
  return found as Filters;
}

export function sortOf(search: URLSearchParams): Sort {
  return SORTS.find((sort) => sort === search.get("sort")) ?? "newest";
}

/** The address of filters and order; what is as always is not written. */
export function searchOf(filters: Filters, sort: Sort = "newest"): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    if (Array.isArray(value)) value.forEach((one) => search.append(name, one));
    else if (value !== undefined && value !== "") search.set(name, String(value));
  }
  if (sort !== "newest") search.set("sort", sort);
  return search;
}

/** Where the calls behind a number are listed. */
export function callsLink(filters: Filters, sort?: Sort): string {
  const search = searchOf(filters, sort).toString();
  return search ? `/calls?${search}` : "/calls";
}

/** Filters without one of them, or without one of its values. */
export function without(filters: Filters, name: FilterName, hit?: string): Filters {
  const { [name]: gone, ...rest } = filters;
  if (name === "hit" && hit !== undefined && Array.isArray(gone) && gone.length > 1) {
    return { ...rest, hit: gone.filter((one) => one !== hit) };
  }
  return rest;
}
