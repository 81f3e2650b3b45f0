import { Input, Modal } from "antd";
import { useState } from "react";

/** Asks for a few words: a comment, a reason. */
export function WordsDialog({
  title,
  about,
  needed,
  ok,
  preset = "",
  onSave,
  onClose,
}: {
  title: string;
  about?: string;
  /** False: may be left empty. */
  needed: boolean;
  ok: string;
  /** What stands there already. */
  preset?: string;
  onSave: (words: string) => void;
  onClose: () => void;
}) {
  const [words, setWords] = useState(preset);
  const given = words.trim();
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      okText={ok}
      okButtonProps={{ disabled: needed && !given }}
      onOk={() => onSave(given)}
    >
      {about && <p>{about}</p>}
      <Input.TextArea
        autoFocus
        rows={4}
        maxLength={1000}
        showCount
        value={words}
        aria-label={title}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && (given || !needed)) onSave(given);
        }}
      />
    </Modal>
  );
}
