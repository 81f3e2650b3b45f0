import { FolderAddOutlined, TagsOutlined } from "@ant-design/icons";
import { lazy, memo, Suspense, useState } from "react";

import type { Techniques } from "../calls/call-view";
import type { SpokenTurn } from "../player/dialogue";
import { Tool } from "../player/tool";
import { useTexts } from "../texts";
import type { EventAsked } from "./use-review";

// both are much heavier than the row they stand in, and rarely opened
const TurnMenu = lazy(() => import("./turn-menu"));
const AddDialog = lazy(() => import("../collections/add-dialog"));

interface Props {
  call: string;
  duration: number;
  turn: SpokenTurn;
  /** Left out: this person may not correct. */
  techniques: Techniques | undefined;
  collects: boolean;
  say: (events: readonly EventAsked[]) => void;
}

/** What can be done with a turn: correct its label, put it into a collection. */
export const TurnActions = memo(function TurnActions({ call, duration, turn, techniques, collects, say }: Props) {
  const texts = useTexts();
  const [open, setOpen] = useState<"menu" | "collect" | null>(null);
  const close = () => setOpen(null);
  const label = `${texts.review.correctTurn} ${turn.index + 1}`;
  return (
    <span className="turn-actions" onClick={(event) => event.stopPropagation()}>
      {techniques && turn.party !== "unknown" && (
        <Tool
          look="bare"
          icon={<TagsOutlined />}
          label={label}
          aria-haspopup="menu"
          aria-expanded={open === "menu"}
          onClick={() => setOpen("menu")}
        />
      )}
      {collects && (
        <Tool
          look="bare"
          icon={<FolderAddOutlined />}
          label={texts.collections.addTurn(turn.index + 1)}
          onClick={() => setOpen("collect")}
        />
      )}
      {open && (
        <Suspense>
          {open === "menu" && techniques && <TurnMenu turn={turn} techniques={techniques} say={say} onClose={close} />}
          {open === "collect" && <AddDialog calls={[call]} span={turn} duration={duration} onClose={close} />}
        </Suspense>
      )}
    </span>
  );
});
