import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import { zh, type Texts } from "./zh";

export type Language = "zh" | "en";

export type { Texts };

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
  const [texts, setTexts] = useState<Texts | null>(language === "zh" ? zh : null);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    localStorage.setItem("callqa.language", language);
    let wanted = true;
    if (language === "zh") setTexts(zh);
    // few ask for it, and it weighs as much as a page
    else void import("./en").then(({ en }) => wanted && setTexts(en));
    return () => {
      wanted = false;
    };
  }, [language]);
  const value = useMemo(() => ({ texts: texts ?? zh, language, setLanguage }), [texts, language]);
  return texts && <Context.Provider value={value}>{children}</Context.Provider>;
}
