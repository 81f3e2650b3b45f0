import { App as Notices, ConfigProvider, theme } from "antd";
import en from "antd/locale/en_US";
import zh from "antd/locale/zh_CN";
import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useState, type ReactNode } from "react";

import { useLanguage } from "../texts";

export type Mode = "light" | "dark" | "system";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;

const ModeContext = createContext<{ mode: Mode; dark: boolean; setMode: (mode: Mode) => void }>({
  mode: "system",
  dark: false,
  setMode: () => undefined,
});

/** Light, dark or as the system has it; kept in this browser. */
export function useMode() {
  return useContext(ModeContext);
}

/** Colours, component library's language, notices; styles made at run time carry the page's nonce. */
export function Appearance({ children }: { children: ReactNode }) {
  const { language } = useLanguage();
  const [mode, setMode] = useState<Mode>(() => (localStorage.getItem("callqa.mode") as Mode | null) ?? "system");
  const [systemDark, setSystemDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => setSystemDark(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  const dark = mode === "dark" || (mode === "system" && systemDark);
  // before the effects of what lies below: drawings read the mode's colours in theirs
  useLayoutEffect(() => {
    document.documentElement.dataset.mode = dark ? "dark" : "light";
    localStorage.setItem("callqa.mode", mode);
  }, [dark, mode]);
  const value = useMemo(() => ({ mode, dark, setMode }), [mode, dark]);
  return (
    <ModeContext.Provider value={value}>
      <ConfigProvider
        csp={nonce ? { nonce } : undefined}
        locale={language === "zh" ? zh : en}
        theme={{
          algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
          token: {
            // dark: white on it, and itself on the ground, cannot both reach 4.5:1; text takes the lighter one below
            colorPrimary: dark ? "#447fe8" : "#1554ad",
            colorLink: dark ? "#7aabff" : "#1554ad",
            // the library's greys miss 4.5:1 on its own backgrounds
            colorTextSecondary: dark ? "#c3c9d4" : "#454d5b",
            colorTextTertiary: dark ? "#aab2c0" : "#565f6e",
            colorTextQuaternary: dark ? "#98a1b0" : "#636c7a",
            colorTextPlaceholder: dark ? "#98a1b0" : "#636c7a",
            colorTextDescription: dark ? "#aab2c0" : "#565f6e",
            // the library's own dark is a neutral black that stands out from the page's panels
            ...(dark
              ? {
                  colorBgContainer: "#181d26",
                  colorBgElevated: "#202733",
                  colorBgLayout: "#10141b",
                  colorBorder: "#465063",
                  colorBorderSecondary: "#303846",
                }
              : {}),
            borderRadius: 6,
            // by language, see page.css
            fontFamily: "var(--font)",
          },
          components: dark
            ? {
                Tabs: { itemSelectedColor: "#7aabff", itemHoverColor: "#7aabff", itemActiveColor: "#7aabff" },
                Segmented: { trackBg: "#252b36", itemSelectedBg: "#3d4656", itemHoverBg: "#303846" },
                Menu: { horizontalItemSelectedColor: "#7aabff", itemSelectedColor: "#7aabff" },
              }
            : undefined,
        }}
        button={{ autoInsertSpace: false }}
      >
        <Notices className="notices">{children}</Notices>
      </ConfigProvider>
    </ModeContext.Provider>
  );
}
