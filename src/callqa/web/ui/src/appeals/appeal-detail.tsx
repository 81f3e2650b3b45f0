import { useQuery } from "@tanstack/react-query";
import { Tag } from "antd";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { placesOf, spanOf, type Place } from "../calls/call-view";
import { points } from "../layout/format";
import { Failure, Loaded } from "../layout/states";
import { Clip } from "../player/clip";
import { sayingOf } from "../review/evidence";
import { usePeople } from "../session/names";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { AppealHistory } from "./appeal-history";
import { STAGE_COLOURS, standingOf, type AppealShown } from "./appeals";
import { OwnActions } from "./own-actions";
import { RulingForm } from "./ruling-form";
import { SameError } from "./same-error";

/** An appeal: the line, what it rests on with the sound, what was said so far, and the decision. */
export function AppealDetail({ call, id }: { call: string; id: string }) {
  const texts = useTexts();
  const { nameOf } = usePeople();
  const { can } = useMe();
  const path = { call };
  const asked = useQuery({
    queryKey: ["appeals", "one", call, id],
    queryFn: async () => {
      const [appeals, review, findings] = await Promise.all([
        taken(api.GET("/api/v1/calls/{call}/appeals", { params: { path } })),
        taken(api.GET("/api/v1/calls/{call}/review", { params: { path } })),
        taken(api.GET("/api/v1/calls/{call}/findings", { params: { path } })),
      ]);
      const appeal = appeals.items.find((one) => one.id === id) ?? null;
      const places = placesOf(review.effective.lines, findings.findings);
      return { appeal, place: places.find((one) => one.line.line.item === appeal?.item) ?? null };
    },
  });
  return (
    <Loaded query={asked} rows={10}>
      {({ appeal, place }) => {
        if (!appeal) return <Failure error={null} />;
        const filed = appeal.history.find((event) => event.kind === "appeal");
        const upheld = appeal.stage === "upheld" || appeal.stage === "partly";
        return (
          <div className="appeal">
            <header className="appeal-head">
              <h2>{appeal.title}</h2>
              <Tag color={STAGE_COLOURS[appeal.stage]}>{texts.appeals.stage[appeal.stage]}</Tag>
              {appeal.overdue && <Tag color="error">{texts.appeals.overdue}</Tag>}
            </header>
            <p className="quiet">
              {nameOf(appeal.agent)} · <Link to={`/calls/${encodeURIComponent(call)}`}>{texts.appeals.wholeCall} {call}</Link> ·{" "}
              {standingOf(appeal, texts)}
            </p>
            <Marks appeal={appeal} />
            <h3>{texts.appeals.reason}</h3>
            <blockquote className="appeal-reason">{appeal.reason}</blockquote>
            {filed?.kind === "appeal" && (filed.quote || filed.span) && (
              <p className="appeal-pointed">
                {filed.quote && (
                  <>
                    {texts.appeals.pointedTo}{texts.marks.colon}<q>{filed.quote}</q>{" "}
                  </>
                )}
                {filed.span && <Clip call={call} span={filed.span} />}
              </p>
            )}
            <h3>{texts.appeals.basis}</h3>
            <Basis call={call} place={place} />
            {appeal.stage === "open" &&
              (appeal.may_rule ? (
                <RulingForm appeal={appeal} />
              ) : (
                <p className="quiet">{texts.appeals.notYours(texts.appealLevel[appeal.level])}</p>
              ))}
            <OwnActions appeal={appeal} />
            {upheld && can("appeal.apply") && <SameError appeal={appeal} />}
            <h3>{texts.appeals.history}</h3>
            <AppealHistory appeal={appeal} />
          </div>
        );
      }}
    </Loaded>
  );
}

function Marks({ appeal }: { appeal: AppealShown }) {
  const texts = useTexts().appeals;
  return (
    <dl className="scores">
      {(
        [
          [texts.machine, appeal.machine_points],
          [texts.now, appeal.points],
          [texts.full, appeal.max_points],
        ] as const
      ).map(([name, value]) => (
        <div key={name} className={name === texts.now ? "score score-main" : "score"}>
          <dt>{name}</dt>
          <dd>
            <strong>{points(value)}</strong>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Why the machine gave these points: findings with words or the stretch that was searched. */
function Basis({ call, place }: { call: string; place: Place | null }) {
  const texts = useTexts();
  if (!place) return <p className="quiet">{texts.appeals.noBasis}</p>;
  const { machine } = place.line;
  return (
    <>
      {machine.reason && <p>{texts.told(machine.reason)}</p>}
      {place.findings.map((finding) => (
        <div key={`${finding.subject}:${finding.id}`} className="finding">
          <div className="finding-head">
            <span className={`verdict verdict-${finding.verdict}`}>
              {finding.subject === "rule" ? texts.ruleVerdict[finding.verdict] : texts.verdict[finding.verdict]}
            </span>
            <span className="finding-title">{finding.title}</span>
          </div>
          {finding.explanation.detail && <p className="finding-why">{texts.told(finding.explanation.detail)}</p>}
          {finding.evidence.map((evidence, number) => {
            const span = spanOf(evidence);
            return (
              <div key={number} className="basis-piece">
                <p>{sayingOf(evidence, texts)}</p>
                {span && <Clip call={call} span={span} />}
              </div>
            );
          })}
        </div>
      ))}
      {place.findings.length === 0 && !machine.reason && <p className="quiet">{texts.appeals.noBasis}</p>}
    </>
  );
}
