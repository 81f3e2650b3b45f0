import { Button, Empty, Result, Skeleton } from "antd";
import type { ReactNode } from "react";

import { Problem, problemOf } from "../api/problem";
import { useLanguage, useTexts } from "../texts";

/** What is wrong and what to do, in the reader's language; the request's id helps whoever looks into it. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const texts = useTexts();
  const { language } = useLanguage();
  const { body } = error instanceof Problem ? error : problemOf(null, -1);
  const denied = body.status === 403 || body.code === "missing";
  return (
    <Result
      status={denied ? "403" : body.status === 404 ? "404" : "warning"}
      title={language === "zh" ? body.detail : (texts.problems[body.code] ?? body.next_step.en)}
      subTitle={
        <>
          {body.next_step[language]}
          {body.instance && (
            <span className="failure-id">
              {texts.common.requestId} {body.instance}
            </span>
          )}
        </>
      }
      extra={retry && <Button onClick={retry}>{texts.common.retry}</Button>}
    />
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** A query's loading, failed, empty and full state; the space is held while it loads, so nothing jumps. */
export function Loaded<T>({
  query,
  empty,
  isEmpty,
  rows = 6,
  children,
}: {
  query: Asked<T>;
  /** What to say where there is nothing. */
  empty?: ReactNode;
  isEmpty?: (data: T) => boolean;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) {
    if (isEmpty?.(query.data)) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />;
    return <>{children(query.data)}</>;
  }
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Skeleton active paragraph={{ rows }} />;
}

/** Title, explanation and buttons of a page. */
export function PageHead({ title, about, actions }: { title: ReactNode; about?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="page-head">
      <h1>{title}</h1>
      {about && <p>{about}</p>}
      {actions && <div className="page-actions">{actions}</div>}
    </header>
  );
}
