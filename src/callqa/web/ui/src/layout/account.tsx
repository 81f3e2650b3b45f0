import { UserOutlined } from "@ant-design/icons";
import { lazy, Suspense, useEffect, useRef, useState } from "react";

import { useTexts } from "../texts";
import { Press } from "./press";

const AccountCard = lazy(() => import("./account-card"));

/** Opens one's own corner below the bar; Escape or a press elsewhere closes it. */
export function Account({ name }: { name: string }) {
  const texts = useTexts().shell;
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      box.current?.querySelector("button")?.focus();
    };
    window.addEventListener("pointerdown", elsewhere);
    window.addEventListener("keydown", pressed);
    return () => {
      window.removeEventListener("pointerdown", elsewhere);
      window.removeEventListener("keydown", pressed);
    };
  }, [open]);
  return (
    <div className="account-place" ref={box}>
      <Press
        look="bare"
        icon={<UserOutlined />}
        aria-label={`${texts.account} ${name}`}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {name}
      </Press>
      {open && (
        <div className="account-card">
          <Suspense>
            <AccountCard />
          </Suspense>
        </div>
      )}
    </div>
  );
}
