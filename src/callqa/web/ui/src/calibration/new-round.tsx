import { useQuery } from "@tanstack/react-query";
import { App, Form, Input, Modal, Select } from "antd";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { dateTime } from "../layout/format";
import { usePeople } from "../session/names";
import { useUnits } from "../session/units";
import { useTexts } from "../texts";

type Asked = Read<"RoundAsked">;

/** A round to set up: which calls, who answers, whose answers count. */
export function NewRound({ onClose, onMade }: { onClose: () => void; onMade: (round: string) => void }) {
  const texts = useTexts();
  const said = texts.calibration;
  const { message } = App.useApp();
  const { people, nameOf } = usePeople();
  const [form] = Form.useForm<Asked>();
  const unit = Form.useWatch("unit", form);
  const { units } = useUnits("calibrate");
  const calls = useQuery({
    queryKey: ["calls", "for-round", unit],
    queryFn: () => taken(api.GET("/api/v1/calls", { params: { query: { unit, limit: 200 } } })),
    enabled: Boolean(unit),
  });
  const make = useWrite((body: Asked) => taken(api.POST("/api/v1/calibrations", { body })), {
    changes: [["calibrations"]],
    done: (made) => {
      void message.success(said.created);
      onMade(made.round.id);
    },
  });
  const raters = people
    .filter(({ active, posts }) => active && posts.some(({ role }) => role !== "agent" && role !== "administrator"))
    .map(({ id, name }) => ({ value: id, label: name + texts.marks.aside(id) }));
  const needed = [{ required: true, message: said.missing }];
  return (
    <Modal
      open
      centered
      width={640}
      title={said.new}
      okText={said.create}
      confirmLoading={make.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form<Asked> form={form} layout="vertical" className="dense-form" onFinish={(asked) => make.mutate(asked)}>
        <Form.Item name="title" label={said.title} rules={[{ required: true, whitespace: true, message: said.titleMissing }]}>
          <Input maxLength={200} placeholder={said.titleExample} />
        </Form.Item>
        <Form.Item name="unit" label={said.unit} rules={needed}>
          <Select
            showSearch={{ optionFilterProp: "label" }}
            options={units.map(({ id, title, kind }) => ({ value: id, label: title + texts.marks.aside(texts.unitKind[kind]) }))}
            onChange={() => form.setFieldValue("calls", [])}
          />
        </Form.Item>
        <Form.Item name="calls" label={said.calls} extra={said.callsAbout} rules={needed}>
          <Select
            mode="multiple"
            maxCount={50}
            disabled={!unit}
            loading={calls.isFetching}
            showSearch={{ optionFilterProp: "label" }}
            options={(calls.data?.items ?? []).map(({ id, agent, started_at, product }) => ({
              value: id,
              label: [id, nameOf(agent), dateTime(started_at), product].filter(Boolean).join(" · "),
            }))}
          />
        </Form.Item>
        <Form.Item name="raters" label={said.raters} rules={needed}>
          <Select mode="multiple" showSearch={{ optionFilterProp: "label" }} options={raters} />
        </Form.Item>
        <Form.Item name="expert" label={said.expert} rules={needed}>
          <Select showSearch={{ optionFilterProp: "label" }} options={raters} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
