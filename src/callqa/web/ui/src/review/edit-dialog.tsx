import { Button, Form, Input, InputNumber, Modal, Select, Space } from "antd";
import { useEffect } from "react";

import type { Place } from "../calls/call-view";
import { points } from "../layout/format";
import { useTexts } from "../texts";
import type { EventAsked } from "./use-review";

interface Values {
  points: number;
  fatal: boolean | null;
  reason: string;
  quote?: string;
}

/** Other points on a line, with the reason, and the words as they were really said. */
export function EditDialog({
  place,
  preset,
  onSave,
  onClose,
}: {
  place: Place;
  /** Points to start with; null = as they stand. */
  preset: number | null;
  onSave: (event: EventAsked) => void;
  onClose: () => void;
}) {
  const texts = useTexts().review;
  const [form] = Form.useForm<Values>();
  const { line } = place.line;
  useEffect(() => {
    form.setFieldsValue({ points: Math.min(preset ?? line.points, line.max_points), fatal: null, reason: "" });
  }, [form, preset, line]);
  return (
    <Modal
      open
      title={texts.editTitle(line.title)}
      onCancel={onClose}
      onOk={() => form.submit()}
      okText={texts.save}
      destroyOnHidden
    >
      <Form<Values>
        form={form}
        layout="vertical"
        onFinish={(values) =>
          onSave({
            kind: "edit",
            item: line.item,
            points: values.points,
            status: "scored",
            fatal: values.fatal ?? undefined,
            reason: values.reason,
            quote: values.quote ?? "",
          })
        }
      >
        <Form.Item label={texts.points(points(line.max_points))} required>
          <Space wrap>
            <Form.Item name="points" noStyle rules={[{ required: true, message: texts.pointsMissing }]}>
              <InputNumber min={0} max={line.max_points} step={0.5} autoFocus aria-label={texts.editPoints} />
            </Form.Item>
            <Button onClick={() => form.setFieldValue("points", 0)}>{texts.none}</Button>
            <Button onClick={() => form.setFieldValue("points", line.max_points)}>{texts.full}</Button>
          </Space>
        </Form.Item>
        {line.fatal && (
          <Form.Item name="fatal" label={texts.redLine}>
            <Select
              options={[
                { value: null, label: texts.fatalAsIs },
                { value: false, label: texts.fatalOff },
                { value: true, label: texts.fatalOn },
              ]}
            />
          </Form.Item>
        )}
        <Form.Item name="reason" label={texts.reason} rules={[{ required: true, whitespace: true, message: texts.reasonMissing }]}>
          <Input.TextArea rows={3} maxLength={500} showCount />
        </Form.Item>
        <Form.Item name="quote" label={texts.quote}>
          <Input maxLength={300} placeholder={texts.quoteAbout} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
