import { PageHead } from "../layout/states";
import { useTexts } from "../texts";
import { Queue } from "./queue";

/** 工作台: what is to be done today. */
export default function DayPage() {
  const texts = useTexts();
  return (
    <>
      <PageHead title={texts.shell.pages.day} />
      <Queue />
    </>
  );
}
