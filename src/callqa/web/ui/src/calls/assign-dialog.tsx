import { useQuery } from "@tanstack/react-query";
import { Alert, App, Form, Input, Modal, Progress, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import { Problem } from "../api/problem";
import { Loaded } from "../layout/states";
import { usePeople } from "../session/names";
import { useUnits } from "../session/units";
import { useLanguage, useTexts } from "../texts";

interface Values {
  plan: string;
  reviewer?: string;
  reason: string;
}
const REVIEWERS = new Set(["general_manager", "director", "captain", "leader", "inspector"]);

/** Put the chosen calls into a plan; each is asked for by itself, and what could not be put in says why. */
export function AssignDialog({ calls, onClose }: { calls: readonly string[]; onClose: (left: ReadonlySet<string>) => void }) {
  const texts = useTexts();
  const { language } = useLanguage();
  const { message } = App.useApp();
  const { people } = usePeople();
  const { titleOf } = useUnits();
  const [form] = Form.useForm<Values>();
  const [done, setDone] = useState(0);
  const [refused, setRefused] = useState<ReadonlyMap<string, string>>(new Map());
  const plans = useQuery({
    queryKey: ["plans", "recent"],
    queryFn: () =>
      taken(
        api.GET("/api/v1/plans", {
          params: {
            query: {
              first_day: dayjs().subtract(14, "day").format("YYYY-MM-DD"),
              last_day: dayjs().add(1, "day").format("YYYY-MM-DD"),
            },
          },
        }),
      ),
  });
  const put = useWrite(
    async ({ plan, reviewer, reason }: Values) => {
      const left = new Map<string, string>();
      setDone(0);
      for (const call of calls) {
        try {
          await taken(
            api.POST("/api/v1/plans/{plan}/assignments", {
              params: { path: { plan } },
              body: { call, reason: reason.trim(), ...(reviewer ? { reviewer } : {}) },
            }),
          );
        } catch (error) {
          // one call that cannot be put in must not keep the others out
          if (!(error instanceof Problem) || error.status === 0 || error.status === 401) throw error;
          left.set(call, language === "zh" ? error.body.detail : (texts.problems[error.code] ?? error.body.next_step.en));
        }
        setDone((before) => before + 1);
      }
      return left;
    },
    {
      changes: [["plans"], ["queue"]],
      done: (left) => {
        if (calls.length > left.size) void message.success(texts.calls.assigned(calls.length - left.size));
        if (left.size) setRefused(left);
        else onClose(new Set());
      },
    },
  );
  const reviewers = people.filter(({ active, posts }) => active && posts.some(({ role }) => REVIEWERS.has(role)));
  return (
    <Modal
      open
      title={texts.calls.assignTitle(calls.length)}
      okText={texts.calls.assign}
      confirmLoading={put.isPending}
      okButtonProps={{ disabled: refused.size > 0 || plans.data?.items.length === 0 }}
      onOk={() => form.submit()}
      onCancel={() => onClose(refused.size ? new Set(refused.keys()) : new Set(calls))}
    >
      <Loaded query={plans} rows={3} isEmpty={(page) => page.items.length === 0} empty={texts.calls.noPlans}>
        {(page) => (
          <Form form={form} layout="vertical" initialValues={{ plan: page.items[0]?.id }} onFinish={(values) => put.mutate(values)}>
            <Form.Item name="plan" label={texts.calls.plan} rules={[{ required: true, message: texts.calls.planMissing }]}>
              <Select
                options={page.items.map(({ id, day, unit }) => ({ value: id, label: `${day} · ${titleOf(unit)}` }))}
              />
            </Form.Item>
            <Form.Item name="reviewer" label={texts.calls.reviewer} extra={texts.calls.reviewerAbout}>
              <Select
                allowClear
                showSearch={{ optionFilterProp: "label" }}
                options={reviewers.map(({ id, name }) => ({ value: id, label: name }))}
              />
            </Form.Item>
            <Form.Item name="reason" label={texts.calls.assignReason} rules={[{ required: true, whitespace: true, message: texts.review.reasonMissing }]}>
              <Input.TextArea maxLength={500} rows={2} />
            </Form.Item>
          </Form>
        )}
      </Loaded>
      {put.isPending && <Progress percent={Math.round((done / calls.length) * 100)} aria-label={texts.calls.assign} />}
      {refused.size > 0 && (
        <Alert
          type="warning"
          title={texts.calls.notAssigned(refused.size)}
          description={
            <ul className="faults">
              {[...refused].map(([call, why]) => (
                <li key={call}>
                  {texts.calls.pair(call, why)}
                </li>
              ))}
            </ul>
          }
        />
      )}
    </Modal>
  );
}
