import type { Read } from "../api/read";
import { useTexts } from "../texts";
import type { Goal } from "./goals";
import { useGoalWords } from "./goals";

type Change = Read<"Change">;

const WIDTH = 320;
const EDGE = 24;

/** What the calls showed: means, difference, interval and verdict in words, and where zero lies. */
export function ChangeShown({ goal, change }: { goal: Goal; change: Change }) {
  const texts = useTexts().coaching;
  const { valueWords } = useGoalWords();
  const measured = change.mean_before !== null && change.mean_after !== null;
  return (
    <div className={`change change-${change.verdict}`}>
      <p className="change-verdict">{texts.verdict[change.verdict]}</p>
      <p>
        {measured
          ? texts.means(
              change.before,
              valueWords(goal, change.mean_before),
              change.after,
              valueWords(goal, change.mean_after),
            )
          : texts.counted(change.before, change.after)}
      </p>
      {change.difference !== null && change.low !== null && change.high !== null && (
        <>
          <p>
            {texts.difference(
              valueWords(goal, change.difference, true),
              valueWords(goal, change.low, true),
              valueWords(goal, change.high, true),
            )}
          </p>
          <Interval value={change.difference} low={change.low} high={change.high} />
        </>
      )}
    </div>
  );
}

function Interval({ value, low, high }: { value: number; low: number; high: number }) {
  const texts = useTexts().coaching;
  // zero in the middle, so that the side of the dot tells the direction
  const reach = Math.max(Math.abs(low), Math.abs(high), Math.abs(value)) || 1;
  const x = (at: number) => EDGE + ((at / reach + 1) / 2) * (WIDTH - 2 * EDGE);
  return (
    <svg viewBox={`0 0 ${WIDTH} 56`} className="change-picture" role="img" aria-label={texts.picture}>
      <line x1={EDGE} y1={24} x2={WIDTH - EDGE} y2={24} className="change-axis" />
      <line x1={x(0)} y1={6} x2={x(0)} y2={40} className="change-zero" />
      <line x1={x(low)} y1={24} x2={x(high)} y2={24} className="change-interval" />
      <line x1={x(low)} y1={17} x2={x(low)} y2={31} className="change-end" />
      <line x1={x(high)} y1={17} x2={x(high)} y2={31} className="change-end" />
      <circle cx={x(value)} cy={24} r={6} className="change-dot" />
      <text x={x(0)} y={53} textAnchor="middle" className="change-label">
        {texts.noChange}
      </text>
    </svg>
  );
}
