import { useState, type FormEvent } from "react";

import { api, taken } from "../api/client";
import { Press } from "../layout/press";
import { useTexts } from "../texts";
import { Field, Password, Refused, useEntrance } from "./entrance";

const SHORTEST = 10;

/** A one-time password opens nothing but this. */
export function ChangePassword() {
  const texts = useTexts();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const { enter, problem, busy } = useEntrance();
  const tooShort = fresh.length < SHORTEST;
  const different = fresh !== again;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (old && !tooShort && !different) {
      void enter(() => taken(api.POST("/api/v1/auth/password", { body: { old, new: fresh } })));
    }
  };
  return (
    <main className="sign-in">
      <div className="panel sign-in-card">
        <div className="page-head">
          <h1>{texts.signIn.changeTitle}</h1>
          <p>{texts.signIn.changeAbout}</p>
        </div>
        {problem && <Refused problem={problem} />}
        <form onSubmit={submit} noValidate>
          <Field id="old" label={texts.signIn.oldPassword} fault={tried && !old ? texts.signIn.passwordMissing : null}>
            <Password
              id="old"
              autoComplete="current-password"
              value={old}
              onChange={(event) => setOld(event.target.value)}
            />
          </Field>
          <Field id="fresh" label={texts.signIn.newPassword} fault={tried && tooShort ? texts.signIn.tooShort : null}>
            <Password
              id="fresh"
              autoComplete="new-password"
              value={fresh}
              onChange={(event) => setFresh(event.target.value)}
            />
          </Field>
          <Field id="again" label={texts.signIn.again} fault={tried && different ? texts.signIn.different : null}>
            <Password
              id="again"
              autoComplete="new-password"
              value={again}
              onChange={(event) => setAgain(event.target.value)}
            />
          </Field>
          <Press look="main" type="submit" className="press-wide" busy={busy}>
            {texts.signIn.change}
          </Press>
        </form>
      </div>
    </main>
  );
}
