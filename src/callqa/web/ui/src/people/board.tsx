import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { callsLink, type Filters } from "../calls/filters";
import { count, percent, points } from "../layout/format";
import { Loaded } from "../layout/states";
import { useLanguage, useTexts } from "../texts";
import { personLink, type Period } from "./period";
import { Strip } from "./strip";

type Row = Read<"AgentRow">;
type By = "agent" | "unit";

/** 红黑榜: places as ranges, and on the board only who differs from the others beyond chance. */
export function Board({
  period,
  by,
  change,
}: {
  period: Period;
  by: By;
  change: (to: Record<string, string | undefined>) => void;
}) {
  const texts = useTexts();
  const report = useQuery({
    queryKey: ["reports", "agents", period, by],
    queryFn: () => taken(api.GET("/api/v1/reports/agents", { params: { query: { ...period, by } } })),
    placeholderData: (before) => before,
  });
  return (
    <section className="panel" aria-labelledby="people-board">
      <div className="people-head">
        <h2 id="people-board">{texts.people.board}</h2>
        <Segmented<By>
          value={by}
          onChange={(to) => change({ by: to === "agent" ? undefined : to })}
          options={[
            { value: "agent", label: texts.people.byAgent },
            { value: "unit", label: texts.people.byUnit },
          ]}
        />
      </div>
      <Loaded query={report} rows={10} isEmpty={(found) => found.rows.length === 0} empty={texts.people.noCalls}>
        {(found) => (
          <>
            <p className="quiet">{texts.people.boardAbout(found.enough)}</p>
            <Names found={found} />
            <div className="people-scroll" tabIndex={0} role="group" aria-labelledby="people-board">
              <table className="people-table">
                <thead>
                  <tr>
                    <th scope="col">{texts.people.place}</th>
                    <th scope="col">{by === "agent" ? texts.people.agent : texts.people.unit}</th>
                    {by === "agent" && <th scope="col">{texts.people.unit}</th>}
                    <th scope="col" className="people-right">
                      {texts.people.calls}
                    </th>
                    <th scope="col" colSpan={2}>
                      {texts.people.mean}
                    </th>
                    <th scope="col">{texts.people.difference}</th>
                    <th scope="col">{texts.people.fatal}</th>
                    <th scope="col">{texts.people.verdict}</th>
                  </tr>
                </thead>
                <tbody>
                  {found.rows.map((row) => (
                    <BoardRow key={row.id} row={row} by={by} period={period} enough={found.enough} change={change} />
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}

/** The board itself: the names, or plainly that nobody can be named. */
function Names({ found }: { found: Read<"AgentsReport"> }) {
  const texts = useTexts().people;
  const named = (board: Row["placed"]["board"]) => found.rows.filter((row) => row.placed.board === board);
  const good = named("good");
  const poor = named("poor").reverse();
  const list = (rows: readonly Row[]) => (rows.length ? rows.map(({ name }) => name).join(texts.comma) : texts.nobody);
  return (
    <dl className="people-board">
      <div className="people-good">
        <dt>{texts.boards.good}</dt>
        <dd>{list(good)}</dd>
      </div>
      <div className="people-poor">
        <dt>{texts.boards.poor}</dt>
        <dd>{list(poor)}</dd>
      </div>
    </dl>
  );
}

function BoardRow({
  row,
  by,
  period,
  enough,
  change,
}: {
  row: Row;
  by: By;
  period: Period;
  enough: number;
  change: (to: Record<string, string | undefined>) => void;
}) {
  const texts = useTexts();
  const { language } = useLanguage();
  const { figures, placed } = row;
  const { total } = figures;
  const mine: Filters = by === "agent" ? { ...period, agent: row.id } : { ...period, unit: row.id };
  const tone = placed.board === "good" || placed.board === "poor" ? placed.board : "own";
  const interval =
    total.low !== null && total.high !== null ? texts.common.interval(points(total.low), points(total.high)) : texts.people.noInterval;
  return (
    <tr>
      <td className="people-place">
        {placed.best === null
          ? "—"
          : placed.best === placed.worst
            ? placed.best
            : texts.people.range(placed.best, placed.worst ?? placed.best)}
      </td>
      <th scope="row">
        {by === "agent" ? (
          <Link to={personLink(row.id, period)}>{row.name}</Link>
        ) : (
          <button type="button" className="people-into" onClick={() => change({ unit: row.id })}>
            {row.name}
          </button>
        )}
      </th>
      {by === "agent" && <td>{row.unit_title || "—"}</td>}
      <td className="people-right">
        <Link to={callsLink(mine)}>{count(figures.calls, language)}</Link>
      </td>
      <td className="people-right">
        <Link to={callsLink(mine, "lowest")}>{points(round(total.mean))}</Link>
      </td>
      <td>
        <Strip value={total.mean} low={total.low} high={total.high} from={0} to={100} tone={tone} label={interval} />
      </td>
      <td className="people-number">
        {placed.difference === null || placed.board === "too_few" || placed.low === null || placed.high === null
          ? "—"
          : texts.people.differenceOf(signed(placed.difference), signed(placed.low), signed(placed.high))}
      </td>
      <td className="people-number">
        <Link to={callsLink({ ...mine, fatal: true })}>{percent(figures.fatal.rate, language)}</Link>
        {figures.fatal.low !== null && figures.fatal.high !== null && (
          <small>
            {percent(figures.fatal.low, language)} – {percent(figures.fatal.high, language)}
          </small>
        )}
      </td>
      <td>
        <span className={`verdict people-${placed.board}`}>
          {placed.board === "too_few" ? texts.people.tooFew(total.n, enough) : texts.people.verdicts[placed.board]}
        </span>
      </td>
    </tr>
  );
}

function round(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}

/** `+3.2`, `−1.0`; the sign is the news. */
export function signed(value: number): string {
  return `${value >= 0 ? "+" : "−"}${Math.abs(value).toFixed(1)}`;
}
