import { Modal } from "antd";

import { usePeople } from "../session/names";
import { useTexts } from "../texts";
import { eventSaying, titlesOf } from "./sayings";
import type { Conflict, ReviewShown } from "./use-review";

/** Somebody was first: their change, ours, and the choice. */
export function ConflictDialog({
  conflict,
  review,
  onSettle,
}: {
  conflict: Conflict;
  review: ReviewShown;
  onSettle: (again: boolean) => void;
}) {
  const texts = useTexts();
  const titles = titlesOf(review);
  const { nameOf } = usePeople(review.names);
  return (
    <Modal
      open
      title={texts.review.conflictTitle}
      okText={texts.review.conflictAgain}
      cancelText={texts.review.conflictDrop}
      onOk={() => onSettle(true)}
      onCancel={() => onSettle(false)}
    >
      <p>{texts.review.conflictAbout}</p>
      <h3>{texts.review.theirs}</h3>
      <ul>
        {conflict.theirs.map((event) => (
          <li key={event.id}>
            {nameOf(event.author)}
            {texts.marks.colon}
            {eventSaying(event, titles, texts)} {event.reason && `“${event.reason}”`}
          </li>
        ))}
      </ul>
      <h3>{texts.review.mine}</h3>
      <ul>
        {conflict.mine.map((event, number) => (
          <li key={number}>
            {eventSaying(event, titles, texts)} {event.reason && `“${event.reason}”`}
          </li>
        ))}
      </ul>
    </Modal>
  );
}
