import { useQuery } from "@tanstack/react-query";
import { App, DatePicker, Form, Input, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { usePeople } from "../session/names";
import { useMe } from "../session/session";
import { useTexts } from "../texts";

interface Filled {
  giver?: string;
  taker: string;
  days: [Dayjs, Dayjs];
  reason?: string;
}

/** Who stands in for whom, and when; the list of open work is made by the server. */
export function NewHandover({ onClose, onMade }: { onClose: () => void; onMade: (handover: string) => void }) {
  const texts = useTexts();
  const said = texts.handover;
  const { me, can } = useMe();
  const { people } = usePeople();
  const { message } = App.useApp();
  const [form] = Form.useForm<Filled>();
  const giver = Form.useWatch("giver", form) ?? me.id;
  const make = useWrite(
    (body: Read<"HandoverAsked">) => taken(api.POST("/api/v1/handovers", { body })),
    {
      changes: [["handovers"]],
      done: (made) => {
        void message.success(said.created);
        onMade(made.handover.id);
      },
    },
  );
  const takers = useQuery({ queryKey: ["handovers", "takers"], queryFn: () => taken(api.GET("/api/v1/handovers/takers")) });
  const everybody = (takers.data?.items ?? []).map(({ id, name, units, roles }) => ({
    value: id,
    label: said.person(name, roles.map((role) => texts.role[role]).join(" "), units.join(" ")),
  }));
  // whose work one may hand over lies within reach, who takes it seldom does
  const near = new Set(people.map(({ id }) => id));
  return (
    <Modal
      open
      title={said.new}
      okText={said.create}
      confirmLoading={make.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form<Filled>
        form={form}
        layout="vertical"
        className="dense-form"
        onFinish={({ giver: from, taker, days, reason }) =>
          make.mutate({
            giver: from ?? null,
            taker,
            first_day: days[0].format("YYYY-MM-DD"),
            last_day: days[1].format("YYYY-MM-DD"),
            reason: reason?.trim() ?? "",
          })
        }
      >
        {can("handover.confirm") && (
          <Form.Item name="giver" label={said.giver} extra={said.giverAbout}>
            <Select allowClear showSearch={{ optionFilterProp: "label" }} options={everybody.filter(({ value }) => near.has(value))} />
          </Form.Item>
        )}
        <Form.Item name="taker" label={said.taker} rules={[{ required: true, message: said.missing }]}>
          <Select
            loading={takers.isPending}
            showSearch={{ optionFilterProp: "label" }}
            options={everybody.filter(({ value }) => value !== giver)}
          />
        </Form.Item>
        <Form.Item name="days" label={said.days} rules={[{ required: true, message: said.missing }]}>
          <DatePicker.RangePicker className="full-width" format="YYYY-MM-DD" minDate={dayjs()} />
        </Form.Item>
        <Form.Item name="reason" label={said.reason}>
          <Input maxLength={500} placeholder={said.reasonExample} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
