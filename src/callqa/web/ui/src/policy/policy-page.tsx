import { PageHead } from "../layout/states";
import { useTexts } from "../texts";

export default function PolicyPage() {
  const texts = useTexts();
  return <PageHead title={texts.shell.pages.policy} />;
}
