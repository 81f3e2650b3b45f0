import { App, Checkbox, Form, Input, Modal } from "antd";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { UnitSelect } from "../session/unit-select";
import { useUnits } from "../session/units";
import { useTexts } from "../texts";

type Cover = Read<"Collection">;
interface Values {
  title: string;
  description?: string;
  unit: string;
  shared?: boolean;
}

/** A collection to make, or its name and description to change. */
export function CoverDialog({
  cover,
  onClose,
  onMade,
}: {
  /** Left out: a new one. */
  cover?: { collection: Cover; etag: string };
  onClose: () => void;
  onMade: (id: string) => void;
}) {
  const texts = useTexts();
  const said = texts.collections;
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const put = useWrite(
    ({ title, description = "", unit, shared = false }: Values) =>
      cover
        ? taken(
            api.PATCH("/api/v1/collections/{collection}", {
              params: { path: { collection: cover.collection.id }, header: { "If-Match": cover.etag } },
              body: { title, description, shared },
            }),
          )
        : taken(api.POST("/api/v1/collections", { body: { title, description, unit, shared, items: [] } })),
    {
      changes: [["collections"]],
      done: ({ collection }) => {
        void message.success(said.saved);
        onMade(collection.id);
      },
    },
  );
  return (
    <Modal
      open
      title={cover ? said.edit : said.new}
      okText={texts.common.save}
      confirmLoading={put.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form<Values> form={form} layout="vertical" initialValues={cover?.collection} onFinish={(values) => put.mutate(values)}>
        <Form.Item name="title" label={said.title} rules={[{ required: true, whitespace: true, message: said.titleMissing }]}>
          <Input autoFocus maxLength={200} placeholder={said.titleExample} />
        </Form.Item>
        {!cover && <UnitField />}
        <Form.Item name="description" label={said.description}>
          <Input.TextArea rows={3} maxLength={2000} placeholder={said.descriptionExample} />
        </Form.Item>
        <Form.Item name="shared" valuePropName="checked" extra={said.shareAbout}>
          <Checkbox>{said.share}</Checkbox>
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** Whose people a new collection is for; the widest unit within reach is proposed. */
export function UnitField() {
  const said = useTexts().collections;
  const { units } = useUnits("collect");
  const [first] = units;
  return (
    <Form.Item
      // the proposal is known only once the units have come
      key={first?.id}
      name="unit"
      label={said.unit}
      extra={said.unitAbout}
      initialValue={first?.id}
      rules={[{ required: true, message: said.unitMissing }]}
    >
      <UnitSelect right="collect" />
    </Form.Item>
  );
}
