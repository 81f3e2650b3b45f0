import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Divider, Form, Input } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { Problem, problemOf } from "../api/problem";
import { useLanguage, useTexts } from "../texts";
import { useSession } from "./session";

/** Name and password, or the company's own directory where the centre has set one up. */
export function SignIn({ expired }: { expired: boolean }) {
  const texts = useTexts();
  const { language, setLanguage } = useLanguage();
  const { entered } = useSession();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const about = useQuery({
    queryKey: ["about"],
    queryFn: () => taken(api.GET("/api/v1/about")),
    staleTime: Infinity,
  });
  const submit = async (values: { login: string; password: string }) => {
    setBusy(true);
    setProblem(null);
    try {
      await taken(api.POST("/api/v1/auth/sign-in", { body: values }));
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
          <h1>{texts.signIn.title}</h1>
          <div className="page-actions">
            <Button type="link" onClick={() => setLanguage(language === "zh" ? "en" : "zh")}>
              {texts.shell.language}
            </Button>
          </div>
        </div>
        {expired && !problem && <Alert type="info" showIcon title={texts.signIn.expired} className="form-alert" />}
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
        <Form layout="vertical" onFinish={submit} requiredMark={false}>
          <Form.Item
            name="login"
            label={texts.signIn.login}
            rules={[{ required: true, message: texts.signIn.loginMissing }]}
          >
            <Input autoComplete="username" autoFocus maxLength={128} />
          </Form.Item>
          <Form.Item
            name="password"
            label={texts.signIn.password}
            rules={[{ required: true, message: texts.signIn.passwordMissing }]}
          >
            <Input.Password autoComplete="current-password" maxLength={256} />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={busy}>
            {texts.signIn.submit}
          </Button>
        </Form>
        {about.data?.oidc && (
          <>
            <Divider />
            <Button block href="/api/v1/auth/oidc/start">
              {texts.signIn.oidc}
            </Button>
          </>
        )}
      </div>
    </main>
  );
}
