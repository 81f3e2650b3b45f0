import { InboxOutlined } from "@ant-design/icons";
import { Alert, Button, Modal, Upload } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Problem } from "../api/problem";
import { useTexts } from "../texts";

/** Two sheets, units and people; first a trial that says what would change, then the real thing. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const texts = useTexts();
  const [units, setUnits] = useState<File | null>(null);
  const [people, setPeople] = useState<File | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = useWrite(
    async (trial: boolean) => {
      if (!units || !people) throw new Error("both sheets are needed");
      const form = new FormData();
      form.set("units", units);
      form.set("people", people);
      form.set("dry_run", String(trial));
      setProblem(null);
      return taken(
        api.POST("/api/v1/org/imports", {
          // the generated type writes files as strings
          body: form as never,
          bodySerializer: (body: unknown) => body as FormData,
        }),
      );
    },
    {
      changes: [["units"], ["people"]],
      done: (done) => {
        if (!done.dry_run) onClose();
      },
      refused: (refusal) => {
        setProblem(refusal);
        return true;
      },
    },
  );
  const trial = send.data?.dry_run ? send.data : null;
  const ready = Boolean(units && people);
  return (
    <Modal
      open
      title={texts.admin.importTitle}
      onCancel={onClose}
      footer={[
        <Button key="trial" disabled={!ready} loading={send.isPending} onClick={() => send.mutate(true)}>
          {texts.admin.importTrial}
        </Button>,
        <Button
          key="real"
          type="primary"
          disabled={!ready || !trial}
          loading={send.isPending}
          onClick={() => send.mutate(false)}
        >
          {texts.admin.importReal}
        </Button>,
      ]}
    >
      <p>{texts.admin.importAbout}</p>
      <div className="two-columns">
        <Sheet label={texts.admin.unitSheet} file={units} onFile={setUnits} />
        <Sheet label={texts.admin.peopleSheet} file={people} onFile={setPeople} />
      </div>
      {trial && (
        <Alert
          type="info"
          showIcon
          className="form-alert"
          title={texts.admin.importWould(trial.units, trial.people, trial.posts, trial.calls)}
        />
      )}
      {problem && (
        <Alert
          type="error"
          showIcon
          className="form-alert"
          title={problem.body.detail}
          description={
            <ul className="faults">
              {(problem.body.errors ?? []).map((fault) => (
                <li key={`${fault.where}${fault.message}`}>
                  {fault.where}{texts.marks.colon}{fault.message}
                </li>
              ))}
            </ul>
          }
        />
      )}
    </Modal>
  );
}

function Sheet({ label, file, onFile }: { label: string; file: File | null; onFile: (file: File) => void }) {
  return (
    <Upload.Dragger
      accept=".csv,.xlsx"
      maxCount={1}
      showUploadList={false}
      beforeUpload={(chosen) => {
        onFile(chosen);
        return false;
      }}
    >
      <p>
        <InboxOutlined className="drop-icon" />
      </p>
      <p>{file ? file.name : label}</p>
    </Upload.Dragger>
  );
}
