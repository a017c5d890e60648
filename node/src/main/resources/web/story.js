// What a kill does to the call: the plot, and the same in words.

import {plot} from "/plot.js";
import {now} from "/record.js";

const BEFORE_MS = 5_000;
const AFTER_MS = 15_000;
const ALIVE = ["connected", "completed"];

export class Story {
  constructor(section) {
    this.section = section;
    this.events = [];
    this.kills = [];
    this.records = {};
    this.sides = {};
  }

  begin(records, sides) {
    this.records = {...records};
    this.sides = {...sides};
    this.events = [];
    this.section.hidden = false;
  }

  end() {
    this.draw();
    this.records = {};
  }

  /** @param event see {@link plot} */
  note(event) {
    this.events.push(event);
    if (event.kind === "killed") {
      this.kills.push(event);
    }
  }

  kill(node, under) {
    const event = {atMs: now(), kind: "killed", text: `${node} killed`, node, under};
    this.note(event);
    return event;
  }

  draw() {
    const names = Object.keys(this.records);
    if (names.length === 0) {
      return;
    }
    const kill = this.#killInView();
    const results = Object.fromEntries(names.map(name => [name, kill ? this.#result(name, kill) : null]));
    const rows = names.map(name => ({title: `Side ${name.toUpperCase()}`, record: this.records[name], gap: results[name]?.gap}));
    this.section.querySelector("#plot").innerHTML = plot(rows, spanOf(kill), this.events);
    if (kill) {
      kill.results = results;
    }
    this.section.querySelector("#verdict").replaceChildren(...verdict(kill, results));
  }

  /** The plot stays with a kill until something else happens. */
  #killInView() {
    const last = this.events.at(-1);
    return last?.kind === "killed" ? last : null;
  }

  #result(name, kill) {
    const record = this.records[name];
    const side = this.sides[name];
    const untilMs = Math.min(now(), kill.atMs + AFTER_MS);
    const before = record.before(kill.atMs);
    const after = record.before(untilMs);
    return {
      gap: record.longestGap(kill.atMs, untilMs),
      usualGap: record.longestGap(kill.atMs - BEFORE_MS, kill.atMs),
      packetsLost: before ? after.packetsLost - before.packetsLost : 0,
      frozenMs: before ? after.frozenMs - before.frozenMs : 0,
      iceStates: side.iceStates.filter(change => change.atMs >= kill.atMs).map(change => ({...change, afterMs: change.atMs - kill.atMs})),
      pairChanges: side.pairs.filter(change => change.atMs >= kill.atMs).length,
    };
  }
}

function spanOf(kill) {
  if (kill) {
    return {fromMs: kill.atMs - BEFORE_MS, toMs: kill.atMs + AFTER_MS, originMs: kill.atMs, title: `seconds since ${kill.node} was killed`};
  }
  const toMs = now();
  return {fromMs: toMs - BEFORE_MS - AFTER_MS, toMs, originMs: toMs, title: "seconds from now"};
}

function verdict(kill, results) {
  if (!kill) {
    return [line("Kill a node, and see here what each side misses.")];
  }
  return Object.entries(results).map(([name, result]) => {
    const strong = Object.assign(document.createElement("b"), {textContent: `Side ${name.toUpperCase()}: no new frame for ${Math.round(result.gap.ms)} ms at the longest`});
    const text = document.createElement("span");
    text.append(strong, ` (${Math.round(result.usualGap.ms)} ms in the seconds before), ${result.packetsLost} packet${result.packetsLost === 1 ? "" : "s"} lost; ICE ${iceInWords(result.iceStates)}, candidate pair ${result.pairChanges === 0 ? "unchanged" : "changed"}.`);
    return text;
  });
}

function iceInWords(states) {
  const left = states.find(change => !ALIVE.includes(change.state));
  if (!left) {
    return "stayed connected";
  }
  const back = states.find(change => change.atMs > left.atMs && ALIVE.includes(change.state));
  return back ? `${left.state} for ${((back.atMs - left.atMs) / 1000).toFixed(1)} s` : left.state;
}

function line(text) {
  return Object.assign(document.createElement("span"), {textContent: text});
}
