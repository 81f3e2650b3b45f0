import { useQuery } from "@tanstack/react-query";
import { App, Button, Collapse, Popconfirm, Space, Tag } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import { Loaded } from "../layout/states";
import { WordsDialog } from "../review/words-dialog";
import { usePeople } from "../session/names";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { AnswerForm } from "./answer-form";
import { RoundResult } from "./round-result";

/** A round: the forms while it is open, the comparison once it is closed. */
export function RoundView({ id }: { id: string }) {
  const texts = useTexts();
  const said = texts.calibration;
  const { me, can } = useMe();
  const { message } = App.useApp();
  const [noting, setNoting] = useState(false);
  const [open, setOpen] = useState<string | null | undefined>();
  const params = { path: { round_id: id } };
  const shown = useQuery({
    queryKey: ["calibrations", "one", id],
    queryFn: () => taken(api.GET("/api/v1/calibrations/{round_id}", { params })),
  });
  const { nameOf } = usePeople(shown.data?.names);
  const changes = [["calibrations"], ["agreement"]];
  const done = () => void message.success(said.saved);
  const close = useWrite(() => taken(api.POST("/api/v1/calibrations/{round_id}/close", { params })), { changes, done });
  const note = useWrite(
    (words: string) => taken(api.POST("/api/v1/calibrations/{round_id}/note", { params, body: { note: words } })),
    { changes, done },
  );
  return (
    <Loaded query={shown} rows={8}>
      {({ round, answers, forms, waiting, result, state }) => {
        const mine = round.raters.includes(me.id) || round.expert === me.id;
        const mayNote = can("calibrate") || round.expert === me.id || round.created_by === me.id;
        const answered = new Set(answers.filter(({ rater }) => rater === me.id).map(({ call_id }) => call_id));
        return (
          <div className="round">
            <h2>
              {round.title} <Tag color={state === "open" ? "processing" : undefined}>{said.states[state]}</Tag>
            </h2>
            <p className="quiet">
              {said.facts(round.calls.length, round.raters.length, nameOf(round.expert))} ·{" "}
              {round.raters.map(nameOf).join(texts.marks.list)}
            </p>
            {state === "open" && <p>{waiting.length ? said.waitingFor(waiting.map(nameOf).join(texts.marks.list)) : said.allIn}</p>}
            <Space wrap>
              {state === "open" && can("calibrate") && (
                <Popconfirm title={said.closeAbout} onConfirm={() => close.mutate(undefined)}>
                  <Button loading={close.isPending} type={waiting.length ? "default" : "primary"}>
                    {said.close}
                  </Button>
                </Popconfirm>
              )}
              {mayNote && <Button onClick={() => setNoting(true)}>{said.editNote}</Button>}
            </Space>
            {(round.note || state === "closed") && (
              <>
                <h3>{said.note}</h3>
                {round.note ? <blockquote className="appeal-reason">{round.note}</blockquote> : <p className="quiet">{said.noNote}</p>}
              </>
            )}
            {state === "open" && mine && (
              <>
                <p className="round-about">{said.answerAbout}</p>
                <Collapse
                  destroyOnHidden
                  activeKey={open === undefined ? round.calls.find((call) => !answered.has(call)) : (open ?? [])}
                  // one at a time: two calls must not speak at once
                  onChange={(keys) => setOpen(keys.at(-1) ?? null)}
                  items={round.calls.map((call, number) => ({
                    key: call,
                    label: said.call(number + 1, call),
                    extra: answered.has(call) ? <Tag color="success">{said.answered}</Tag> : <Tag>{said.toAnswer}</Tag>,
                    children: (
                      <AnswerForm
                        round={id}
                        call={call}
                        lines={forms[call] ?? []}
                        given={answers.filter(({ call_id, rater }) => call_id === call && rater === me.id)}
                      />
                    ),
                  }))}
                />
              </>
            )}
            {result && <RoundResult round={round} answers={answers} forms={forms} result={result} nameOf={nameOf} />}
            {noting && (
              <WordsDialog
                title={said.note}
                about={said.noteAbout}
                needed
                ok={texts.common.save}
                onClose={() => setNoting(false)}
                onSave={(words) => {
                  setNoting(false);
                  note.mutate(words);
                }}
              />
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
