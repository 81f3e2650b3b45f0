import { Modal } from "antd";

import { useTexts, type Texts } from "../texts";

const KEYS: readonly [string, Exclude<keyof Texts["keys"], "title">][] = [
  ["Space", "play"],
  ["J", "next"],
  ["K", "previous"],
  ["E", "evidence"],
  ["←", "back"],
  ["→", "forward"],
  ["[", "slower"],
  ["]", "faster"],
  ["L", "loop"],
  ["S", "skipSilence"],
  ["+ −", "nearer"],
  ["Enter", "confirm"],
  ["1 … 9, P", "edit"],
  ["H", "unheard"],
  ["C", "comment"],
  ["Z", "undo"],
  ["G", "collect"],
  ["F", "finish"],
  ["?", "help"],
];

/** What each key does. */
export default function Keys({ onClose }: { onClose: () => void }) {
  const texts = useTexts();
  return (
    <Modal open onCancel={onClose} title={texts.keys.title} footer={null} width={640}>
      <table className="keys">
        <tbody>
          {KEYS.map(([key, what]) => (
            <tr key={what}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{texts.keys[what]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
