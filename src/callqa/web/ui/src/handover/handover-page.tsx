import { PageHead } from "../layout/states";
import { useTexts } from "../texts";

export default function HandoverPage() {
  const texts = useTexts();
  return <PageHead title={texts.shell.pages.handover} />;
}
