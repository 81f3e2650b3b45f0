import { useQuery } from "@tanstack/react-query";
import { Descriptions, Tag } from "antd";
import { useParams } from "react-router";

import { api, taken } from "../api/client";
import { Collect } from "../collections/collect";
import { dateTime } from "../layout/format";
import { Loaded, PageHead } from "../layout/states";
import { clockTime } from "../player/spans";
import { usePeople } from "../session/names";
import { useTexts } from "../texts";
import { CallReview } from "./call-review";

/** A call: listen, see why, decide. */
export default function CallPage() {
  const texts = useTexts();
  const { id = "" } = useParams();
  const { nameOf } = usePeople();
  const path = { call: id };
  const detail = useQuery({
    queryKey: ["call", id],
    queryFn: () => taken(api.GET("/api/v1/calls/{call}", { params: { path } })),
  });
  return (
    <Loaded query={detail} rows={14}>
      {(found) => (
        <>
          <PageHead
            title={
              <>
                {found.call.id} {found.call.grade_title && <Tag>{found.call.grade_title}</Tag>}
              </>
            }
            about={[nameOf(found.call.agent), found.call.product, dateTime(found.call.started_at)].filter(Boolean).join(" · ")}
            actions={<Collect call={id} duration={found.recording.duration} />}
          />
          <CallReview key={id} detail={found} />
          <section className="panel call-facts">
            <h2>{texts.call.facts}</h2>
            <Descriptions
              size="small"
              column={{ xs: 1, sm: 2, lg: 4 }}
              items={[
                { key: "direction", label: texts.call.direction, children: texts.direction[found.direction] },
                { key: "length", label: texts.call.length, children: clockTime(found.recording.duration) },
                { key: "campaign", label: texts.call.campaign, children: found.call.campaign ?? "—" },
                { key: "region", label: texts.call.region, children: found.call.region ?? "—" },
                {
                  key: "order",
                  label: texts.call.order,
                  children:
                    found.call.ordered === null
                      ? "—"
                      : found.call.ordered
                        ? texts.call.ordered(found.call.amount)
                        : texts.call.notOrdered,
                },
                { key: "policy", label: texts.call.policy, children: `${found.policy.id} ${found.policy.version}` },
                { key: "scored", label: texts.call.scored, children: dateTime(found.scored_at) },
                { key: "warnings", label: texts.call.warnings, children: found.warnings.join("；") || "—" },
              ]}
            />
          </section>
        </>
      )}
    </Loaded>
  );
}
