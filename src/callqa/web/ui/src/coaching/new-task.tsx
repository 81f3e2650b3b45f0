import { App, DatePicker, Form, Input, InputNumber, Modal, Radio, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { usePeople } from "../session/names";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { choicesOf, useNames, type GoalKind } from "./goals";

const KINDS: readonly GoalKind[] = ["step", "rule", "technique", "item", "measure", "total"];

interface Filled {
  agent: string;
  trainer: string;
  title: string;
  kind: GoalKind;
  name?: string;
  direction: "up" | "down";
  target?: number | null;
  calls: number;
  due: Dayjs;
  call?: string;
}

/** What the task comes from, where it does not start from nothing. */
export interface Origin {
  agent?: string;
  call?: string;
  source?: string;
}

/** A new task: for whom, what should change and how it is measured, until when. */
export function NewTask({
  origin = {},
  onClose,
  onMade,
}: {
  origin?: Origin;
  onClose: () => void;
  onMade: (task: string) => void;
}) {
  const texts = useTexts();
  const { me } = useMe();
  const { people } = usePeople();
  const names = useNames();
  const { message } = App.useApp();
  const [form] = Form.useForm<Filled>();
  const kind = Form.useWatch("kind", form) ?? "step";
  const make = useWrite(
    (body: Read<"CoachingAsked">) => taken(api.POST("/api/v1/coaching", { body })),
    {
      changes: [["coaching"]],
      done: (made) => {
        void message.success(texts.coaching.created);
        onMade(made.task.id);
      },
    },
  );
  const agents = people.filter(({ posts }) => posts.some(({ role }) => role === "agent"));
  const trainers = people.filter(({ posts, active }) => active && posts.some(({ role }) => role !== "agent" && role !== "administrator"));
  const option = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name + texts.marks.aside(id) });
  const needed = [{ required: true, message: texts.coaching.missing }];
  return (
    <Modal
      open
      centered
      width={640}
      title={texts.coaching.new}
      okText={texts.coaching.create}
      confirmLoading={make.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form<Filled>
        form={form}
        layout="vertical"
        className="dense-form"
        initialValues={{
          agent: origin.agent,
          call: origin.call,
          trainer: me.id,
          kind: "step",
          direction: "up",
          calls: 20,
          due: dayjs().add(7, "day"),
        }}
        onFinish={(filled) =>
          make.mutate({
            agent: filled.agent,
            trainer: filled.trainer,
            title: filled.title.trim(),
            goal: {
              kind: filled.kind,
              id: filled.kind === "total" ? "" : (filled.name ?? ""),
              direction: filled.direction,
              target: filled.target ?? null,
            },
            calls: filled.calls,
            due: filled.due.format("YYYY-MM-DD"),
            call: filled.call?.trim() || null,
            source: origin.source ?? "",
          })
        }
      >
        <div className="two-columns">
          <Form.Item name="agent" label={texts.coaching.agent} rules={needed}>
            <Select showSearch={{ optionFilterProp: "label" }} options={agents.map(option)} />
          </Form.Item>
          <Form.Item name="trainer" label={texts.coaching.trainer} rules={needed}>
            <Select showSearch={{ optionFilterProp: "label" }} options={trainers.map(option)} />
          </Form.Item>
        </div>
        <Form.Item name="title" label={texts.coaching.title} rules={[{ required: true, whitespace: true, message: texts.coaching.titleMissing }]}>
          <Input maxLength={200} placeholder={texts.coaching.titleExample} />
        </Form.Item>
        <div className="two-columns">
          <Form.Item name="kind" label={texts.coaching.kind}>
            <Select
              options={KINDS.map((value) => ({ value, label: texts.coaching.kinds[value] }))}
              onChange={(value: GoalKind) => {
                form.setFieldValue("name", undefined);
                form.setFieldValue("direction", value === "rule" ? "down" : "up");
              }}
            />
          </Form.Item>
          {kind !== "total" && (
            <Form.Item name="name" label={texts.coaching.name} rules={needed}>
              <Select
                showSearch={{ optionFilterProp: "label" }}
                loading={names.isPending}
                options={choicesOf(kind, names.data).map(({ id, title }) => ({ value: id, label: texts.told(title) }))}
              />
            </Form.Item>
          )}
        </div>
        <div className="two-columns">
          <Form.Item name="direction" label={texts.coaching.direction}>
            <Radio.Group
              optionType="button"
              options={[
                { value: "up", label: texts.coaching.up },
                { value: "down", label: texts.coaching.down },
              ]}
            />
          </Form.Item>
          <Form.Item name="target" label={texts.coaching.target} extra={texts.coaching.targetAbout}>
            <InputNumber className="full-width" />
          </Form.Item>
          <Form.Item name="calls" label={texts.coaching.calls}>
            <InputNumber min={3} max={200} className="full-width" />
          </Form.Item>
          <Form.Item name="due" label={texts.coaching.due} rules={needed}>
            <DatePicker className="full-width" format="YYYY-MM-DD" minDate={dayjs()} allowClear={false} />
          </Form.Item>
        </div>
        <Form.Item name="call" label={texts.coaching.call} extra={texts.coaching.callAbout}>
          <Input maxLength={128} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
