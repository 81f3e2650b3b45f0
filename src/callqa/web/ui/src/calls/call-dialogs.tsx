import { lazy } from "react";

import { AppealDialog } from "../appeals/appeal-dialog";
import { ConflictDialog } from "../review/conflict-dialog";
import { EditDialog } from "../review/edit-dialog";
import type { Conflict, EventAsked, ReviewShown } from "../review/use-review";
import { WordsDialog } from "../review/words-dialog";
import { useTexts } from "../texts";
import type { Asking } from "./call-review";
import type { Place } from "./call-view";

const AddDialog = lazy(() => import("../collections/add-dialog"));

interface Props {
  call: string;
  /** Of the recording, ms. */
  duration: number;
  asking: Asking;
  place: Place | undefined;
  onClose: () => void;
  onEdit: (event: EventAsked) => void;
  onComment: (words: string) => void;
  conflict: Conflict | null;
  review: ReviewShown | undefined;
  onSettle: (again: boolean) => void;
}

/** Whatever a call's page asks; in one chunk, which the page does not wait for. */
export default function CallDialogs({ call, duration, asking, place, onClose, ...rest }: Props) {
  const texts = useTexts();
  return (
    <>
      {asking?.what === "edit" && place && (
        <EditDialog place={place} preset={asking.preset} onClose={onClose} onSave={rest.onEdit} />
      )}
      {asking?.what === "comment" && (
        <WordsDialog
          title={texts.keys.comment}
          needed
          ok={texts.common.save}
          onClose={onClose}
          onSave={rest.onComment}
        />
      )}
      {asking?.what === "appeal" && place && <AppealDialog call={call} place={place} onClose={onClose} />}
      {asking?.what === "collect" && place?.span && (
        <AddDialog calls={[call]} span={place.span} duration={duration} onClose={onClose} />
      )}
      {rest.conflict && rest.review && (
        <ConflictDialog conflict={rest.conflict} review={rest.review} onSettle={rest.onSettle} />
      )}
    </>
  );
}
