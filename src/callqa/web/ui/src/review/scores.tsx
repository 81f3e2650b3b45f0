import { points } from "../layout/format";
import { useTexts } from "../texts";
import type { ReviewShown } from "./use-review";

/** Original, machine's and effective total, always side by side. */
export function Scores({ review }: { review: ReviewShown }) {
  const texts = useTexts();
  const { original, machine, effective } = review;
  return (
    <dl className="scores">
      <Score name={texts.review.original} total={original.total} grade={original.grade_title} />
      <Score name={texts.review.machine} total={machine.total} grade={machine.grade_title} />
      <Score name={texts.review.effective} total={effective.total} grade={effective.grade_title} main />
      <div className="scores-state">
        <dt>{texts.review.state}</dt>
        <dd>
          <span className="line-mark">{texts.reviewState[review.state]}</span>
          {effective.fatal.length > 0 && <span className="line-mark verdict-broken">{texts.review.fatal}</span>}
          {effective.needs_human > 0 && (
            <span className="line-mark verdict-unsure">{texts.review.waiting(effective.needs_human)}</span>
          )}
          {effective.action && <span className="scores-action">{effective.action}</span>}
        </dd>
      </div>
    </dl>
  );
}

function Score({ name, total, grade, main }: { name: string; total: number | null; grade: string; main?: boolean }) {
  return (
    <div className={main ? "score score-main" : "score"}>
      <dt>{name}</dt>
      <dd>
        <strong>{points(total)}</strong> <span>{grade}</span>
      </dd>
    </div>
  );
}
