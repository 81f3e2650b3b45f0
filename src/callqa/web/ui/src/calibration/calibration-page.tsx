import { TabsPage } from "../layout/tabs-page";
import { useTexts } from "../texts";
import { Agreement } from "./agreement";
import { NewRound } from "./new-round";
import { Rounds } from "./rounds";

/** Rounds in which the same calls are rated by several people, and how far raters agree in all. */
export default function CalibrationPage() {
  const texts = useTexts();
  return (
    <TabsPage
      title={texts.shell.pages.calibration}
      about={texts.calibration.about}
      tabs={[
        { key: "rounds", right: "calibrate.answer", label: texts.calibration.tabs.rounds, children: <Rounds /> },
        { key: "agreement", right: "agreement", label: texts.calibration.tabs.agreement, children: <Agreement /> },
      ]}
      making={{
        right: "calibrate",
        label: texts.calibration.new,
        tab: "rounds",
        name: "round",
        dialog: (close, made) => <NewRound onClose={close} onMade={made} />,
      }}
    />
  );
}
