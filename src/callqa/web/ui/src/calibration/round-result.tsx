import { Collapse, Table, Tooltip } from "antd";

import type { Read } from "../api/read";
import { percent, points } from "../layout/format";
import { useLanguage, useTexts } from "../texts";
import { useRaters } from "./raters";

type Result = NonNullable<Read<"RoundShown">["result"]>;
type Accuracy = Result["accuracy"][number];
type ItemAgreement = Result["items"][number];
type Answer = Read<"Answer">;
type Line = Read<"BlindLine">;

const LOWEST = 3;

/** Everybody against the expert, the items they agree on least, and all answers call by call. */
export function RoundResult({
  round,
  answers,
  forms,
  result,
  nameOf,
}: {
  round: Read<"CalibrationRound">;
  answers: readonly Answer[];
  forms: Readonly<Record<string, readonly Line[]>>;
  result: Result;
  nameOf: (id: string) => string;
}) {
  const texts = useTexts().calibration;
  const { language } = useLanguage();
  const raterOf = useRaters(nameOf);
  const titles = new Map(Object.values(forms).flatMap((lines) => lines.map(({ item, title }) => [item, title] as const)));
  return (
    <>
      <h3>{texts.result}</h3>
      <Table<Accuracy>
        rowKey="rater"
        size="small"
        pagination={false}
        dataSource={[...result.accuracy]}
        columns={[
          { title: texts.rater, render: (_, one) => raterOf(one.rater) },
          { title: texts.cases, align: "right", dataIndex: "cases" },
          { title: texts.same, align: "right", render: (_, one) => percent(one.same, language, 0) },
          {
            title: <Tooltip title={texts.offAbout}>{texts.off}</Tooltip>,
            align: "right",
            render: (_, one) => signed(one.off),
          },
          { title: texts.far, align: "right", render: (_, one) => points(one.far) },
        ]}
      />
      <h3>
        <Tooltip title={texts.alphaAbout}>{texts.items}</Tooltip>
      </h3>
      <ItemTable items={result.items} titleOf={(item) => titles.get(item) ?? item} nameOf={nameOf} />
      <Collapse
        className="round-answers"
        destroyOnHidden
        items={round.calls.map((call) => ({
          key: call,
          label: texts.answersOf(call),
          children: (
            <Answers
              call={call}
              lines={forms[call] ?? []}
              raters={[round.expert, ...round.raters.filter((one) => one !== round.expert)]}
              expert={round.expert}
              answers={answers}
              raterOf={raterOf}
            />
          ),
        }))}
      />
    </>
  );
}

/** Agreement per item, the least first. */
export function ItemTable({
  items,
  titleOf,
  nameOf,
}: {
  items: readonly ItemAgreement[];
  titleOf: (item: string) => string;
  /** Where names came with what is shown. */
  nameOf?: (id: string) => string;
}) {
  const { calibration: texts, marks } = useTexts();
  const raterOf = useRaters(nameOf);
  return (
    <Table<ItemAgreement>
      rowKey="item"
      size="small"
      pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
      dataSource={[...items]}
      scroll={{ x: 560 }}
      columns={[
        { title: texts.item, width: 180, render: (_, one) => titleOf(one.item) },
        { title: texts.cases, align: "right", dataIndex: "cases", width: 100 },
        { title: texts.ratersCount, align: "right", dataIndex: "raters", width: 80 },
        {
          title: <Tooltip title={texts.alphaAbout}>{texts.alpha}</Tooltip>,
          align: "right",
          width: 80,
          render: (_, one) => ratio(one.alpha),
        },
        {
          title: texts.pairs,
          // the pairs that differ most; all of them would drown the line
          render: (_, one) =>
            one.pairs
              .filter(({ kappa }) => kappa !== null)
              .sort((a, b) => (a.kappa ?? 0) - (b.kappa ?? 0))
              .slice(0, LOWEST)
              .map(({ raters, kappa }) => `${raters.map(raterOf).join(" – ")} ${ratio(kappa)}`)
              .join(marks.clauses) || texts.none,
        },
      ]}
    />
  );
}

function Answers({
  call,
  lines,
  raters,
  expert,
  answers,
  raterOf,
}: {
  call: string;
  lines: readonly Line[];
  raters: readonly string[];
  expert: string;
  answers: readonly Answer[];
  raterOf: (rater: string) => string;
}) {
  const { calibration: texts, marks } = useTexts();
  const given = new Map(answers.filter((one) => one.call_id === call).map((one) => [`${one.rater} ${one.item}`, one.points]));
  return (
    <Table<Line>
      rowKey="item"
      size="small"
      pagination={false}
      dataSource={[...lines]}
      scroll={{ x: 200 + raters.length * 90 }}
      columns={[
        { title: texts.item, render: (_, line) => line.title + marks.aside(points(line.max_points)) },
        ...raters.map((rater) => ({
          title: rater === expert ? `${raterOf(rater)} · ${texts.expertTag}` : raterOf(rater),
          align: "right" as const,
          render: (_: unknown, line: Line) => {
            const value = given.get(`${rater} ${line.item}`);
            const right = given.get(`${expert} ${line.item}`);
            const differs = rater !== expert && value !== undefined && value !== right;
            return <span className={differs ? "differs" : undefined}>{points(value)}</span>;
          },
        })),
      ]}
    />
  );
}

/** `0.67`; a dash where chance cannot be told. */
export function ratio(value: number | null): string {
  return value === null ? "—" : value.toFixed(2);
}

/** `+3.2`, `-1`. */
export function signed(value: number | null): string {
  return value === null ? "—" : `${value > 0 ? "+" : ""}${points(value)}`;
}
