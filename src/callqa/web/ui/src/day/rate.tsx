import { Alert } from "antd";

import type { Read } from "../api/read";
import { percent } from "../layout/format";
import { useLanguage, useTexts } from "../texts";

/** The true rate of violation from the sealed draw, and plainly what it cannot say yet. */
export function TrueRate({ sealed, calls }: { sealed: Read<"SealedShown">; calls: number }) {
  const texts = useTexts().day;
  const { language } = useLanguage();
  const { rate } = sealed;
  const drawnAtAll = sealed.plans > 0 && sealed.drawn > 0;
  return (
    <section className="panel" aria-labelledby="day-rate">
      <h2 id="day-rate">{texts.rate}</h2>
      {!drawnAtAll || rate.rate === null || rate.low === null || rate.high === null ? (
        <>
          <p className="day-figure">—</p>
          <p className="quiet">
            {calls === 0
              ? texts.rateNoCalls
              : sealed.plans === 0
                ? texts.rateNoPlan
                : sealed.drawn === 0
                  ? texts.rateNoDraw
                  : texts.rateNotYet(sealed.drawn)}
          </p>
        </>
      ) : (
        <>
          <p className="day-figure">{percent(rate.rate, language)}</p>
          <div
            className="day-interval"
            role="img"
            aria-label={texts.rateInterval(percent(rate.low, language), percent(rate.high, language))}
          >
            <span style={{ left: `${rate.low * 100}%`, width: `${(rate.high - rate.low) * 100}%` }} />
            <i style={{ left: `${rate.rate * 100}%` }} />
          </div>
          <p className="quiet">
            {texts.rateInterval(percent(rate.low, language), percent(rate.high, language))}
            {texts.rateBasis(sealed.reviewed, sealed.drawn, calls)}
          </p>
          {sealed.reviewed < sealed.drawn && (
            <Alert type="info" title={texts.ratePartly(sealed.drawn - sealed.reviewed)} />
          )}
        </>
      )}
    </section>
  );
}
