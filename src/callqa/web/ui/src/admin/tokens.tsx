import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input, InputNumber, Modal, Popconfirm, Select, Table, Tag, Typography } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { dateTime } from "../layout/format";
import { Loaded } from "../layout/states";
import { useMe } from "../session/session";
import { useTexts } from "../texts";

type TokenShown = Read<"TokenShown">;
type NewToken = Read<"NewToken">;

/** Tokens for programs: shown once, with only the rights chosen, until they run out or are revoked. */
export function Tokens() {
  const texts = useTexts();
  const { modal } = App.useApp();
  const [making, setMaking] = useState(false);
  const tokens = useQuery({ queryKey: ["tokens"], queryFn: () => taken(api.GET("/api/v1/tokens")) });
  const revoke = useWrite(
    (token: string) => taken(api.DELETE("/api/v1/tokens/{token}", { params: { path: { token } } })),
    { changes: [["tokens"]] },
  );
  return (
    <>
      <div className="toolbar">
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
          {texts.admin.newToken}
        </Button>
      </div>
      <Loaded query={tokens} isEmpty={(page) => page.items.length === 0} empty={texts.admin.noTokens}>
        {(page) => (
          <Table<TokenShown>
            rowKey="id"
            size="middle"
            dataSource={[...page.items]}
            pagination={false}
            scroll={{ x: 800 }}
            columns={[
              { title: texts.admin.tokenTitle, dataIndex: "title" },
              { title: texts.admin.person, dataIndex: "person" },
              {
                title: texts.admin.scopes,
                render: (_, token) => token.scopes.map((scope) => <Tag key={scope}>{scope}</Tag>),
              },
              { title: texts.admin.expires, render: (_, token) => dateTime(token.expires_at) },
              { title: texts.admin.lastUsed, render: (_, token) => dateTime(token.used_at) },
              {
                title: "",
                render: (_, token) =>
                  token.revoked_at ? (
                    <Tag>{texts.admin.revoked}</Tag>
                  ) : (
                    <Popconfirm title={texts.admin.revokeSure} onConfirm={() => revoke.mutate(token.id)}>
                      <Button type="link" danger>
                        {texts.admin.revoke}
                      </Button>
                    </Popconfirm>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {making && (
        <NewTokenDialog
          onClose={() => setMaking(false)}
          onMade={(secret) => {
            setMaking(false);
            modal.success({
              title: texts.admin.tokenMade,
              content: (
                <>
                  <p>{texts.admin.tokenOnce}</p>
                  <Typography.Paragraph code copyable className="secret">
                    {secret}
                  </Typography.Paragraph>
                </>
              ),
            });
          }}
        />
      )}
    </>
  );
}

function NewTokenDialog({ onClose, onMade }: { onClose: () => void; onMade: (secret: string) => void }) {
  const texts = useTexts();
  const { me } = useMe();
  const [form] = Form.useForm<NewToken>();
  const make = useWrite((body: NewToken) => taken(api.POST("/api/v1/tokens", { body })), {
    changes: [["tokens"]],
    done: (made) => onMade(made.secret),
  });
  return (
    <Modal
      open
      title={texts.admin.newToken}
      onCancel={onClose}
      onOk={() => form.submit()}
      okText={texts.admin.makeToken}
      confirmLoading={make.isPending}
    >
      <Form form={form} layout="vertical" initialValues={{ days: 90 }} onFinish={(values) => make.mutate(values)}>
        <Form.Item name="title" label={texts.admin.tokenTitle} rules={[{ required: true }]}>
          <Input maxLength={100} placeholder={texts.admin.tokenExample} />
        </Form.Item>
        <Form.Item name="scopes" label={texts.admin.scopes} rules={[{ required: true }]}>
          <Select
            mode="multiple"
            options={Object.keys(me.rights)
              .sort()
              .map((right) => ({ value: right, label: right }))}
          />
        </Form.Item>
        <Form.Item name="days" label={texts.admin.days} rules={[{ required: true }]}>
          <InputNumber min={1} max={365} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
