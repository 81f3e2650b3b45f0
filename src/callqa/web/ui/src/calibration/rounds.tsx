import { useQuery } from "@tanstack/react-query";
import { Empty, Tag } from "antd";
import { useSearchParams } from "react-router";

import { api, taken } from "../api/client";
import { dateTime } from "../layout/format";
import { Loaded } from "../layout/states";
import { usePeople } from "../session/names";
import { useTexts } from "../texts";
import { RoundView } from "./round-view";

/** Rounds one is named in or organises, newest first; the chosen one beside them. */
export function Rounds() {
  const texts = useTexts();
  const { nameOf } = usePeople();
  const [search, setSearch] = useSearchParams();
  const chosen = search.get("round");
  const rounds = useQuery({
    queryKey: ["calibrations", "list"],
    queryFn: () => taken(api.GET("/api/v1/calibrations")),
  });
  return (
    <Loaded query={rounds} isEmpty={(page) => page.items.length === 0} empty={texts.calibration.empty}>
      {(page) => (
        <div className="beside">
          <ul className="choices" aria-label={texts.calibration.tabs.rounds}>
            {page.items.map((round) => (
              <li key={round.id}>
                <button
                  type="button"
                  className={`choice${round.id === chosen ? " choice-chosen" : ""}`}
                  aria-pressed={round.id === chosen}
                  onClick={() => setSearch({ tab: "rounds", round: round.id }, { replace: true })}
                >
                  <span className="choice-head">
                    <strong>{round.title}</strong>
                    <Tag color={round.state === "open" ? "processing" : undefined}>
                      {texts.calibration.states[round.state ?? "open"]}
                    </Tag>
                  </span>
                  <span className="choice-facts">
                    {texts.calibration.facts(round.calls.length, round.raters.length, nameOf(round.expert))}
                  </span>
                  <span className="choice-facts">{dateTime(round.created_at)}</span>
                </button>
              </li>
            ))}
          </ul>
          <section className="panel beside-detail">
            {chosen ? (
              <RoundView key={chosen} id={chosen} />
            ) : (
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.calibration.choose} />
            )}
          </section>
        </div>
      )}
    </Loaded>
  );
}
