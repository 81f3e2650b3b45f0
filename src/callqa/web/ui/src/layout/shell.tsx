import { useQuery } from "@tanstack/react-query";
import { ExclamationCircleFilled, GlobalOutlined, QuestionCircleOutlined } from "@ant-design/icons";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { Link, NavLink, useLocation } from "react-router";

import { aboutQuery } from "../session/me";
import { useSession } from "../session/session";
import { useLanguage, useTexts, type Texts } from "../texts";
import { Account } from "./account";
import { Press } from "./press";
import { typing } from "./typing";

// dialogs weigh more than the rest of the shell together, and the help is rarely asked for
const Keys = lazy(() => import("./keys"));

type PageName = keyof Texts["shell"]["pages"];

/** In the order of a supervisor's day; each is offered to who has one of the rights. */
const MENU: readonly { page: PageName; to: string; rights: readonly string[] }[] = [
  { page: "day", to: "/day", rights: ["queue", "plan.read"] },
  { page: "mine", to: "/mine", rights: ["appeal.file"] },
  { page: "calls", to: "/calls", rights: ["reports"] },
  { page: "collections", to: "/collections", rights: ["collections.read"] },
  { page: "people", to: "/people", rights: ["reports"] },
  { page: "appeals", to: "/appeals", rights: ["appeal.read"] },
  { page: "coaching", to: "/coaching", rights: ["coach.read"] },
  { page: "calibration", to: "/calibration", rights: ["calibrate.answer"] },
  { page: "handover", to: "/handover", rights: ["handover"] },
  { page: "policy", to: "/policy", rights: ["policy.read"] },
  { page: "admin", to: "/admin", rights: ["org.write", "audit"] },
];

/** Bar, menu, banner, and the page below. */
export function Shell({ children }: { children: ReactNode }) {
  const texts = useTexts();
  const session = useSession();
  const { language, setLanguage } = useLanguage();
  const location = useLocation();
  const [keys, setKeys] = useState(false);
  const about = useQuery(aboutQuery);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "?" && !typing(event.target)) setKeys(true);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
  const current = MENU.find(({ to }) => location.pathname === to || location.pathname.startsWith(`${to}/`));
  useEffect(() => {
    document.title = current ? `${texts.shell.pages[current.page]} · callqa` : "callqa";
  }, [current, texts]);
  if (session.state !== "in") return null;
  const offered = MENU.filter(({ rights }) => rights.some(session.can));
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        {texts.shell.skip}
      </a>
      <header className="shell-bar">
        <Link to="/" className="shell-name">
          <img src="/icon.svg" alt="" />
          callqa
        </Link>
        <nav className="shell-menu" aria-label={texts.shell.menu}>
          {offered.map(({ page, to }) => (
            <NavLink key={page} to={to} className="shell-link">
              {texts.shell.pages[page]}
            </NavLink>
          ))}
        </nav>
        <Press
          look="bare"
          icon={<QuestionCircleOutlined />}
          aria-label={texts.shell.keyboard}
          title={texts.shell.keyboard + texts.marks.aside("?")}
          onClick={() => setKeys(true)}
        />
        <Press look="bare" icon={<GlobalOutlined />} onClick={() => setLanguage(language === "zh" ? "en" : "zh")}>
          {texts.shell.language}
        </Press>
        <Account name={session.me.name} />
      </header>
      <div>
        {about.data?.demo_recogniser && (
          <p className="shell-demo" role="status">
            <ExclamationCircleFilled aria-hidden /> {texts.shell.demo}
          </p>
        )}
      </div>
      <main id="content" className="shell-content" tabIndex={-1}>
        {children}
      </main>
      {keys && (
        <Suspense>
          <Keys onClose={() => setKeys(false)} />
        </Suspense>
      )}
    </div>
  );
}
