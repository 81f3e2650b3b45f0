import { App, Button, Form, Input, InputNumber, Radio } from "antd";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import { useTexts } from "../texts";
import type { AppealShown } from "./appeals";

interface Filled {
  how: "upheld" | "partly" | "rejected";
  points?: number;
  reason: string;
}

/** The decision at the level the appeal is at. */
export function RulingForm({ appeal }: { appeal: AppealShown }) {
  const texts = useTexts().appeals;
  const level = useTexts().appealLevel[appeal.level];
  const { marks } = useTexts();
  const { message } = App.useApp();
  const [form] = Form.useForm<Filled>();
  const how = Form.useWatch("how", form);
  const rule = useWrite(
    ({ how: chosen, points, reason }: Filled) =>
      taken(
        api.POST("/api/v1/calls/{call}/appeals/{appeal}/rulings", {
          params: { path: { call: appeal.call, appeal: appeal.id } },
          body: {
            upheld: chosen !== "rejected",
            partial: chosen === "partly",
            points: chosen === "partly" ? (points ?? null) : null,
            reason: reason.trim(),
          },
        }),
      ),
    {
      changes: [["appeals"], ["review", appeal.call], ["calls"], ["call", appeal.call]],
      done: () => void message.success(texts.ruled),
    },
  );
  return (
    <Form<Filled> form={form} layout="vertical" className="ruling" onFinish={(filled) => rule.mutate(filled)}>
      <h3>
        {texts.rule}{marks.aside(level)}
      </h3>
      <Form.Item name="how" rules={[{ required: true, message: texts.rule }]} className="ruling-how">
        <Radio.Group
          options={[
            { value: "upheld", label: texts.upheld },
            {
              value: "partly",
              label: (
                <span className="ruling-partly">
                  {texts.partly}
                  <Form.Item
                    name="points"
                    noStyle
                    rules={[{ required: how === "partly", message: texts.pointsMissing }]}
                  >
                    <InputNumber
                      size="small"
                      min={0}
                      max={appeal.max_points}
                      step={0.5}
                      disabled={how !== "partly"}
                      aria-label={texts.partly}
                    />
                  </Form.Item>
                  {texts.pointsUnit}
                </span>
              ),
            },
            { value: "rejected", label: texts.rejected },
          ]}
        />
      </Form.Item>
      <Form.Item
        name="reason"
        label={texts.rulingReason}
        rules={[{ required: true, whitespace: true, message: texts.rulingReasonMissing }]}
      >
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={rule.isPending}>
        {texts.submit}
      </Button>
    </Form>
  );
}
