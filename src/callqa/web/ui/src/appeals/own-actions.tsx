import { App, Button, Space } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import { WordsDialog } from "../review/words-dialog";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import type { AppealShown } from "./appeals";

/** What the agent may do with an own appeal: take it back while it waits, take it further once decided. */
export function OwnActions({ appeal }: { appeal: AppealShown }) {
  const texts = useTexts();
  const { me, can } = useMe();
  const { message } = App.useApp();
  const [asking, setAsking] = useState<"withdraw" | "further" | null>(null);
  const path = { call: appeal.call, appeal: appeal.id };
  const changes = [["appeals"], ["review", appeal.call], ["mine"]];
  const withdraw = useWrite(
    (reason: string) => taken(api.POST("/api/v1/calls/{call}/appeals/{appeal}/withdraw", { params: { path }, body: { reason } })),
    { changes, done: () => void message.success(texts.appeals.withdrawn) },
  );
  const further = useWrite(
    (reason: string) => taken(api.POST("/api/v1/calls/{call}/appeals/{appeal}/further", { params: { path }, body: { reason } })),
    { changes, done: () => void message.success(texts.appeals.furthered) },
  );
  if (appeal.agent !== me.id || !can("appeal.file")) return null;
  const mayWithdraw = appeal.stage === "open";
  const mayGoFurther = !appeal.closed && (appeal.stage === "rejected" || appeal.stage === "partly");
  if (!mayWithdraw && !mayGoFurther) return null;
  return (
    <Space wrap>
      {mayWithdraw && (
        <Button loading={withdraw.isPending} onClick={() => setAsking("withdraw")}>
          {texts.appeals.withdraw}
        </Button>
      )}
      {mayGoFurther && (
        <Button type="primary" loading={further.isPending} onClick={() => setAsking("further")}>
          {texts.appeals.further}
        </Button>
      )}
      {asking && (
        <WordsDialog
          title={texts.appeals[asking]}
          about={asking === "withdraw" ? texts.appeals.withdrawAbout : texts.appeals.furtherAbout}
          needed={asking === "further"}
          ok={texts.appeals[asking]}
          onClose={() => setAsking(null)}
          onSave={(reason) => {
            setAsking(null);
            (asking === "withdraw" ? withdraw : further).mutate(reason);
          }}
        />
      )}
    </Space>
  );
}
