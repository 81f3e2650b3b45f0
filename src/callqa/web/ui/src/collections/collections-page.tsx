import { TabsPage } from "../layout/tabs-page";
import { useTexts } from "../texts";
import { CollectionList } from "./collection-list";
import { CoverDialog } from "./cover-dialog";
import "./collections.css";

/** Calls and clips worth hearing, put together for the people of a unit; those in use, and the archive. */
export default function CollectionsPage() {
  const texts = useTexts();
  const said = texts.collections;
  return (
    <TabsPage
      title={texts.shell.pages.collections}
      about={said.about}
      tabs={[
        { key: "now", right: "collections.read", label: said.now, children: <CollectionList tab="now" /> },
        { key: "archive", right: "collections.read", label: said.archive, children: <CollectionList tab="archive" /> },
      ]}
      making={{
        right: "collect",
        label: said.new,
        tab: "now",
        name: "collection",
        dialog: (close, made) => <CoverDialog onClose={close} onMade={made} />,
      }}
    />
  );
}
