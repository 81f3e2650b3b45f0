import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input, InputNumber, Modal, Radio, Select, Space } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import { Loaded } from "../layout/states";
import { Clip } from "../player/clip";
import type { Span } from "../player/spans";
import { useTexts } from "../texts";
import { UnitField } from "./cover-dialog";

interface Values {
  into: "known" | "new";
  collection?: string;
  title?: string;
  unit?: string;
  note?: string;
}
/** As many as one request takes. */
const AT_ONCE = 200;

/** Puts calls, or one stretch of a call, into a collection that there is, or into a new one. */
export default function AddDialog({
  calls,
  span: given,
  duration = 0,
  onClose,
}: {
  calls: readonly string[];
  /** Of the one call: only this stretch. */
  span?: Span;
  /** Of the one call, ms; a stretch ends there at the latest. */
  duration?: number;
  onClose: (done: boolean) => void;
}) {
  const texts = useTexts();
  const said = texts.collections;
  const { notification } = App.useApp();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const into = Form.useWatch("into", form);
  const chosen = Form.useWatch("collection", form);
  const [span, setSpan] = useState(given);
  const [call] = calls;
  const list = useQuery({
    queryKey: ["collections", "list", false],
    queryFn: () => taken(api.GET("/api/v1/collections", { params: { query: { archived: false } } })),
  });
  const add = useWrite(
    async ({ into: where, collection, title = "", unit = "", note = "" }: Values) => {
      let id = where === "new" ? "" : (collection ?? "");
      let added = 0;
      let name = "";
      for (let first = 0; first < calls.length; first += AT_ONCE) {
        const items = calls.slice(first, first + AT_ONCE).map((one) => ({ call: one, note, ...(span ? { span } : {}) }));
        if (!id) {
          const made = await taken(api.POST("/api/v1/collections", { body: { title, unit, description: "", shared: false, items } }));
          id = made.collection.id;
          name = made.collection.title;
          added += made.items;
        } else {
          const put = await taken(
            api.POST("/api/v1/collections/{collection}/items", { params: { path: { collection: id } }, body: { items } }),
          );
          name = put.collection.collection.title;
          added += put.added;
        }
      }
      return { id, name, added };
    },
    {
      changes: [["collections"]],
      done: ({ id, name, added }) => {
        notification.success({
          title: said.added(added, calls.length - added, name),
          // notices stand outside of the page's addresses
          description: (
            <Button type="link" size="small" onClick={() => void navigate(`/collections?collection=${encodeURIComponent(id)}`)}>
              {said.openIt}
            </Button>
          ),
        });
        onClose(true);
      },
    },
  );
  return (
    <Modal
      open
      title={given ? said.addClip : said.addTitle(calls.length)}
      okText={said.add}
      confirmLoading={add.isPending}
      onCancel={() => onClose(false)}
      onOk={() => form.submit()}
    >
      <Loaded query={list} rows={4}>
        {({ items }) => {
          const open = items.filter(({ may_add }) => may_add);
          return (
            <Form<Values>
              form={form}
              layout="vertical"
              initialValues={{ into: open.length ? "known" : "new", collection: open[0]?.collection.id }}
              onFinish={(values) => add.mutate(values)}
            >
              {span && call && <Piece call={call} span={span} duration={duration} onChange={setSpan} />}
              <Form.Item name="into" label={said.into}>
                <Radio.Group
                  options={[
                    { value: "known", label: said.known, disabled: open.length === 0 },
                    { value: "new", label: said.intoNew },
                  ]}
                />
              </Form.Item>
              {into === "new" ? (
                <>
                  <Form.Item name="title" label={said.title} rules={[{ required: true, whitespace: true, message: said.titleMissing }]}>
                    <Input maxLength={200} placeholder={said.titleExample} />
                  </Form.Item>
                  <UnitField />
                </>
              ) : (
                <Form.Item
                  name="collection"
                  label={said.which}
                  // who puts a call in lets agents hear it
                  extra={open.some(({ collection }) => collection.id === chosen && collection.shared) && said.sharedAbout}
                  rules={[{ required: true, message: said.whichMissing }]}
                >
                  <Select
                    showSearch={{ optionFilterProp: "label" }}
                    options={open.map(({ collection, unit_title }) => ({
                      value: collection.id,
                      label: said.choice(collection.title, unit_title),
                    }))}
                  />
                </Form.Item>
              )}
              <Form.Item name="note" label={said.note}>
                <Input.TextArea rows={2} maxLength={2000} placeholder={said.noteExample} />
              </Form.Item>
            </Form>
          );
        }}
      </Loaded>
    </Modal>
  );
}

/** The stretch: heard, and made longer or shorter. */
function Piece({
  call,
  span,
  duration,
  onChange,
}: {
  call: string;
  span: Span;
  duration: number;
  onChange: (span: Span) => void;
}) {
  const said = useTexts().collections;
  const longest = duration || Number.MAX_SAFE_INTEGER;
  const set = (start: number, end: number) => {
    const first = Math.max(0, Math.min(start, longest - 1));
    onChange({ start: first, end: Math.max(first + 1, Math.min(end, longest)) });
  };
  const seconds = (value: number) => Math.round(value / 100) / 10;
  return (
    <Form.Item label={said.piece}>
      <Space wrap>
        <InputNumber
          aria-label={said.from}
          prefix={said.from}
          suffix={said.seconds}
          style={{ width: 140 }}
          min={0}
          step={1}
          value={seconds(span.start)}
          onChange={(value) => value !== null && set(Math.round(value * 1000), span.end)}
        />
        <InputNumber
          aria-label={said.to}
          prefix={said.to}
          suffix={said.seconds}
          style={{ width: 140 }}
          min={seconds(span.start)}
          step={1}
          value={seconds(span.end)}
          onChange={(value) => value !== null && set(span.start, Math.round(value * 1000))}
        />
        <Button onClick={() => set(span.start, span.end + 10_000)}>{said.longer}</Button>
        <Clip call={call} span={span} />
      </Space>
    </Form.Item>
  );
}
