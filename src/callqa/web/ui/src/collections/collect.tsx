import { FolderAddOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";

import type { Span } from "../player/spans";
import { useMe } from "../session/session";
import { useTexts } from "../texts";

const AddDialog = lazy(() => import("./add-dialog"));

interface Props {
  call: string;
  /** Only this stretch; left out: the whole call. */
  span?: Span;
  duration: number;
  /** Read aloud: which turn it is about. */
  turn?: number;
}

/** Puts the call, or what is said in a turn, into a collection; nothing for who may not. */
export function Collect({ call, span, duration, turn }: Props) {
  const said = useTexts().collections;
  const { can } = useMe();
  const [open, setOpen] = useState(false);
  if (!can("collect")) return null;
  const small = turn !== undefined;
  return (
    <>
      <Button
        {...(small ? { type: "text" as const, size: "small" as const } : {})}
        icon={<FolderAddOutlined aria-hidden />}
        aria-label={small ? said.addTurn(turn + 1) : undefined}
        title={small ? said.addClip : undefined}
        onClick={(event) => {
          event.stopPropagation();
          setOpen(true);
        }}
      >
        {small ? null : said.addCall}
      </Button>
      {open && (
        <Suspense>
          <AddDialog calls={[call]} span={span} duration={duration} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
