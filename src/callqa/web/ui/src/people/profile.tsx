import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { labelOf } from "../calls/call-view";
import { callsLink, type Filters } from "../calls/filters";
import { percent } from "../layout/format";
import { Loaded } from "../layout/states";
import { useLanguage, useTexts } from "../texts";
import type { Period } from "./period";
import { Strip } from "./strip";

type Compared = Read<"Compared">;

/** Techniques by family, beside the others': a difference is told only where the intervals part. */
export function Profile({ period, agent }: { period: Period; agent?: string }) {
  const texts = useTexts();
  const query = { ...period, ...(agent ? { agent } : {}) };
  const report = useQuery({
    queryKey: ["reports", "techniques", query],
    queryFn: () => taken(api.GET("/api/v1/reports/techniques", { params: { query } })),
    placeholderData: (before) => before,
  });
  const alone = report.data?.others_calls === 0;
  return (
    <section className="panel" aria-labelledby="people-profile">
      <div className="people-head">
        <h2 id="people-profile">{texts.people.profile}</h2>
      </div>
      <Loaded query={report} rows={10} isEmpty={(found) => found.own_calls === 0} empty={texts.people.noCalls}>
        {(found) => (
          <>
            <p className="quiet">
              {texts.people.profileAbout(
                found.own_calls,
                alone ? null : agent ? texts.people.othersOf(found.unit_title) : texts.people.restOfCentre,
                found.others_calls,
              )}
            </p>
            <div className="profile">
              {found.families.map((family) => (
                <section key={family.id} aria-label={texts.people.families[family.id as keyof typeof texts.people.families] ?? family.id}>
                  <ProfileRow one={family} family base={query} alone={alone} />
                  {family.labels.map((label) => (
                    <ProfileRow key={label.id} one={label} base={query} alone={alone} />
                  ))}
                </section>
              ))}
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}

function ProfileRow({ one, family = false, base, alone }: { one: Compared; family?: boolean; base: Filters; alone: boolean }) {
  const texts = useTexts();
  const { language } = useLanguage();
  const title = family
    ? (texts.people.families[one.id as keyof typeof texts.people.families] ?? one.title)
    : labelOf(one.id, texts, [one]);
  const interval = (share: Read<"ShareShown">) =>
    share.low === null || share.high === null
      ? texts.people.noInterval
      : texts.common.interval(percent(share.low, language, 0), percent(share.high, language, 0));
  const own = percent(one.own.rate, language, 0);
  return (
    <div className={family ? "profile-row profile-family" : "profile-row"}>
      <span className="profile-title">{title}</span>
      <span className="profile-strips">
        <Strip
          value={one.own.rate}
          low={one.own.low}
          high={one.own.high}
          tone={one.differs ? ((one.own.rate ?? 0) > (one.others.rate ?? 0) ? "good" : "poor") : "own"}
          label={`${texts.people.own} ${interval(one.own)}`}
        />
        {!alone && (
          <Strip
            value={one.others.rate}
            low={one.others.low}
            high={one.others.high}
            tone="others"
            label={`${texts.people.others} ${interval(one.others)}`}
          />
        )}
      </span>
      <span className="profile-number">
        {family ? own : <Link to={callsLink({ ...base, hit: [`technique:${one.id}`] })}>{own}</Link>}
        {!alone && <small>{texts.people.beside(percent(one.others.rate, language, 0))}</small>}
      </span>
      <span className="profile-differs">
        {one.differs && !alone ? ((one.own.rate ?? 0) > (one.others.rate ?? 0) ? texts.people.more : texts.people.less) : ""}
      </span>
    </div>
  );
}
