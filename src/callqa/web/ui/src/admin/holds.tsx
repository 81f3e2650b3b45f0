import { useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, Popconfirm, Select, Table, Tag } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { dateTime } from "../layout/format";
import { Loaded } from "../layout/states";
import { usePeople } from "../session/names";
import { useTexts } from "../texts";

type HoldShown = Read<"HoldShown">;
type NewHold = Read<"NewHold">;

/** What nothing and nobody deletes. */
export function Holds() {
  const texts = useTexts().keeping;
  const { nameOf } = usePeople();
  const { message } = App.useApp();
  const [form] = Form.useForm<NewHold>();
  const [lifted, setLifted] = useState(false);
  const holds = useQuery({
    queryKey: ["retention", "holds", lifted],
    queryFn: () => taken(api.GET("/api/v1/holds", { params: { query: { lifted } } })),
  });
  const hold = useWrite((body: NewHold) => taken(api.POST("/api/v1/holds", { body })), {
    changes: [["retention"]],
    done: () => {
      void message.success(texts.held);
      form.resetFields();
    },
  });
  const release = useWrite(
    (id: string) => taken(api.POST("/api/v1/holds/{hold}/release", { params: { path: { hold: id } } })),
    { changes: [["retention"]] },
  );
  return (
    <section>
      <h2>{texts.holds}</h2>
      <p className="quiet">{texts.holdsAbout}</p>
      <Form<NewHold>
        form={form}
        layout="inline"
        className="hold-form"
        initialValues={{ kind: "call" }}
        onFinish={(asked) => hold.mutate({ ...asked, subject: asked.subject.trim() })}
      >
        <Form.Item name="kind" label={texts.holdKind}>
          <Select
            className="keeping-kind"
            options={Object.entries(texts.holdKinds).map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        <Form.Item name="subject" label={texts.subject} tooltip={texts.subjectAbout} rules={[{ required: true, message: texts.missing }]}>
          <Input maxLength={128} />
        </Form.Item>
        <Form.Item name="reason" label={texts.reason} rules={[{ required: true, whitespace: true, message: texts.reasonMissing }]}>
          <Input maxLength={500} />
        </Form.Item>
        <Button htmlType="submit" loading={hold.isPending}>
          {texts.hold}
        </Button>
      </Form>
      <Checkbox checked={lifted} onChange={(event) => setLifted(event.target.checked)}>
        {texts.lifted}
      </Checkbox>
      <Loaded query={holds} rows={2} isEmpty={(page) => page.items.length === 0} empty={texts.noHolds}>
        {(page) => (
          <Table<HoldShown>
            rowKey="id"
            size="small"
            pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
            dataSource={[...page.items]}
            scroll={{ x: 700 }}
            columns={[
              { title: texts.holdKind, width: 120, render: (_, one) => texts.holdKinds[one.kind] ?? one.kind },
              {
                title: texts.subject,
                render: (_, one) =>
                  one.kind === "agent" ? nameOf(one.subject) : one.kind === "customer" ? one.subject.slice(0, 12) : one.subject,
              },
              { title: texts.reason, dataIndex: "reason" },
              { title: texts.setBy, width: 220, render: (_, one) => `${nameOf(one.set_by)} · ${dateTime(one.set_at)}` },
              {
                title: "",
                width: 100,
                render: (_, one) =>
                  one.released_at ? (
                    <Tag>{texts.released}</Tag>
                  ) : (
                    <Popconfirm title={texts.releaseSure} onConfirm={() => release.mutate(one.id)}>
                      <Button type="link">{texts.release}</Button>
                    </Popconfirm>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </section>
  );
}
