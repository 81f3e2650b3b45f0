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

import { useLanguage, type Language } from "../texts";
import { offerAt, placeAt, type Key, type Place } from "./yaml-place";

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
  ".cm-tooltip.cm-tooltip-hover": { padding: "4px 10px", maxWidth: "460px", whiteSpace: "pre-line" },
  ".cm-completionInfo": { maxWidth: "320px", padding: "6px 10px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--focus)", color: "var(--panel)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionDetail": { color: "var(--ink-faint)", fontStyle: "normal", marginLeft: "10px" },
  ".cm-panels": { backgroundColor: "var(--ground)", color: "var(--ink)" },
});

/** YAML with colours, faults where they are, and help on what may be written. */
export function CodeEditor({
  name,
  text,
  keys,
  faults,
  shown,
  onChange,
}: {
  /** For those who do not see it. */
  name: string;
  text: string;
  keys: readonly Key[];
  faults: readonly EditorFault[];
  /** Line to bring into sight; a new object does it again. */
  shown: { line: number } | null;
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
    const editor = view.current;
    // only where somebody else changed it: a discarded draft
    if (editor && editor.state.doc.toString() !== text) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
    }
  }, [text]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { doc } = editor.state;
    const diagnostics = faults.map(({ line, message }) => {
      const at = doc.line(Math.min(Math.max(1, line), doc.lines));
      // the words are marked, not the space before them
      const from = at.from + (at.text.length - at.text.trimStart().length);
      return { from: Math.min(from, at.to), to: at.to, severity: "error" as const, message };
    });
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [faults]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || !shown) return;
    const at = editor.state.doc.line(Math.min(Math.max(1, shown.line), editor.state.doc.lines)).from;
    editor.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    editor.focus();
  }, [shown]);
  return <div ref={place} className="code-editor" />;
}

function placeOf(state: EditorState, at: number): Place | null {
  const line = state.doc.lineAt(at);
  return placeAt(state.doc.toString().split("\n"), line.number - 1, at - line.from);
}

/** Keys where a key may stand, choices after one; only those that are right at this place. */
function offered(context: CompletionContext, keys: readonly Key[], language: Language): CompletionResult | null {
  const place = placeOf(context.state, context.pos);
  const typed = place && /[\w-]*$/.exec(place.typed)?.[0];
  if (!place || typed === null || typed === undefined || place.typed !== typed) return null;
  if (!context.explicit && !typed && place.value === null) return null;
  const offer = offerAt(keys, place);
  const from = context.pos - typed.length;
  if (place.value !== null) {
    const choices = new Map(offer.value.flatMap((key) => key.values.map((value) => [value, key] as const)));
    if (choices.size === 0) return null;
    return {
      from,
      options: [...choices].map(([label, { meanings, values, about }]) => ({
        label,
        type: "enum",
        // what tells one kind from another has a single value, and English words for it
        ...(language === "zh" ? { detail: meanings[label] ?? "" } : { info: (values.length === 1 && about) || undefined }),
      })),
    };
  }
  if (offer.keys.length === 0) return null;
  return {
    from,
    options: offer.keys.map((key) => ({
      label: key.name,
      apply: `${key.name}: `,
      detail: language === "zh" ? key.title : "",
      info: (language === "zh" ? key.note : key.about) || undefined,
      type: "property",
      // which operator it is decides what else can be said
      boost: key.name === "op" ? 1 : 0,
    })),
  };
}

/** What the key under the pointer means at its place. */
function meaning(view: EditorView, at: number, keys: readonly Key[], language: Language): Tooltip | null {
  const line = view.state.doc.lineAt(at);
  for (const found of line.text.matchAll(/([A-Za-z_]+)(?=:(\s|$))/g)) {
    const from = line.from + found.index;
    const to = from + found[0].length;
    if (at < from || at > to) continue;
    const place = placeOf(view.state, to + 1);
    const told = [
      ...new Set(
        (place ? offerAt(keys, place).value : [])
          .map((key) => [language === "zh" ? key.note : key.about, ...choicesOf(key, language)].filter(Boolean).join("\n"))
          .filter(Boolean),
      ),
    ].slice(0, 3);
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

function choicesOf({ values, meanings }: Key, language: Language): string[] {
  if (values.length < 2) return [];
  return [values.map((value) => (language === "zh" && meanings[value] ? `${value} ${meanings[value]}` : value)).join(" · ")];
}
