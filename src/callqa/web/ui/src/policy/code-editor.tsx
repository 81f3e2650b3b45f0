import { autocompletion, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  hoverTooltip,
  keymap,
  lineNumbers,
  type Tooltip,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

import type { Read } from "../api/read";
import { useLanguage, type Language } from "../texts";

export type Key = Read<"Key">;

export interface EditorFault {
  /** From 1. */
  line: number;
  message: string;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--focus)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: [tags.number, tags.bool, tags.keyword, tags.atom], color: "var(--technique)" },
  { tag: tags.comment, color: "var(--ink-faint)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.meta], color: "var(--ink-faint)" },
]);

const LOOKS = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--panel)", color: "var(--ink)" },
  "&.cm-focused": { outline: "2px solid var(--focus)" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "Noto Sans Mono CJK SC", monospace', lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--ink-faint)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--focus) 7%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--focus) 28%, transparent) !important",
  },
  ".cm-tooltip": { backgroundColor: "var(--panel)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-tooltip.cm-tooltip-hover": { padding: "4px 10px", maxWidth: "420px" },
  ".cm-panels": { backgroundColor: "var(--ground)", color: "var(--ink)" },
});

/** YAML with colours, faults where they are, and help on what may be written. */
export function CodeEditor({
  name,
  text,
  keys,
  faults,
  onChange,
}: {
  /** For those who do not see it. */
  name: string;
  text: string;
  keys: readonly Key[];
  faults: readonly EditorFault[];
  onChange: (text: string) => void;
}) {
  const { language } = useLanguage();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const current = useRef({ keys, language, onChange, text });
  current.current = { keys, language, onChange, text };
  useEffect(() => {
    if (!place.current) return;
    const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: current.current.text,
        extensions: [
          EditorView.cspNonce.of(nonce),
          EditorView.contentAttributes.of({ "aria-label": name }),
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          indentUnit.of("  "),
          yaml(),
          syntaxHighlighting(COLOURS),
          autocompletion({ icons: false, override: [(context) => offered(context, current.current.keys, current.current.language)] }),
          hoverTooltip((shown, at) => meaning(shown, at, current.current.keys, current.current.language)),
          keymap.of([...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.lineWrapping,
          LOOKS,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) current.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    // what scrolls can be scrolled by keys
    made.scrollDOM.tabIndex = 0;
    view.current = made;
    return () => made.destroy();
    // one editor a file; what it reads later comes through `current`
  }, [name]);
  useEffect(() => {
    const shown = view.current;
    // only where somebody else changed it: a discarded draft
    if (shown && shown.state.doc.toString() !== text) {
      shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: text } });
    }
  }, [text]);
  useEffect(() => {
    const shown = view.current;
    if (!shown) return;
    const { doc } = shown.state;
    const diagnostics = faults.map(({ line, message }) => {
      const at = doc.line(Math.min(Math.max(1, line), doc.lines));
      return { from: at.from, to: at.to, severity: "error" as const, message };
    });
    shown.dispatch(setDiagnostics(shown.state, diagnostics));
  }, [faults]);
  return <div ref={place} className="code-editor" />;
}

/** Keys at the start of a line, choices after a key. */
function offered(context: CompletionContext, keys: readonly Key[], language: Language): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const value = /([A-Za-z_]+):\s*\[?(?:[^,\]]*,\s*)*([A-Za-z_]*)$/.exec(before);
  if (value) {
    const choices = keys.filter(({ name }) => name === value[1]).flatMap(({ values }) => values);
    if (choices.length === 0) return null;
    return {
      from: context.pos - (value[2]?.length ?? 0),
      options: [...new Set(choices)].map((label) => ({ label, type: "enum" })),
    };
  }
  const start = /^\s*(?:-\s+)*([A-Za-z_]*)$/.exec(before);
  if (!start || (!context.explicit && !start[1])) return null;
  const known = new Map<string, Key>();
  for (const key of keys) if (!known.has(key.name)) known.set(key.name, key);
  return {
    from: context.pos - (start[1]?.length ?? 0),
    options: [...known.values()].map((key) => ({
      label: key.name,
      apply: `${key.name}: `,
      detail: language === "zh" ? key.title : "",
      info: language === "zh" ? undefined : key.about || undefined,
      type: "property",
    })),
  };
}

/** What the key under the pointer means. */
function meaning(view: EditorView, at: number, keys: readonly Key[], language: Language): Tooltip | null {
  const line = view.state.doc.lineAt(at);
  for (const found of line.text.matchAll(/([A-Za-z_]+)(?=:)/g)) {
    const from = line.from + found.index;
    const to = from + found[0].length;
    if (at < from || at > to) continue;
    const told = [
      ...new Set(
        keys
          .filter(({ name }) => name === found[0])
          .map((key) => {
            const what = language === "zh" ? key.title : key.about;
            return key.values.length ? `${what}${what ? ": " : ""}${key.values.join(" | ")}` : what;
          })
          .filter(Boolean),
      ),
    ].slice(0, 4);
    if (told.length === 0) return null;
    return {
      pos: from,
      end: to,
      above: true,
      create: () => {
        const dom = document.createElement("div");
        for (const one of told) dom.appendChild(document.createElement("div")).textContent = one;
        return { dom };
      },
    };
  }
  return null;
}
