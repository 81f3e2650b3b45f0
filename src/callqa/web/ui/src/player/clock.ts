import { type Millis, type Span, spanAt } from "./spans";

/** Silence shorter than this is part of talking, ms. */
const SKIPPED_SILENCE: Millis = 700;
/** Kept on both sides of a skipped silence, so that no word is clipped, ms. */
const SILENCE_MARGIN: Millis = 150;

export interface ClockState {
  /** Where the sound is, ms. */
  time: Millis;
  playing: boolean;
  rate: number;
  skipSilence: boolean;
  loop: boolean;
  /** What is being played when only a piece is wanted. */
  piece: Span | null;
  /** Length of the recording, ms; 0 until known. */
  duration: Millis;
  /** The sound could not be loaded. */
  broken: boolean;
}

/**
 * The audio element is the only clock of the page; everything that moves asks here.
 *
 * `timeupdate` comes four times a second, which is too coarse to follow words, so the time is read from the element on
 * every frame while it plays. Times are whole milliseconds: no sum of fractions can slip past the end of a span.
 */
export class Clock {
  readonly audio: HTMLAudioElement;
  private state: ClockState;
  private readonly listeners = new Set<() => void>();
  private frame = 0;
  private silences: readonly Span[] = [];

  constructor(audio: HTMLAudioElement = new Audio()) {
    this.audio = audio;
    this.audio.preload = "auto";
    this.state = {
      time: 0,
      playing: false,
      rate: 1,
      skipSilence: false,
      loop: false,
      piece: null,
      duration: 0,
      broken: false,
    };
    audio.addEventListener("play", this.started);
    audio.addEventListener("pause", this.paused);
    audio.addEventListener("seeked", this.read);
    audio.addEventListener("timeupdate", this.read);
    audio.addEventListener("durationchange", this.measured);
    audio.addEventListener("error", this.failed);
  }

  /** Sound to play, and its length as the server knows it (a stream's own length comes late). */
  load(source: string, duration: Millis): void {
    if (this.audio.getAttribute("src") !== source) this.audio.src = source;
    this.set({ duration, broken: false });
  }

  /** Where nobody speaks, in order. */
  setSilences(silences: readonly Span[]): void {
    this.silences = silences.filter((one) => one.end - one.start >= SKIPPED_SILENCE);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): ClockState => this.state;

  play(): void {
    this.set({ piece: null });
    void this.audio.play().catch(this.failed);
  }

  pause(): void {
    this.audio.pause();
  }

  toggle(): void {
    if (this.audio.paused) {
      void this.audio.play().catch(this.failed);
    } else {
      this.audio.pause();
    }
  }

  /** Go to a place; plays on if it was playing. */
  seek(to: Millis): void {
    const inside = Math.max(0, Math.min(to, this.state.duration || to));
    this.audio.currentTime = inside / 1000;
    this.set({ time: inside, piece: null });
  }

  /** Play from a place on, e.g. a clicked word. */
  playFrom(from: Millis): void {
    this.seek(from);
    void this.audio.play().catch(this.failed);
  }

  /** Play just a piece, with some lead before it; stops (or loops) at its end. */
  playPiece(span: Span, lead: Millis = 2000): void {
    const piece = { start: Math.max(0, span.start - lead), end: span.end };
    this.seek(piece.start);
    this.set({ piece });
    void this.audio.play().catch(this.failed);
  }

  setRate(rate: number): void {
    this.audio.playbackRate = rate;
    this.set({ rate });
  }

  setSkipSilence(skipSilence: boolean): void {
    this.set({ skipSilence });
  }

  setLoop(loop: boolean): void {
    this.set({ loop });
  }

  /** Give the element and its listeners up. */
  close(): void {
    cancelAnimationFrame(this.frame);
    this.audio.pause();
    this.audio.removeEventListener("play", this.started);
    this.audio.removeEventListener("pause", this.paused);
    this.audio.removeEventListener("seeked", this.read);
    this.audio.removeEventListener("timeupdate", this.read);
    this.audio.removeEventListener("durationchange", this.measured);
    this.audio.removeEventListener("error", this.failed);
    this.audio.removeAttribute("src");
    this.audio.load();
    this.listeners.clear();
  }

  private readonly started = () => {
    this.set({ playing: true, broken: false });
    this.frame = requestAnimationFrame(this.tick);
  };

  private readonly paused = () => {
    cancelAnimationFrame(this.frame);
    this.read();
    this.set({ playing: false });
  };

  private readonly measured = () => {
    if (Number.isFinite(this.audio.duration) && !this.state.duration) {
      this.set({ duration: Math.round(this.audio.duration * 1000) });
    }
  };

  private readonly failed = (reason?: unknown) => {
    // a play() cut short by a new seek or source is no failure
    if (reason instanceof DOMException && reason.name === "AbortError") return;
    this.set({ playing: false, broken: true });
  };

  private readonly tick = () => {
    this.read();
    this.frame = requestAnimationFrame(this.tick);
  };

  private readonly read = () => {
    const time = Math.round(this.audio.currentTime * 1000);
    const { piece, loop, skipSilence, playing } = this.state;
    if (piece && playing && time >= piece.end) {
      if (loop) {
        this.audio.currentTime = piece.start / 1000;
      } else {
        this.audio.pause();
      }
      this.set({ time: Math.min(time, piece.end), piece: loop ? piece : null });
      return;
    }
    if (skipSilence && playing) {
      const silence = spanAt(this.silences, time - SILENCE_MARGIN);
      const next = silence ? silence.end - SILENCE_MARGIN : time;
      if (next - time > SILENCE_MARGIN) {
        this.audio.currentTime = next / 1000;
        this.set({ time: next });
        return;
      }
    }
    if (time !== this.state.time) this.set({ time });
  };

  private set(change: Partial<ClockState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
