import { App, Form, InputNumber, Modal, Switch } from "antd";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { useMe } from "../session/session";
import { UnitSelect } from "../session/unit-select";
import { useTexts } from "../texts";

interface Values {
  unit: string;
  sealed: number | null;
  double: number | null;
  month_quota: number | null;
  seed: number | null;
  replace: boolean;
}

/** Which unit to plan, with which shares and, where a plan is to be repeated, which seed; empty = the centre's setting. */
export function PlanDialog({
  day,
  known,
  onClose,
}: {
  day: string;
  known: readonly Read<"PlanShown">[];
  onClose: () => void;
}) {
  const texts = useTexts();
  const { me } = useMe();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const unit = Form.useWatch("unit", form);
  const planned = known.some((plan) => plan.unit === unit);
  const make = useWrite(
    ({ unit: planUnit, sealed, double, month_quota, seed, replace }: Values) =>
      taken(
        api.POST("/api/v1/plans", {
          body: {
            day,
            unit: planUnit,
            // people write per cent
            ...(sealed === null || sealed === undefined ? {} : { sealed: sealed / 100 }),
            ...(double === null || double === undefined ? {} : { double: double / 100 }),
            ...(month_quota === null || month_quota === undefined ? {} : { month_quota }),
            ...(seed === null || seed === undefined ? {} : { seed }),
            replace: replace ?? false,
          },
        }),
      ),
    {
      changes: [["plans"], ["queue"], ["day"]],
      done: (made) => {
        void message.success(texts.day.planReady(made.assignments.length));
        onClose();
      },
    },
  );
  return (
    <Modal
      open
      title={texts.day.planTitle(day)}
      okText={planned ? texts.day.planAgain : texts.day.makePlan}
      confirmLoading={make.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="quiet">{texts.day.planAbout}</p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ unit: me.posts[0]?.unit, replace: false }}
        onFinish={(values) => make.mutate(values)}
      >
        <Form.Item name="unit" label={texts.day.unit} rules={[{ required: true, message: texts.day.unitMissing }]}>
          <UnitSelect />
        </Form.Item>
        <div className="day-form">
          <Form.Item name="sealed" label={texts.day.sealed} tooltip={texts.day.sealedAbout}>
            <InputNumber min={0} max={100} suffix="%" placeholder={texts.day.asSet} />
          </Form.Item>
          <Form.Item name="double" label={texts.day.double} tooltip={texts.day.doubleAbout}>
            <InputNumber min={0} max={100} suffix="%" placeholder={texts.day.asSet} />
          </Form.Item>
          <Form.Item name="month_quota" label={texts.day.quota} tooltip={texts.day.quotaAbout}>
            <InputNumber min={0} max={1000} precision={0} placeholder={texts.day.asSet} />
          </Form.Item>
          <Form.Item name="seed" label={texts.day.seed} tooltip={texts.day.seedAbout}>
            <InputNumber min={0} max={2147483647} precision={0} placeholder={texts.day.drawn} />
          </Form.Item>
        </div>
        {planned && (
          <Form.Item name="replace" label={texts.day.replace} valuePropName="checked" extra={texts.day.replaceAbout}>
            <Switch />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
