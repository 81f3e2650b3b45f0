import { Button, Result } from "antd";
import { Link } from "react-router";

import { useTexts } from "../texts";

/** Nothing stands at this address, or not for this role. */
export default function NoPage({ why }: { why: "right" | "missing" }) {
  const texts = useTexts().common;
  return (
    <Result
      status={why === "right" ? "403" : "404"}
      title={why === "right" ? texts.noRight : texts.notFound}
      subTitle={why === "missing" && texts.notFoundNext}
      extra={
        <Link to="/">
          <Button type="primary">{texts.home}</Button>
        </Link>
      }
    />
  );
}
