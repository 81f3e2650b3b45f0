import { useQuery } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Popconfirm, Space, Table, Tag } from "antd";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { dateTime } from "../layout/format";
import { Loaded } from "../layout/states";
import { usePeople } from "../session/names";
import { useTexts } from "../texts";

type ErasureShown = Read<"ErasureShown">;

interface Filled {
  customer: string;
  reason: string;
}

/** One customer's request, tried before it is carried out, and the proofs of all deletions. */
export function Erasures() {
  const texts = useTexts().keeping;
  const { nameOf } = usePeople();
  const { message } = App.useApp();
  const [form] = Form.useForm<Filled>();
  const proofs = useQuery({ queryKey: ["erasures"], queryFn: () => taken(api.GET("/api/v1/erasures")) });
  const erase = useWrite(
    ({ dry_run, ...asked }: Filled & { dry_run: boolean }) =>
      taken(api.POST("/api/v1/erasures", { body: { ...asked, dry_run } })),
    {
      changes: [["erasures"], ["calls"]],
      done: (found, { dry_run }) => {
        if (dry_run) return;
        void message.success(texts.erased(found.calls));
        form.resetFields();
      },
    },
  );
  const tried = erase.variables?.dry_run ? erase.data : undefined;
  return (
    <section>
      <h2>{texts.erase}</h2>
      <p className="quiet">{texts.eraseAbout}</p>
      <Form<Filled>
        form={form}
        layout="inline"
        className="hold-form"
        // what was tried for one number must not be carried out for another
        onValuesChange={() => erase.reset()}
        onFinish={(filled) => erase.mutate({ ...filled, dry_run: true })}
      >
        <Form.Item name="customer" label={texts.number} rules={[{ required: true, pattern: /^[0-9+() -]{5,40}$/, message: texts.numberMissing }]}>
          <Input maxLength={40} autoComplete="off" inputMode="tel" />
        </Form.Item>
        <Form.Item name="reason" label={texts.request} rules={[{ required: true, whitespace: true, message: texts.reasonMissing }]}>
          <Input maxLength={500} />
        </Form.Item>
        <Button htmlType="submit" loading={erase.isPending}>
          {texts.trial}
        </Button>
      </Form>
      {tried && (
        <Alert
          showIcon
          className="form-alert"
          type={tried.calls ? "warning" : "info"}
          title={tried.calls ? texts.would(tried.calls) : texts.wouldNot}
          action={
            tried.calls > 0 && (
              <Popconfirm
                title={texts.eraseSure}
                okButtonProps={{ danger: true }}
                onConfirm={() => erase.mutate({ ...form.getFieldsValue(), dry_run: false })}
              >
                <Button danger size="small">
                  {texts.eraseGo}
                </Button>
              </Popconfirm>
            )
          }
        />
      )}
      <h3>{texts.proofs}</h3>
      <Loaded query={proofs} rows={2} isEmpty={(page) => page.items.length === 0} empty={texts.noProofs}>
        {(page) => (
          <Table<ErasureShown>
            rowKey={(one) => one.id ?? one.subject}
            size="small"
            pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
            dataSource={[...page.items]}
            scroll={{ x: 800 }}
            columns={[
              { title: texts.at, width: 150, render: (_, one) => dateTime(one.at) },
              { title: texts.what, width: 130, render: (_, one) => texts.proofKinds[one.kind] ?? one.kind },
              { title: texts.by, width: 110, render: (_, one) => nameOf(one.asked_by) },
              { title: texts.reason, dataIndex: "reason" },
              { title: texts.calls, width: 80, align: "right", dataIndex: "calls" },
              {
                title: texts.files,
                width: 150,
                align: "right",
                render: (_, one) => (
                  <Space>
                    {one.files}
                    {!one.files_gone && <Tag color="error">{texts.filesLeft}</Tag>}
                  </Space>
                ),
              },
              { title: texts.proof, width: 130, render: (_, one) => <code>{one.subject.slice(0, 12)}</code> },
            ]}
          />
        )}
      </Loaded>
    </section>
  );
}
