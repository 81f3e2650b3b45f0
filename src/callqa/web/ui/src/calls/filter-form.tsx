import { useQuery } from "@tanstack/react-query";
import { Button, Form, InputNumber, Select, Space } from "antd";

import { api, taken } from "../api/client";
import { usePeople } from "../session/names";
import { UnitSelect } from "../session/unit-select";
import { useTexts } from "../texts";
import { labelOf } from "./call-view";
import type { Filters } from "./filters";
import { useNames } from "./names";

type Values = Omit<Filters, "first_day" | "last_day" | "text">;

/** Every filter beside words and days. */
export function FilterForm({ filters, onChange }: { filters: Filters; onChange: (changed: Filters) => void }) {
  const texts = useTexts();
  const titles = texts.calls.filters;
  const [form] = Form.useForm<Values>();
  const { people } = usePeople();
  const hits = useHits();
  const { names } = useNames();
  const values = useQuery({
    queryKey: ["calls", "values"],
    queryFn: () => taken(api.GET("/api/v1/calls/values")),
    staleTime: 5 * 60_000,
  });
  const options = (found: readonly string[] | undefined) => (found ?? []).map((value) => ({ value, label: value }));
  const flag = (name: "fatal" | "needs_human" | "ordered") => [
    { value: true, label: texts.calls.flags[name].yes },
    { value: false, label: texts.calls.flags[name].no },
  ];
  const agents = people.filter(({ posts }) => posts.some(({ role }) => role === "agent"));
  return (
    <Form
      form={form}
      layout="vertical"
      className="calls-form"
      initialValues={filters}
      onFinish={(values) => {
        // what the form shows replaces what stood; an emptied field takes its filter away
        const given: Record<string, unknown> = { ...values };
        for (const [name, value] of Object.entries(given)) {
          if (value === null || value === "" || (Array.isArray(value) && !value.length)) given[name] = undefined;
          else if (typeof value === "string") given[name] = value.trim();
        }
        onChange(given as Filters);
      }}
    >
      <div className="calls-form-fields">
        <Form.Item name="unit" label={titles.unit}>
          <UnitSelect allowClear />
        </Form.Item>
        <Form.Item name="agent" label={titles.agent}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            options={agents.map(({ id, name }) => ({ value: id, label: `${name} ${id}` }))}
          />
        </Form.Item>
        <Form.Item name="product" label={titles.product}>
          <Select allowClear showSearch options={options(values.data?.product)} />
        </Form.Item>
        <Form.Item name="campaign" label={titles.campaign}>
          <Select allowClear showSearch options={options(values.data?.campaign)} />
        </Form.Item>
        <Form.Item name="region" label={titles.region}>
          <Select allowClear showSearch options={options(values.data?.region)} />
        </Form.Item>
        <Form.Item name="grade" label={titles.grade}>
          <Select allowClear options={(names?.grades ?? []).map(({ id, title }) => ({ value: id, label: title }))} />
        </Form.Item>
        <Form.Item label={titles.score} htmlFor="score_min">
          <Space.Compact>
            <Form.Item name="score_min" noStyle>
              <InputNumber min={0} max={100} placeholder={texts.calls.from} aria-label={`${titles.score} ${texts.calls.from}`} />
            </Form.Item>
            <Form.Item name="score_max" noStyle>
              <InputNumber min={0} max={100} placeholder={texts.calls.to} aria-label={`${titles.score} ${texts.calls.to}`} />
            </Form.Item>
          </Space.Compact>
        </Form.Item>
        <Form.Item name="review_state" label={titles.review_state}>
          <Select
            allowClear
            options={Object.entries(texts.reviewState).map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        <Form.Item name="fatal" label={titles.fatal}>
          <Select allowClear options={flag("fatal")} />
        </Form.Item>
        <Form.Item name="needs_human" label={titles.needs_human}>
          <Select allowClear options={flag("needs_human")} />
        </Form.Item>
        <Form.Item name="ordered" label={titles.ordered}>
          <Select allowClear options={flag("ordered")} />
        </Form.Item>
      </div>
      <Form.Item name="hit" label={titles.hit}>
        <Select mode="multiple" allowClear maxCount={10} showSearch={{ optionFilterProp: "label" }} options={hits} />
      </Form.Item>
      <Space>
        <Button type="primary" htmlType="submit">
          {texts.calls.apply}
        </Button>
        <Button onClick={() => form.setFieldsValue(EMPTY)}>{texts.common.reset}</Button>
      </Space>
    </Form>
  );
}

const EMPTY = {
  unit: undefined,
  agent: undefined,
  product: undefined,
  campaign: undefined,
  region: undefined,
  grade: undefined,
  score_min: undefined,
  score_max: undefined,
  review_state: undefined,
  fatal: undefined,
  needs_human: undefined,
  ordered: undefined,
  hit: [],
};

/** What can occur in a call: rules broken, steps left out, techniques, reactions. */
function useHits() {
  const texts = useTexts();
  const { names, hitTitle } = useNames();
  const of = (kind: keyof typeof texts.calls.hitKinds, options: { value: string; label: string }[]) => ({
    label: texts.calls.hitKinds[kind],
    options,
  });
  const titled = (hit: string) => ({ value: hit, label: hitTitle(hit) });
  return [
    of("rule", (names?.rules ?? []).flatMap(({ id }) => [titled(`rule:${id}:broken`), titled(`rule:${id}:unsure`)])),
    of(
      "step",
      (names?.steps ?? []).flatMap(({ id }) => [
        titled(`step:${id}:broken`),
        titled(`step:${id}:met`),
        titled(`step:${id}:unsure`),
      ]),
    ),
    of(
      "technique",
      (names?.techniques ?? []).map(({ id }) => ({ value: `technique:${id}`, label: labelOf(id, texts, names?.techniques) })),
    ),
    of(
      "reaction",
      Object.entries(texts.reaction).map(([id, label]) => ({ value: `reaction:${id}`, label })),
    ),
  ];
}
