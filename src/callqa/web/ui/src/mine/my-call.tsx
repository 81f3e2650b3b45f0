import { CheckOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import { AppealDialog } from "../appeals/appeal-dialog";
import { placesOf, type Place } from "../calls/call-view";
import { points } from "../layout/format";
import { Loaded } from "../layout/states";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { MarkedLine } from "./marked-line";

/** What was marked on one's own call and why, in sentences; accept it or appeal. */
export function MyCall({ call }: { call: string }) {
  const texts = useTexts();
  const { can } = useMe();
  const { message } = App.useApp();
  const [appealing, setAppealing] = useState<Place | null>(null);
  const path = { call };
  const asked = useQuery({
    queryKey: ["review", call, "plain"],
    queryFn: async () => {
      const [review, findings] = await Promise.all([
        taken(api.GET("/api/v1/calls/{call}/review", { params: { path } })),
        taken(api.GET("/api/v1/calls/{call}/findings", { params: { path } })),
      ]);
      return { review, places: placesOf(review.effective.lines, findings.findings) };
    },
  });
  const seen = useWrite(
    (scorecard: string) =>
      taken(
        api.POST("/api/v1/calls/{call}/review/acknowledge", { params: { path }, body: { scorecard, reason: "" } }),
      ),
    { changes: [["review", call], ["mine"]], done: () => void message.success(texts.mine.done) },
  );
  return (
    <div className="mine-call-body">
      <Loaded query={asked} rows={4}>
        {({ review, places }) => {
          const marked = places.filter(isMarked);
          const added = places.filter(({ line: { line } }) => line.bonus && line.points > 0);
          const acknowledged = review.effective.acknowledged;
          return (
            <>
              {marked.length === 0 && <p>{texts.mine.fine}</p>}
              {marked.map((place) => (
                <MarkedLine
                  key={place.line.line.item}
                  call={call}
                  place={place}
                  events={review.events}
                  until={can("appeal.file") ? (review.may_appeal_until[place.line.line.item] ?? null) : null}
                  onAppeal={() => setAppealing(place)}
                />
              ))}
              {added.map(({ line: { line } }) => (
                <p key={line.item} className="mine-bonus">
                  {line.title}{texts.marks.colon}{texts.mine.bonus(points(line.points))}
                </p>
              ))}
              {marked.length > 0 && <p className="quiet">{texts.mine.rest(places.length - marked.length - added.length)}</p>}
              <div className="mine-call-end">
                <Link to={`/calls/${encodeURIComponent(call)}`}>{texts.mine.whole}</Link>
                {acknowledged ? (
                  <span className="mine-seen">
                    <CheckOutlined /> {texts.mine.acknowledged}
                  </span>
                ) : (
                  can("appeal.file") && (
                    <Button
                      type="primary"
                      loading={seen.isPending}
                      title={texts.mine.acknowledgeAbout}
                      onClick={() => seen.mutate(review.machine.scorecard)}
                    >
                      {texts.mine.acknowledge}
                    </Button>
                  )
                )}
              </div>
            </>
          );
        }}
      </Loaded>
      {appealing && <AppealDialog call={call} place={appealing} onClose={() => setAppealing(null)} />}
    </div>
  );
}

/** Points lost, a red line, or something nobody could hear: as it stands after people spoke. */
function isMarked({ line: { line } }: Place): boolean {
  if (line.status === "needs_human" || line.fatal) return true;
  return line.status === "scored" && !line.bonus && line.points < line.max_points;
}
