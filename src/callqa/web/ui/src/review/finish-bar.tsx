import { useQuery } from "@tanstack/react-query";
import { App } from "antd";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import { Press } from "../layout/press";
import { useTexts } from "../texts";
import { useKeys } from "./use-keys";
import type { EventAsked } from "./use-review";

const WordsDialog = lazy(async () => ({ default: (await import("./words-dialog")).WordsDialog }));

/** Finish and go on to the next of one's queue, or skip with a reason. */
export function FinishBar({
  call,
  assignment,
  etag,
  say,
}: {
  call: string;
  /** The assignment being worked on; null where the call was opened from a list. */
  assignment: string | null;
  etag: string;
  say: (events: readonly EventAsked[]) => void;
}) {
  const texts = useTexts().review;
  const { marks } = useTexts();
  const go = useNavigate();
  const { message } = App.useApp();
  const [skipping, setSkipping] = useState(false);
  const queue = useQuery({
    queryKey: ["queue"],
    queryFn: () => taken(api.GET("/api/v1/queue")),
    enabled: assignment !== null,
  });
  const onward = async () => {
    const { data: left } = await queue.refetch();
    const next = left?.items.find((one) => one.id !== assignment);
    if (!next) {
      void message.success(texts.queueDone);
      void go("/day");
      return;
    }
    void go(
      next.blind
        ? `/day/blind/${encodeURIComponent(next.id)}`
        : `/calls/${encodeURIComponent(next.call)}?assignment=${encodeURIComponent(next.id)}`,
    );
  };
  const finish = useWrite(
    async () => {
      if (!assignment) return;
      const path = { assignment };
      // claiming anew holds it for us where the lease ran out while listening
      await taken(api.POST("/api/v1/queue/{assignment}/claim", { params: { path } }));
      await taken(
        api.POST("/api/v1/queue/{assignment}/finish", { params: { path, header: { "If-Match": etag } } }),
      );
    },
    { changes: [["review", call], ["calls"]], done: () => void onward() },
  );
  const skip = useWrite(
    async (reason: string) => {
      if (!assignment) return;
      const path = { assignment };
      await taken(api.POST("/api/v1/queue/{assignment}/claim", { params: { path } }));
      await taken(api.POST("/api/v1/queue/{assignment}/skip", { params: { path }, body: { reason } }));
    },
    {
      done: () => {
        setSkipping(false);
        void onward();
      },
    },
  );
  const done = () => (assignment ? finish.mutate(undefined) : say([{ kind: "finish", reason: "" }]));
  useKeys({ f: done });
  return (
    <div className="finish-bar">
      <Press look="main" onClick={done} busy={finish.isPending} title={texts.finish + marks.aside("F")}>
        {assignment ? texts.finishNext(queue.data ? Math.max(0, queue.data.items.length - 1) : 0) : texts.finish}
      </Press>
      {assignment && <Press onClick={() => setSkipping(true)}>{texts.skip}</Press>}
      {skipping && (
        <Suspense>
          <WordsDialog
            title={texts.skip}
            about={texts.skipAbout}
            needed
            ok={texts.skip}
            onClose={() => setSkipping(false)}
            onSave={(reason) => skip.mutate(reason)}
          />
        </Suspense>
      )}
    </div>
  );
}
