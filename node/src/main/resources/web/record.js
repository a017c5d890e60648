// What one side received, moment by moment: the connection's counts, and when each frame came into view.

const KEEP_MS = 120_000;

/** Milliseconds since 1970, finer than Date and the same in every tab. */
export const now = () => performance.timeOrigin + performance.now();

export class Record {
  /** @param video shows what the side receives */
  constructor(video) {
    this.samples = [];
    this.frames = [];
    this.#watch(video);
  }

  #watch(video) {
    if (!video.requestVideoFrameCallback) {
      return;
    }
    const onFrame = (_, frame) => {
      this.frames.push(performance.timeOrigin + frame.presentationTime);
      handle = video.requestVideoFrameCallback(onFrame);
    };
    let handle = video.requestVideoFrameCallback(onFrame);
    this.stop = () => video.cancelVideoFrameCallback(handle);
  }

  stop() {}

  /** @param measured what {@link Side#measure} said */
  add(measured) {
    this.samples.push(measured);
    const oldest = measured.atMs - KEEP_MS;
    this.samples = this.samples.filter(sample => sample.atMs >= oldest);
    this.frames = this.frames.filter(atMs => atMs >= oldest);
  }

  get last() {
    return this.samples.at(-1) ?? null;
  }

  /** The last sample before that moment, or the first of all. */
  before(atMs) {
    return this.samples.findLast(sample => sample.atMs <= atMs) ?? this.samples[0] ?? null;
  }

  /** How much a count has grown per second, over the last second. */
  perSecond(field) {
    const last = this.last;
    const first = last && this.before(last.atMs - 1000);
    return last && last.atMs > first.atMs ? (last[field] - first[field]) * 1000 / (last.atMs - first.atMs) : 0;
  }

  /** The longest time without a new frame that reaches into this span; one that still lasts counts up to its end. */
  longestGap(fromMs, toMs) {
    const times = [...this.frames.filter(atMs => atMs <= toMs), toMs];
    let longest = {fromMs, ms: 0};
    for (let i = 1; i < times.length; i++) {
      if (times[i] > fromMs && times[i] - times[i - 1] > longest.ms) {
        longest = {fromMs: times[i - 1], ms: times[i] - times[i - 1]};
      }
    }
    return longest;
  }
}
