// Draws what each side received as SVG: packets as an area, every frame as a tick below it, the longest gap marked.

const WIDTH = 1000;
const LEFT = 70;
const RIGHT = 14;
const TOP = 48;
const ROW = 104;
const RUG = 12;
const ROW_GAP = 34;
const BOTTOM = 46;
const PACKETS_PER_MS = 100;
const TICK_SECONDS = 5;
const STYLE = `
  text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--quiet, #5f7078); }
  .ground { fill: var(--card, #ffffff); }
  .name { font-weight: 600; fill: var(--ink, #1c2a30); }
  .axis { stroke: var(--line, #cfccc5); stroke-width: 1; fill: none; }
  .packets { fill: var(--sea, #1f4e5f); opacity: .8; }
  .frames { stroke: var(--warm, #d07a26); stroke-width: 1; fill: none; }
  .gap { fill: var(--bad, #b6402f); opacity: .16; }
  .gap-text, .killed-text { fill: var(--bad, #b6402f); font-weight: 600; }
  .killed { stroke: var(--bad, #b6402f); stroke-width: 2; stroke-dasharray: 5 4; }
  .event { stroke: var(--good, #2c8a57); stroke-width: 1.5; stroke-dasharray: 5 4; }
  .event-text { fill: var(--good, #2c8a57); }`;

/**
 * @param rows what to draw below each other: {title, record, gap}, gap as {@link Record#longestGap} gives it, or null
 * @param span {fromMs, toMs, originMs, title}: the time axis counts seconds from the origin
 * @param events vertical lines: {atMs, text, kind}, kind "killed" or "event"
 * @returns an SVG document that needs nothing around it
 */
export function plot(rows, span, events) {
  const height = TOP + rows.length * (ROW + RUG) + (rows.length - 1) * ROW_GAP + BOTTOM;
  const x = atMs => LEFT + (WIDTH - LEFT - RIGHT) * (atMs - span.fromMs) / (span.toMs - span.fromMs);
  const bottom = height - BOTTOM;
  const drawn = rows.map((row, index) => drawRow(row, TOP + index * (ROW + RUG + ROW_GAP), x, span));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
<style>${STYLE}</style><rect class="ground" width="${WIDTH}" height="${height}"/>
${drawn.join("\n")}
${drawTimeAxis(x, bottom, span)}
${events.filter(event => event.atMs >= span.fromMs && event.atMs <= span.toMs).map(event => drawEvent(event, x, bottom)).join("\n")}
</svg>`;
}

function drawRow({title, record, gap}, top, x, span) {
  const base = top + ROW;
  const steps = packetSteps(record, span);
  const most = niceMaximum(Math.max(4, ...steps.map(step => step.packets)));
  const y = packets => base - ROW * packets / most;
  const area = steps.map(step => `M${x(step.fromMs).toFixed(1)} ${base}V${y(step.packets).toFixed(1)}H${x(step.toMs).toFixed(1)}V${base}`);
  const ticks = record.frames.filter(atMs => atMs >= span.fromMs && atMs <= span.toMs);
  const rug = ticks.map(atMs => `M${x(atMs).toFixed(1)} ${base + 3}v${RUG - 3}`);
  return `<text class="name" x="${LEFT}" y="${top - 9}">${title}</text>
<path class="axis" d="M${LEFT} ${top}V${base}H${WIDTH - RIGHT}M${LEFT} ${y(most / 2)}H${WIDTH - RIGHT}M${LEFT} ${top}H${WIDTH - RIGHT}"/>
${[0, most / 2, most].map(value => `<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${value}</text>`).join("")}
<text transform="translate(16 ${top + ROW / 2}) rotate(-90)" text-anchor="middle">packets / 0.1 s</text>
<text x="${LEFT - 8}" y="${base + RUG + 6}" text-anchor="end">frames</text>
<path class="packets" d="${area.join("")}"/><path class="frames" d="${rug.join("")}"/>
${gap ? drawGap(gap, top, x, span) : ""}`;
}

/** What came between two samples, as a rate: samples are not quite evenly spaced. */
function packetSteps(record, {fromMs, toMs}) {
  const seen = record.samples.filter(sample => sample.atMs >= fromMs && sample.atMs <= toMs);
  return seen.slice(1).map((sample, index) => {
    const before = seen[index];
    const packets = (sample.packetsIn - before.packetsIn) * PACKETS_PER_MS / (sample.atMs - before.atMs);
    return {fromMs: before.atMs, toMs: sample.atMs, packets};
  });
}

function niceMaximum(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].map(factor => factor * power).find(nice => nice >= value);
}

function drawGap(gap, top, x, span) {
  const from = x(Math.max(gap.fromMs, span.fromMs));
  const to = x(Math.min(gap.fromMs + gap.ms, span.toMs));
  return `<rect class="gap" x="${from.toFixed(1)}" y="${top}" width="${Math.max(1, to - from).toFixed(1)}" height="${ROW + RUG}"/>
<text class="gap-text" ${to < WIDTH / 2 ? `x="${to.toFixed(1)}"` : `x="${from.toFixed(1)}" text-anchor="end"`} y="${top - 9}">longest gap ${Math.round(gap.ms)} ms</text>`;
}

function drawTimeAxis(x, bottom, {fromMs, toMs, originMs, title}) {
  const labels = [];
  const first = Math.ceil((fromMs - originMs) / 1000 / TICK_SECONDS) * TICK_SECONDS;
  for (let second = first; originMs + second * 1000 <= toMs; second += TICK_SECONDS) {
    const at = x(originMs + second * 1000);
    labels.push(`<path class="axis" d="M${at} ${bottom + 4}v5"/>`
      + `<text x="${at}" y="${bottom + 22}" text-anchor="middle">${String(second).replace("-", "−")}</text>`);
  }
  return `${labels.join("")}<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 40}" text-anchor="middle">${title}</text>`;
}

function drawEvent({atMs, text, kind}, x, bottom) {
  const at = x(atMs).toFixed(1);
  return `<path class="${kind}" d="M${at} 20V${bottom}"/><text class="${kind}-text" x="${at}" y="14" text-anchor="middle">${text}</text>`;
}
