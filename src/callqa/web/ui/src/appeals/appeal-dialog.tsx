import { App } from "antd";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Place } from "../calls/call-view";
import { WordsDialog } from "../review/words-dialog";
import { useTexts } from "../texts";

/** The agent disagrees with a line; the words and the place it rests on go with it. */
export function AppealDialog({
  call,
  place,
  onClose,
}: {
  call: string;
  place: Place;
  onClose: () => void;
}) {
  const texts = useTexts();
  const { message } = App.useApp();
  const { line } = place.line;
  const quoted = place.findings.flatMap((finding) => finding.evidence).find((one) => one.kind === "quote");
  const file = useWrite(
    (reason: string) =>
      taken(
        api.POST("/api/v1/calls/{call}/appeals", {
          params: { path: { call } },
          body: {
            item: line.item,
            reason,
            quote: quoted?.kind === "quote" ? quoted.text : "",
            span: place.span,
          },
        }),
      ),
    {
      changes: [["review", call], ["appeals"], ["mine"]],
      done: () => {
        void message.success(texts.appeals.filed);
        onClose();
      },
    },
  );
  return (
    <WordsDialog
      title={texts.appeals.file(line.title)}
      about={texts.appeals.fileAbout}
      needed
      ok={texts.appeals.send}
      onClose={onClose}
      onSave={(reason) => file.mutate(reason)}
    />
  );
}
