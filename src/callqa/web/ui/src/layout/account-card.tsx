import { Button, Segmented } from "antd";

import { useSession } from "../session/session";
import { useTexts } from "../texts";
import { useMode, type Mode } from "./appearance";

/** One's own corner: how the page looks, and the way out. */
export default function AccountCard() {
  const texts = useTexts().shell;
  const session = useSession();
  const { mode, setMode } = useMode();
  if (session.state !== "in") return null;
  return (
    <div className="account">
      <strong>{session.me.name}</strong>
      <span>{texts.appearance}</span>
      <Segmented<Mode>
        value={mode}
        onChange={setMode}
        options={(["light", "dark", "system"] as const).map((value) => ({ value, label: texts[value] }))}
      />
      <Button block onClick={() => void session.signOut()}>
        {texts.signOut}
      </Button>
    </div>
  );
}
