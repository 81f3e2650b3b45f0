import { useQuery } from "@tanstack/react-query";
import { Alert, App, DatePicker, Form, Input, Modal } from "antd";
import dayjs, { type Dayjs } from "dayjs";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import { useTexts } from "../texts";
import type { Draft } from "./draft";

interface Filled {
  version: string;
  from: Dayjs;
  note: string;
}

/** The draft as a version of its own, from a day on; those before stay as they are. */
export function Publish({
  base,
  draft,
  tested,
  originals,
  onClose,
}: {
  base: string;
  draft: Draft;
  /** It was tried on stored calls. */
  tested: boolean;
  originals: Readonly<Record<string, string>>;
  onClose: () => void;
}) {
  const texts = useTexts().policy.publish;
  const { message } = App.useApp();
  const [form] = Form.useForm<Filled>();
  const asked = { old: base, new: base, files: { ...draft.files } };
  const difference = useQuery({
    queryKey: ["policy", "difference", asked],
    queryFn: () => taken(api.POST("/api/v1/policy/difference", { body: asked })),
  });
  const publish = useWrite(
    ({ version, from, note }: Filled) =>
      taken(
        api.POST("/api/v1/policy/versions", {
          body: {
            base,
            files: { ...originals, ...draft.files },
            version,
            valid_from: from.format("YYYY-MM-DD"),
            note: note.trim(),
          },
        }),
      ),
    {
      changes: [["policy"]],
      done: (made) => {
        void message.success(texts.done(made.ref.version));
        draft.discard();
        onClose();
      },
    },
  );
  return (
    <Modal
      open
      title={texts.title}
      okText={texts.go}
      confirmLoading={publish.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p>{texts.about}</p>
      {difference.data && <p>{texts.changes(difference.data.changes.length)}</p>}
      {!tested && <Alert type="warning" showIcon className="form-alert" title={texts.tested} />}
      <Form<Filled>
        form={form}
        layout="vertical"
        className="dense-form"
        initialValues={{ from: dayjs().add(1, "day") }}
        onFinish={(filled) => publish.mutate(filled)}
      >
        <Form.Item
          name="version"
          label={texts.version}
          extra={texts.versionAbout}
          rules={[{ required: true, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, message: texts.versionMissing }]}
        >
          <Input maxLength={32} />
        </Form.Item>
        <Form.Item name="from" label={texts.from} rules={[{ required: true, message: texts.fromMissing }]}>
          <DatePicker className="full-width" format="YYYY-MM-DD" minDate={dayjs()} allowClear={false} />
        </Form.Item>
        <Form.Item name="note" label={texts.note} rules={[{ required: true, min: 2, whitespace: true, message: texts.noteMissing }]}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
