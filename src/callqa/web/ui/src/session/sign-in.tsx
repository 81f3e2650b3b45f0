import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { api, taken } from "../api/client";
import { Press } from "../layout/press";
import { useLanguage, useTexts } from "../texts";
import { Field, Password, Refused, useEntrance } from "./entrance";
import { aboutQuery } from "./me";

/** Name and password, or the company's own directory where the centre has set one up. */
export function SignIn({ expired }: { expired: boolean }) {
  const texts = useTexts();
  const { language, setLanguage } = useLanguage();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const { enter, problem, busy } = useEntrance();
  const about = useQuery(aboutQuery);
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
            <Press look="bare" onClick={() => setLanguage(language === "zh" ? "en" : "zh")}>
              {texts.shell.language}
            </Press>
          </div>
        </div>
        {expired && !problem && (
          <p role="status" className="notice">
            {texts.signIn.expired}
          </p>
        )}
        {problem && <Refused problem={problem} />}
        <form onSubmit={submit} noValidate>
          <Field id="login" label={texts.signIn.login} fault={tried && !login ? texts.signIn.loginMissing : null}>
            <input
              id="login"
              className="input"
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
            <Password
              id="password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
          <Press look="main" type="submit" className="press-wide" busy={busy}>
            {texts.signIn.submit}
          </Press>
        </form>
        {about.data?.oidc && (
          <a href="/api/v1/auth/oidc/start" className="press press-plain press-wide sign-in-other">
            {texts.signIn.oidc}
          </a>
        )}
      </div>
    </main>
  );
}
