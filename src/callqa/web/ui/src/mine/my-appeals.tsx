import { useQuery } from "@tanstack/react-query";
import { Tag } from "antd";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { AppealHistory } from "../appeals/appeal-history";
import { STAGE_COLOURS, standingOf, type AppealShown } from "../appeals/appeals";
import { OwnActions } from "../appeals/own-actions";
import { points } from "../layout/format";
import { Loaded } from "../layout/states";
import { Clip } from "../player/clip";
import { useMe } from "../session/session";
import { useTexts } from "../texts";

/** One's own appeals: those that wait first, then those decided. */
export function MyAppeals() {
  const texts = useTexts();
  const { me } = useMe();
  const appeals = useQuery({
    queryKey: ["appeals", "own"],
    queryFn: async () => {
      const [open, decided] = await Promise.all(
        (["open", "decided"] as const).map((state) =>
          taken(api.GET("/api/v1/appeals", { params: { query: { state, limit: 100 } } })),
        ),
      );
      return [...(open?.items ?? []), ...(decided?.items ?? [])].filter(({ agent }) => agent === me.id);
    },
  });
  return (
    <Loaded query={appeals} isEmpty={(found) => found.length === 0} empty={texts.mine.noAppeals}>
      {(found) => (
        <ul className="mine-list">
          {found.map((appeal) => (
            <li key={appeal.id}>
              <MyAppeal appeal={appeal} />
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

function MyAppeal({ appeal }: { appeal: AppealShown }) {
  const texts = useTexts();
  const filed = appeal.history.find((event) => event.kind === "appeal");
  return (
    <article className="panel mine-appeal">
      <h3>
        {appeal.title} <Tag color={STAGE_COLOURS[appeal.stage]}>{texts.appeals.stage[appeal.stage]}</Tag>
      </h3>
      <p>
        {standingOf(appeal, texts)} {appeal.overdue && <Tag color="error">{texts.appeals.overdue}</Tag>}
      </p>
      <p>
        {texts.mine.got(points(appeal.points), points(appeal.max_points))} ·{" "}
        <Link to={`/calls/${encodeURIComponent(appeal.call)}`}>{texts.mine.whole}</Link>
      </p>
      {filed?.kind === "appeal" && filed.span && <Clip call={appeal.call} span={filed.span} />}
      <AppealHistory appeal={appeal} />
      <OwnActions appeal={appeal} />
    </article>
  );
}
