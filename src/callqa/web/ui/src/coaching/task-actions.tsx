import { App, Button, Checkbox, Input, Modal, Space } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import { WordsDialog } from "../review/words-dialog";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import type { Task } from "./task-states";

type Asking = "exercise" | "note" | "reopen" | "close" | null;

/** What can be done next with a task, by whom it is looked at. */
export function TaskActions({ task }: { task: Task }) {
  const texts = useTexts();
  const { me, can } = useMe();
  const { message } = App.useApp();
  const [asking, setAsking] = useState<Asking>(null);
  const params = { path: { task: task.id } };
  const options = { changes: [["coaching"]], done: () => void message.success(texts.coaching.saved) };
  const acknowledge = useWrite(
    () => taken(api.POST("/api/v1/coaching/{task}/acknowledge", { params, body: { text: "" } })),
    options,
  );
  const exercise = useWrite(
    (body: { text: string; trained: boolean }) => taken(api.POST("/api/v1/coaching/{task}/exercise", { params, body })),
    options,
  );
  const note = useWrite(
    (text: string) => taken(api.POST("/api/v1/coaching/{task}/notes", { params, body: { text } })),
    options,
  );
  const followUp = useWrite(() => taken(api.POST("/api/v1/coaching/{task}/follow-up", { params })), options);
  const reopen = useWrite(
    (text: string) => taken(api.POST("/api/v1/coaching/{task}/reopen", { params, body: { text } })),
    options,
  );
  const close = useWrite(
    (text: string) => taken(api.POST("/api/v1/coaching/{task}/close", { params, body: { text } })),
    options,
  );
  const own = task.agent === me.id;
  const coach = can("coach") && !own;
  const state = task.state ?? "open";
  const trainable = state === "acknowledged" || state === "follow_up";
  const running = trainable || state === "open" || state === "reopened";
  return (
    <>
      <Space wrap className="task-actions">
        {own && (state === "open" || state === "reopened") && (
          <Button type="primary" loading={acknowledge.isPending} onClick={() => acknowledge.mutate(undefined)}>
            {texts.coaching.acknowledge}
          </Button>
        )}
        {running && <Button onClick={() => setAsking("exercise")}>{texts.coaching.exercise}</Button>}
        {coach && state === "follow_up" && (
          <Button type="primary" loading={followUp.isPending} onClick={() => followUp.mutate(undefined)}>
            {texts.coaching.followUp}
          </Button>
        )}
        {state !== "cancelled" && <Button onClick={() => setAsking("note")}>{texts.coaching.note}</Button>}
        {coach && (state === "achieved" || state === "not_achieved") && (
          <Button onClick={() => setAsking("reopen")}>{texts.coaching.reopen}</Button>
        )}
        {coach && state !== "cancelled" && (
          <Button danger onClick={() => setAsking("close")}>
            {texts.coaching.close}
          </Button>
        )}
      </Space>
      {asking === "exercise" && (
        <ExerciseDialog
          mayConclude={coach && trainable}
          onClose={() => setAsking(null)}
          onSave={(body) => {
            setAsking(null);
            exercise.mutate(body);
          }}
        />
      )}
      {(asking === "note" || asking === "reopen" || asking === "close") && (
        <WordsDialog
          title={texts.coaching[asking]}
          about={asking === "close" ? texts.coaching.closeAbout : undefined}
          needed={asking === "note"}
          ok={texts.coaching[asking]}
          onClose={() => setAsking(null)}
          onSave={(words) => {
            setAsking(null);
            ({ note, reopen, close })[asking].mutate(words);
          }}
        />
      )}
    </>
  );
}

function ExerciseDialog({
  mayConclude,
  onClose,
  onSave,
}: {
  /** The trainer may say that the training is done. */
  mayConclude: boolean;
  onClose: () => void;
  onSave: (body: { text: string; trained: boolean }) => void;
}) {
  const texts = useTexts();
  const [text, setText] = useState("");
  const [trained, setTrained] = useState(false);
  return (
    <Modal
      open
      title={texts.coaching.exercise}
      okText={texts.common.save}
      okButtonProps={{ disabled: !text.trim() }}
      onCancel={onClose}
      onOk={() => onSave({ text: text.trim(), trained })}
    >
      <p>{texts.coaching.exerciseAbout}</p>
      <Input.TextArea
        autoFocus
        rows={4}
        maxLength={2000}
        value={text}
        aria-label={texts.coaching.exercise}
        onChange={(event) => setText(event.target.value)}
      />
      {mayConclude && (
        <Checkbox className="task-trained" checked={trained} onChange={(event) => setTrained(event.target.checked)}>
          {texts.coaching.trained}
        </Checkbox>
      )}
    </Modal>
  );
}
