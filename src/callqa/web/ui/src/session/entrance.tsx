import { useState, type InputHTMLAttributes, type ReactNode } from "react";

import { Problem, problemOf } from "../api/problem";
import { useLanguage, useTexts } from "../texts";
import { useSession } from "./session";

/** Does what lets somebody in, then looks who that is; keeps the refusal where there is one. */
export function useEntrance() {
  const { entered } = useSession();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const enter = async (open: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    try {
      await open();
      await entered();
    } catch (error) {
      setProblem(error instanceof Problem ? error : problemOf(null, -1));
    } finally {
      setBusy(false);
    }
  };
  return { enter, problem, busy };
}

/** Why the door stayed shut, and what to do. */
export function Refused({ problem }: { problem: Problem }) {
  const texts = useTexts();
  const { language } = useLanguage();
  return (
    <div role="alert" className="notice notice-error">
      <strong>
        {language === "zh" ? problem.body.detail : (texts.problems[problem.code] ?? problem.body.next_step.en)}
      </strong>
      <p>{problem.body.next_step[language]}</p>
    </div>
  );
}

/** A password, hidden until asked for. */
export function Password(given: Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "className">) {
  const texts = useTexts().signIn;
  const [shown, setShown] = useState(false);
  return (
    <span className="password">
      <input {...given} type={shown ? "text" : "password"} className="input" maxLength={200} />
      <button type="button" aria-pressed={shown} aria-label={texts.show} onClick={() => setShown(!shown)}>
        {shown ? texts.hideShort : texts.showShort}
      </button>
    </span>
  );
}

/** A labelled field; the form library of the other pages would double what is loaded first. */
export function Field({
  id,
  label,
  fault,
  children,
}: {
  id: string;
  label: string;
  fault: string | null;
  children: ReactNode;
}) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {fault && (
        <div className="field-fault" role="alert">
          {fault}
        </div>
      )}
    </div>
  );
}
