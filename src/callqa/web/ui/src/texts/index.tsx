import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import { en } from "./en";
import { zh, type Texts } from "./zh";

export type Language = "zh" | "en";

export type { Texts };

const TEXTS: Record<Language, Texts> = { zh, en };

const Context = createContext<{ texts: Texts; language: Language; setLanguage: (to: Language) => void }>({
  texts: zh,
  language: "zh",
  setLanguage: () => undefined,
});

/** All wording of the page; two files, and the compiler sees that neither lacks a line. */
export function useTexts(): Texts {
  return useContext(Context).texts;
}

export function useLanguage() {
  const { language, setLanguage } = useContext(Context);
  return { language, setLanguage };
}

export function TextsProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    localStorage.getItem("callqa.language") === "en" ? "en" : "zh",
  );
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    localStorage.setItem("callqa.language", language);
  }, [language]);
  const value = useMemo(() => ({ texts: TEXTS[language], language, setLanguage }), [language]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}
