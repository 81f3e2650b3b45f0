import type { Read } from "../api/read";

export type Key = Read<"Key">;

/** One mapping on the way from the top of a file to a place: which of its keys leads on, and what else it says. */
export interface Level {
  /** Key that leads on; null at the place itself. */
  key: string | null;
  /** Keys written in this mapping, with their plain values. */
  written: ReadonlyMap<string, string>;
}

/** Where in a YAML file somebody is writing. */
export interface Place {
  levels: readonly Level[];
  /** Key whose value is being written; null where a key is. */
  value: string | null;
  /** What is typed of it so far. */
  typed: string;
}

/** A mapping or list that is open at a line. */
interface Container {
  column: number;
  list: boolean;
  /** Key of a mapping whose value follows. */
  key: string | null;
  written: Map<string, string>;
}

const ENTRY = /^([\w-]+|"[^"]*"|'[^']*'):(?:\s+(.*))?$/;
const BLOCK = /^[|>][-+\d]*\s*(#.*)?$/;

/**
 * The place of a cursor, by indentation and, within the line, by brackets.
 *
 * Half-written lines are the rule here, so nothing is parsed that could fail; null inside of comments, quotes and text
 * blocks, where no key can stand.
 */
export function placeAt(lines: readonly string[], row: number, column: number): Place | null {
  const stack: Container[] = [];
  let block: number | null = null;
  for (const line of lines.slice(0, row)) {
    if (!line.trim()) continue;
    if (block !== null && indentOf(line) > block) continue;
    block = null;
    if (/^\s*#/.test(line)) continue;
    const { at, rest } = enter(stack, line);
    if (BLOCK.test(rest)) block = stack.at(-1)?.column ?? 0;
    const found = ENTRY.exec(rest.trimEnd());
    if (!found) continue;
    const value = found[2] ?? "";
    const own = mappingAt(stack, at);
    own.key = unquoted(found[1] ?? "");
    own.written.set(own.key, plain(value));
    if (BLOCK.test(value)) block = at;
  }
  const before = (lines[row] ?? "").slice(0, column);
  if (block !== null && indentOf(before) > block) return null;
  if (/^\s*#/.test(before) || /\s#/.test(before)) return null;
  const { at, rest } = enter(stack, before);
  const flow = inBrackets(rest);
  if (flow === null) return null;
  const bare = flow.levels.length > 0 && flow.outer === null;
  // a bracket after a dash is the item itself
  const own = bare ? null : mappingAt(stack, at);
  if (own) for (const [key, value] of below(lines, row, at)) own.written.set(key, value);
  const parents = stack.filter((one) => !one.list && one !== own);
  const levels: Level[] = parents.map(({ key, written }) => ({ key, written }));
  if (own) levels.push({ key: flow.levels.length ? flow.outer : null, written: own.written });
  return { levels: [...levels, ...flow.levels], value: flow.key, typed: flow.typed };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Closes what ends before a line, opens the lists of its dashes; the column and text of what stands behind them. */
function enter(stack: Container[], line: string): { at: number; rest: string } {
  let at = indentOf(line);
  let rest = line.slice(at);
  const dashed = /^-(\s|$)/.test(rest);
  for (let top = stack.at(-1); top && (top.column > at || (top.column === at && top.list && !dashed)); top = stack.at(-1)) {
    stack.pop();
  }
  for (let dash = /^-(\s+|$)/.exec(rest); dash; dash = /^-(\s+|$)/.exec(rest)) {
    const top = stack.at(-1);
    if (!(top?.list && top.column === at)) stack.push({ column: at, list: true, key: null, written: new Map() });
    at += dash[0].length;
    rest = rest.slice(dash[0].length);
  }
  return { at, rest };
}

/** The mapping that is open at a column, or a new one. */
function mappingAt(stack: Container[], column: number): Container {
  const top = stack.at(-1);
  if (top && !top.list && top.column === column) return top;
  const made: Container = { column, list: false, key: null, written: new Map() };
  stack.push(made);
  return made;
}

/** What the mapping at a column goes on to say beneath a line. */
function below(lines: readonly string[], row: number, column: number): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of lines.slice(row + 1)) {
    if (!line.trim() || /^\s*#/.test(line)) continue;
    if (indentOf(line) < column) break;
    const entry = indentOf(line) === column ? ENTRY.exec(line.trim()) : null;
    if (entry) found.set(unquoted(entry[1] ?? ""), plain(entry[2] ?? ""));
  }
  return found;
}

interface Flow {
  /** Key before the first bracket; null where there is none. */
  outer: string | null;
  levels: Level[];
  key: string | null;
  typed: string;
}

/** Brackets that are open at the end of a text, and what stands before the cursor in the innermost; null in quotes. */
function inBrackets(text: string): Flow | null {
  interface Open {
    list: boolean;
    /** Key that the bracket is the value of. */
    under: string | null;
    written: Map<string, string>;
    key: string | null;
    typed: string;
  }
  const first: Open = { list: false, under: null, written: new Map(), key: null, typed: "" };
  const stack: Open[] = [first];
  let quote = "";
  for (const [index, sign] of [...text].entries()) {
    const top = stack.at(-1);
    if (!top) return null;
    if (quote) {
      if (sign === quote) quote = "";
      top.typed += sign;
    } else if ((sign === '"' || sign === "'") && !top.typed.trim()) {
      quote = sign;
      top.typed += sign;
    } else if ((sign === "{" || sign === "[") && !top.typed.trim()) {
      // a list within a mapping belongs to the mapping's key, one within a list to the key of the outer list
      const under = top.list ? top.under : top.key;
      stack.push({ list: sign === "[", under, written: new Map(), key: null, typed: "" });
    } else if (sign === "}" || sign === "]") {
      if (stack.length > 1) stack.pop();
    } else if (sign === "," && stack.length > 1) {
      if (top.key) top.written.set(top.key, top.typed.trim());
      top.key = null;
      top.typed = "";
    } else if (sign === ":" && !top.list && top.key === null && /^[\w-]+$/.test(top.typed.trim()) && /^(\s|$)/.test(text.slice(index + 1))) {
      top.key = top.typed.trim();
      top.typed = "";
    } else top.typed += sign;
  }
  if (quote) return null;
  const last = stack.at(-1) ?? first;
  const levels: Level[] = [];
  for (const [depth, one] of stack.entries()) {
    if (depth === 0 || one.list) continue;
    const next = stack.slice(depth + 1).find(({ list }) => !list);
    levels.push({ key: next ? one.key : null, written: one.written });
  }
  const typed = last.typed.trimStart();
  if (last.list) {
    // plain items are values of the list's key; keys of items stand in brackets of their own
    const own = stack.filter(({ list }) => !list).at(-1);
    return { outer: stack.length > 1 && own !== first ? first.key : null, levels, key: last.under, typed };
  }
  return { outer: first.key, levels, key: last.key, typed };
}

function plain(value: string): string {
  return unquoted(value.replace(/\s+#.*$/, "").trim());
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}

/** What may be written at a place: keys of the mapping, less those that are there, or the key whose value it is. */
export interface Offer {
  keys: readonly Key[];
  value: readonly Key[];
}

/** Follows the models from the top of the file to the place. */
export function offerAt(keys: readonly Key[], place: Place): Offer {
  const models = new Map<string, Key[]>();
  for (const key of keys) {
    const known = models.get(key.within);
    if (known) known.push(key);
    else models.set(key.within, [key]);
  }
  let names: readonly string[] = keys[0] ? [keys[0].within] : [];
  let named: readonly Key[] = [];
  for (const { key, written } of place.levels) {
    if (named.length) {
      // one's own names, or values, stand here as keys
      if (key === null) {
        return { keys: place.value === null ? named.flatMap(asKeys).filter(({ name }) => !written.has(name)) : [], value: [] };
      }
      names = [...new Set(named.flatMap(({ inner }) => inner))];
      named = [];
      continue;
    }
    const fitting = fits(names, models, written, key ?? place.value);
    if (key === null) {
      const all = fitting.flatMap((name) => models.get(name) ?? []);
      if (place.value !== null) return { keys: [], value: all.filter(({ name }) => name === place.value) };
      return { keys: unique(all.filter(({ name }) => !written.has(name))), value: [] };
    }
    const leading = fitting.flatMap((name) => (models.get(name) ?? []).filter((one) => one.name === key));
    named = leading.filter(({ named: own }) => own);
    names = [...new Set(leading.flatMap(({ inner }) => inner))];
  }
  return { keys: [], value: [] };
}

/** Of several models that may stand here, those that what is written allows; all where none does. */
function fits(
  names: readonly string[],
  models: ReadonlyMap<string, readonly Key[]>,
  written: ReadonlyMap<string, string>,
  key: string | null,
): readonly string[] {
  const said = key === null ? [...written.keys()] : [...written.keys(), key];
  const allowed = names.filter((name) => {
    const own = new Map((models.get(name) ?? []).map((one) => [one.name, one]));
    return said.every((one) => {
      const known = own.get(one);
      const value = written.get(one);
      // what tells one kind from another, like `op: silence`, has a single value
      return known !== undefined && (!value || known.values.length !== 1 || known.values[0] === value);
    });
  });
  return allowed.length ? allowed : names;
}

function asKeys(key: Key): Key[] {
  return key.values.map((name) => ({ ...key, name, title: key.meanings[name] ?? "", note: "", about: "", values: [], meanings: {} }));
}

function unique(keys: readonly Key[]): Key[] {
  const found = new Map<string, Key>();
  for (const key of keys) if (!found.has(key.name)) found.set(key.name, key);
  return [...found.values()];
}
