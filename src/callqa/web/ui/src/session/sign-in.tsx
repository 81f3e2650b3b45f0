import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Input } from "antd";
import { useState, type FormEvent } from "react";

import { api, taken } from "../api/client";
import { useLanguage, useTexts } from "../texts";
import { Field, Refused, useEntrance } from "./entrance";

/** Name and password, or the company's own directory where the centre has set one up. */
export function SignIn({ expired }: { expired: boolean }) {
  const texts = useTexts();
  const { language, setLanguage } = useLanguage();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const { enter, problem, busy } = useEntrance();
  const about = useQuery({
    queryKey: ["about"],
    queryFn: () => taken(api.GET("/api/v1/about")),
    staleTime: Infinity,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (login && password) {
      void enter(() => taken(api.POST("/api/v1/auth/sign-in", { body: { login, password } })));
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
        {problem && <Refused problem={problem} />}
        <form onSubmit={submit} noValidate>
          <Field id="login" label={texts.signIn.login} fault={tried && !login ? texts.signIn.loginMissing : null}>
            <Input
              id="login"
              autoComplete="username"
              autoFocus
              maxLength={128}
              value={login}
              onChange={(event) => setLogin(event.target.value)}
            />
          </Field>
          <Field
            id="password"
            label={texts.signIn.password}
            fault={tried && !password ? texts.signIn.passwordMissing : null}
          >
            <Input.Password
              id="password"
              autoComplete="current-password"
              maxLength={200}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
          <Button type="primary" htmlType="submit" block loading={busy}>
            {texts.signIn.submit}
          </Button>
        </form>
        {about.data?.oidc && (
          <Button block href="/api/v1/auth/oidc/start" className="sign-in-other">
            {texts.signIn.oidc}
          </Button>
        )}
      </div>
    </main>
  );
}
