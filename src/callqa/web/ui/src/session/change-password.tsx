import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { Problem, problemOf } from "../api/problem";
import { useLanguage, useTexts } from "../texts";
import { useSession } from "./session";

interface Passwords {
  old: string;
  fresh: string;
  again: string;
}

/** A one-time password opens nothing but this. */
export function ChangePassword() {
  const texts = useTexts();
  const { language } = useLanguage();
  const { entered } = useSession();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async ({ old, fresh }: Passwords) => {
    setBusy(true);
    setProblem(null);
    try {
      await taken(api.POST("/api/v1/auth/password", { body: { old, new: fresh } }));
      await entered();
    } catch (error) {
      setProblem(error instanceof Problem ? error : problemOf(null, -1));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="sign-in">
      <div className="panel sign-in-card">
        <div className="page-head">
          <h1>{texts.signIn.changeTitle}</h1>
          <p>{texts.signIn.changeAbout}</p>
        </div>
        {problem && (
          <Alert
            type="error"
            showIcon
            role="alert"
            className="form-alert"
            title={language === "zh" ? problem.body.detail : (texts.problems[problem.code] ?? problem.body.next_step.en)}
            description={problem.body.next_step[language]}
          />
        )}
        <Form<Passwords> layout="vertical" onFinish={submit} requiredMark={false}>
          <Form.Item name="old" label={texts.signIn.oldPassword} rules={[{ required: true, message: texts.signIn.passwordMissing }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Form.Item
            name="fresh"
            label={texts.signIn.newPassword}
            rules={[{ required: true, min: 10, message: texts.signIn.tooShort }]}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="again"
            label={texts.signIn.again}
            dependencies={["fresh"]}
            rules={[
              { required: true, message: texts.signIn.different },
              ({ getFieldValue }) => ({
                validator: (_rule, value) =>
                  value === getFieldValue("fresh")
                    ? Promise.resolve()
                    : Promise.reject(new Error(texts.signIn.different)),
              }),
            ]}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={busy}>
            {texts.signIn.change}
          </Button>
        </Form>
      </div>
    </main>
  );
}
