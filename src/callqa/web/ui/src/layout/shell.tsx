import { useQuery } from "@tanstack/react-query";
import { GlobalOutlined, QuestionCircleOutlined, UserOutlined } from "@ant-design/icons";
import { Alert, Button, Dropdown, Menu, Modal } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { Link, useLocation } from "react-router";

import { api, taken } from "../api/client";
import { useSession } from "../session/session";
import { useLanguage, useTexts, type Texts } from "../texts";
import { useMode, type Mode } from "./appearance";

type PageName = keyof Texts["shell"]["pages"];

/** In the order of a supervisor's day; each is offered to who has one of the rights. */
const MENU: readonly { page: PageName; to: string; rights: readonly string[] }[] = [
  { page: "day", to: "/day", rights: ["queue", "plan.read"] },
  { page: "mine", to: "/mine", rights: ["appeal.file"] },
  { page: "calls", to: "/calls", rights: ["reports"] },
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
  const { mode, setMode } = useMode();
  const location = useLocation();
  const [keys, setKeys] = useState(false);
  const about = useQuery({
    queryKey: ["about"],
    queryFn: () => taken(api.GET("/api/v1/about")),
    staleTime: 5 * 60_000,
  });
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
          <Menu
            mode="horizontal"
            selectedKeys={current ? [current.page] : []}
            items={offered.map(({ page, to }) => ({
              key: page,
              label: <Link to={to}>{texts.shell.pages[page]}</Link>,
            }))}
          />
        </nav>
        <Button
          type="text"
          icon={<QuestionCircleOutlined />}
          aria-label={texts.shell.keyboard}
          title={`${texts.shell.keyboard}（?）`}
          onClick={() => setKeys(true)}
        />
        <Button
          type="text"
          icon={<GlobalOutlined />}
          onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
        >
          {texts.shell.language}
        </Button>
        <Dropdown
          trigger={["click"]}
          menu={{
            selectable: true,
            selectedKeys: [mode],
            items: [
              { key: "person", label: session.me.name, disabled: true },
              { type: "divider" },
              { key: "light", label: texts.shell.light },
              { key: "dark", label: texts.shell.dark },
              { key: "system", label: texts.shell.system },
              { type: "divider" },
              { key: "out", label: texts.shell.signOut },
            ],
            onClick: ({ key }) => {
              if (key === "out") void session.signOut();
              else if (key !== "person") setMode(key as Mode);
            },
          }}
        >
          <Button type="text" icon={<UserOutlined />} aria-label={texts.shell.account}>
            {session.me.name}
          </Button>
        </Dropdown>
      </header>
      <div>
        {about.data?.demo_recogniser && <Alert banner type="warning" title={texts.shell.demo} />}
      </div>
      <main id="content" className="shell-content" tabIndex={-1}>
        {children}
      </main>
      <Keys open={keys} onClose={() => setKeys(false)} />
    </div>
  );
}

/** True where a key belongs to a field that is being typed in. */
export function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

const KEYS: readonly [string, Exclude<keyof Texts["keys"], "title">][] = [
  ["Space", "play"],
  ["J", "next"],
  ["K", "previous"],
  ["E", "evidence"],
  ["←", "back"],
  ["→", "forward"],
  ["[", "slower"],
  ["]", "faster"],
  ["L", "loop"],
  ["Enter", "confirm"],
  ["1 … 9, P", "edit"],
  ["H", "unheard"],
  ["C", "comment"],
  ["Z", "undo"],
  ["F", "finish"],
  ["?", "help"],
];

function Keys({ open, onClose }: { open: boolean; onClose: () => void }) {
  const texts = useTexts();
  return (
    <Modal open={open} onCancel={onClose} onOk={onClose} title={texts.keys.title} footer={null} destroyOnHidden>
      <table className="keys">
        <tbody>
          {KEYS.map(([key, what]) => (
            <tr key={what}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{texts.keys[what]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
