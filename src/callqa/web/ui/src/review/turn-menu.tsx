import { Dropdown } from "antd";

import { labelOf, type Techniques } from "../calls/call-view";
import type { SpokenTurn } from "../player/dialogue";
import { useTexts } from "../texts";
import type { EventAsked } from "./use-review";

/** Corrects what the model said of a turn: techniques of an agent's, the reaction of a customer's. Opens at once. */
export default function TurnMenu({
  turn,
  techniques,
  say,
  onClose,
}: {
  turn: SpokenTurn;
  techniques: Techniques;
  say: (events: readonly EventAsked[]) => void;
  onClose: () => void;
}) {
  const texts = useTexts();
  const given = new Set(techniques.tags.filter((tag) => tag.turn === turn.index).map((tag) => tag.label));
  const reaction = techniques.reactions.find((one) => one.turn === turn.index)?.reaction ?? "neutral";
  const agent = turn.party === "agent";
  const offered: readonly (readonly [string, string])[] = agent
    ? techniques.labels.map(({ id }) => [id, labelOf(id, texts, techniques.labels)])
    : Object.entries<string>(texts.reaction);
  const items = offered.map(([label, title]) => ({
    key: label,
    label: `${(agent ? given.has(label) : reaction === label) ? "✓ " : ""}${title}`,
  }));
  return (
    <Dropdown
      open
      autoFocus
      placement="bottomRight"
      trigger={["click"]}
      onOpenChange={(open) => !open && onClose()}
      menu={{
        items,
        className: "turn-menu",
        onClick: ({ key, domEvent }) => {
          domEvent.stopPropagation();
          onClose();
          const said = { kind: "correct", turn: turn.index, reason: "", quote: "" } as const;
          if (agent) say([{ ...said, subject: "technique", target: key, present: !given.has(key) }]);
          else if (key !== reaction) say([{ ...said, subject: "reaction", target: reaction, label: key }]);
        },
      }}
    >
      <span className="turn-menu-place" />
    </Dropdown>
  );
}
