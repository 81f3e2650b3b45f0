import { TagsOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";

import type { Techniques } from "../calls/call-view";
import type { SpokenTurn } from "../player/dialogue";
import { useTexts } from "../texts";
import type { EventAsked } from "./use-review";

/** Corrects what the model said of a turn: techniques of an agent's, the reaction of a customer's. */
export function TurnMenu({
  turn,
  techniques,
  say,
}: {
  turn: SpokenTurn;
  techniques: Techniques | undefined;
  say: (events: readonly EventAsked[]) => void;
}) {
  const texts = useTexts();
  if (!techniques || turn.party === "unknown") return null;
  const given = new Set(techniques.tags.filter((tag) => tag.turn === turn.index).map((tag) => tag.label));
  const reaction = techniques.reactions.find((one) => one.turn === turn.index)?.reaction ?? "neutral";
  const items =
    turn.party === "agent"
      ? Object.entries(texts.labels).map(([label, title]) => ({
          key: label,
          label: `${given.has(label) ? "✓ " : ""}${title}`,
        }))
      : Object.entries(texts.reaction).map(([label, title]) => ({
          key: label,
          label: `${reaction === label ? "✓ " : ""}${title}`,
        }));
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items,
        className: "turn-menu",
        onClick: ({ key, domEvent }) => {
          domEvent.stopPropagation();
          if (turn.party === "agent") {
            say([
              { kind: "correct", subject: "technique", target: key, present: !given.has(key), turn: turn.index, reason: "", quote: "" },
            ]);
          } else if (key !== reaction) {
            say([{ kind: "correct", subject: "reaction", target: reaction, label: key, turn: turn.index, reason: "", quote: "" }]);
          }
        },
      }}
    >
      <Button
        type="text"
        size="small"
        icon={<TagsOutlined />}
        aria-label={`${texts.review.correctTurn} ${turn.index + 1}`}
        onClick={(event) => event.stopPropagation()}
      />
    </Dropdown>
  );
}
