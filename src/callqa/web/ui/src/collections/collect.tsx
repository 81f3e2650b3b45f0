import { FolderAddOutlined } from "@ant-design/icons";
import { lazy, Suspense, useState } from "react";

import { Press } from "../layout/press";
import { useMe } from "../session/session";
import { useTexts } from "../texts";

const AddDialog = lazy(() => import("./add-dialog"));

interface Props {
  call: string;
  duration: number;
}

/** Puts the call into a collection; nothing for who may not. */
export function Collect({ call, duration }: Props) {
  const said = useTexts().collections;
  const { can } = useMe();
  const [open, setOpen] = useState(false);
  if (!can("collect")) return null;
  return (
    <>
      <Press icon={<FolderAddOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {said.addCall}
      </Press>
      {open && (
        <Suspense>
          <AddDialog calls={[call]} duration={duration} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
