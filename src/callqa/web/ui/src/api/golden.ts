import type { components } from "./schema";
import type { Read } from "./read";

/** Answers of the API on the sample calls, kept and checked by the API's own tests (`tests/golden/answers.py`). */
const FILES = import.meta.glob<unknown>("../../../../../../tests/golden/api/*.json", { eager: true, import: "default" });
const DESCRIPTION = import.meta.glob<Described>("../../../../../../tests/golden/openapi.json", {
  eager: true,
  import: "default",
});

export interface Schema {
  $ref?: string;
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema | false;
  prefixItems?: readonly Schema[];
}

interface Answered {
  content?: Record<string, { schema: Schema }>;
}

interface Described {
  paths: Record<string, Record<string, { responses: Record<string, Answered> }>>;
  components: { schemas: Record<string, Schema> };
}

/** Names of all kept answers. */
export const GOLDEN = Object.keys(FILES).map((path) => path.replace(/^.*\/|\.json$/g, ""));

/** A kept answer as the client would hand it out. */
export function golden<Name extends keyof components["schemas"]>(file: string): Read<Name> {
  const found = Object.entries(FILES).find(([path]) => path.endsWith(`/${file}.json`));
  if (!found) throw new Error(`tests/golden/api has no ${file}.json`);
  return found[1] as Read<Name>;
}

const description = Object.values(DESCRIPTION)[0] as Described;

/** What the description says of a route's answer. */
export function answerSchema(route: string): Schema {
  const [method = "", path = "", status = ""] = route.split(" ");
  const content = description.paths[`/api/v1${path}`]?.[method.toLowerCase()]?.responses[status]?.content;
  const schema = content?.["application/json"] ?? content?.["application/problem+json"];
  if (!schema) throw new Error(`${route} is not described`);
  return schema.schema;
}

/** Where a value is not what its schema says: missing or unknown fields, other types, values outside an enumeration. */
export function faults(value: unknown, schema: Schema, place = "$"): string[] {
  if (schema.$ref) return faults(value, description.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, place);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    const tried = choices.map((one) => faults(value, one, place));
    return tried.some((found) => found.length === 0) ? [] : (tried.sort((a, b) => a.length - b.length)[0] ?? []);
  }
  const found = (schema.allOf ?? []).flatMap((one) => faults(value, one, place));
  if (schema.const !== undefined && value !== schema.const) found.push(`${place} is not ${String(schema.const)}`);
  if (schema.enum && !schema.enum.includes(value)) found.push(`${place}: ${String(value)} is none of the named values`);
  if (schema.type && !isA(schema.type, value)) return [...found, `${place} is not of type ${schema.type}`];
  if (Array.isArray(value)) {
    value.forEach((one: unknown, index) => {
      const inside = schema.prefixItems?.[index] ?? schema.items;
      if (inside) found.push(...faults(one, inside, `${place}[${index}]`));
    });
  } else if (value !== null && typeof value === "object") {
    found.push(...fieldFaults(value as Record<string, unknown>, schema, place));
  }
  return found;
}

function fieldFaults(value: Record<string, unknown>, schema: Schema, place: string): string[] {
  const found: string[] = [];
  for (const name of schema.required ?? []) if (!(name in value)) found.push(`${place}.${name} is missing`);
  for (const [name, inner] of Object.entries(value)) {
    const known = schema.properties?.[name];
    const other = schema.additionalProperties;
    if (known) found.push(...faults(inner, known, `${place}.${name}`));
    else if (typeof other === "object") found.push(...faults(inner, other, `${place}.${name}`));
    else if (other === false || (schema.properties && other === undefined)) found.push(`${place}.${name} is unknown`);
  }
  return found;
}

function isA(type: string, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return value !== null && typeof value === "object" && !Array.isArray(value);
  return typeof value === type;
}
