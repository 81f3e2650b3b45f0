import { PageHead } from "../layout/states";
import { useTexts } from "../texts";

export default function CalibrationPage() {
  const texts = useTexts();
  return <PageHead title={texts.shell.pages.calibration} />;
}
