// The page: two sides in one tab, or one side each in two tabs that signal through a BroadcastChannel.

import {Side} from "/call.js";
import {Cluster} from "/cluster.js";
import {localStream} from "/picture.js";
import {Record} from "/record.js";
import {Story} from "/story.js";

const LOOK_EVERY_MS = 1000;
const MEASURE_EVERY_MS = 100;
const HUES = {a: 190, b: 20};

const element = id => document.getElementById(id);
const views = {a: makeView("a", "Side A"), b: makeView("b", "Side B")};
const sides = {};
const records = {};
const pictures = {};
const tabs = new BroadcastChannel("turnstone-demo");
const cluster = new Cluster();
const story = new Story(element("story"));

/** For scripts: the nodes, what was measured last of each side of this tab, and what each kill did. */
window.turnstone = {nodes: [], sides: {}, errors: [], kills: story.kills, call, hangUp};

function makeView(name, title) {
  const root = element(`side-${name}`);
  root.append(element("side").content.cloneNode(true));
  root.querySelector("h2").textContent = title;
  root.querySelector(".kill").onclick = () => kill(name);
  return {root, find: selector => root.querySelector(selector)};
}

function here() {
  const mode = document.querySelector("input[name=mode]:checked").value;
  return mode === "both" ? ["a", "b"] : [mode];
}

function say(text, isError = false) {
  element("message").textContent = text;
  element("message").classList.toggle("error", isError);
}

// ---- the cluster -----------------------------------------------------------------------------------------------------

async function look() {
  try {
    const changes = await cluster.look();
    window.turnstone.nodes = cluster.nodes;
    changes.forEach(change => story.note(change));
    showNodes();
  } catch (gone) {
    say("The launcher does not answer; was the demo stopped?", true);
  }
}

function showNodes() {
  element("nodes").replaceChildren(...cluster.nodes.map(node => {
    const item = document.createElement("li");
    item.classList.toggle("ready", node.ready);
    const state = document.createElement("small");
    state.textContent = ` ${cluster.describe(node)}`;
    item.append(node.name, state);
    if (!node.running) {
      const start = Object.assign(document.createElement("button"), {type: "button", textContent: "Start again"});
      start.onclick = () => act(() => cluster.start(node.name));
      item.append(start);
    }
    return item;
  }));
  for (const view of Object.values(views)) {
    const select = view.find("select");
    if (select.length === 0 && cluster.nodes.length > 0) {
      select.replaceChildren(new Option("the shared port", ""),
        ...cluster.nodes.map(node => new Option(`the port of ${node.name} alone`, node.name)));
    }
  }
}

async function act(action) {
  try {
    await action();
  } catch (refused) {
    say(refused.message, true);
  }
  await look();
}

/** SIGKILL for the node that relays this side, in the middle of whatever happens. */
async function kill(name) {
  const node = nodeUnder(name);
  if (node) {
    const event = story.kill(node, name);
    tabs.postMessage({killed: event});
    await act(() => cluster.kill(node));
  }
}

/** The node that was given this side's packets last; until any were seen, the one that relays it. */
function nodeUnder(name) {
  const relayed = records[name]?.last?.relayed;
  return cluster.entryOf(relayed) ?? cluster.holderOf(relayed);
}

// ---- the call --------------------------------------------------------------------------------------------------------

function signalTo(name) {
  return message => sides[name] ? sides[name].receive(message).catch(fail) : tabs.postMessage({to: name, ...plain(message)});
}

function plain(message) {
  return JSON.parse(JSON.stringify(message));
}

tabs.onmessage = ({data}) => {
  if (data.killed) {
    story.note(data.killed);
  } else if (here().length === 2) {
    return;
  } else if (data.hangUp) {
    close("The other tab hung up.");
  } else if (data.join && here()[0] !== data.join) {
    // The other tab has just joined. A is the one that offers, whoever was here first.
    if (sides.a) {
      sides.a.offer().catch(fail);
    } else if (sides.b) {
      tabs.postMessage({ready: "b"});
    }
  } else if (data.ready && sides.a) {
    sides.a.offer().catch(fail);
  } else if (data.to && sides[data.to]) {
    sides[data.to].receive(data).catch(fail);
  }
};

async function join(name) {
  const view = views[name];
  const chosen = view.find("select").value;
  pictures[name] = await localStream(name.toUpperCase(), HUES[name], element("camera").checked);
  const isApart = (port, other) => chosen !== "" || cluster.areApart(port, other);
  const side = new Side(cluster.iceServers(chosen), pictures[name].stream, signalTo(name === "a" ? "b" : "a"), isApart);
  side.onState = showState;
  view.find(".local").srcObject = pictures[name].stream;
  view.find(".remote").srcObject = side.remote;
  view.root.classList.add("calling");
  sides[name] = side;
  records[name] = new Record(view.find(".remote"));
}

async function call() {
  try {
    setCalling(true);
    say("Asking the nodes for relayed addresses …");
    if (cluster.nodes.length === 0) {
      await look();
    }
    const mine = here();
    for (const name of mine) {
      await join(name);
    }
    story.begin(records, sides);
    if (mine.length === 2) {
      await sides.a.offer();
    } else {
      say(`Side ${mine[0].toUpperCase()} is here. Open this page in a second tab, choose the other side there, press Call.`);
      tabs.postMessage({join: mine[0]});
    }
  } catch (failure) {
    fail(failure);
  }
}

function hangUp() {
  tabs.postMessage({hangUp: true});
  close("Hung up.");
}

function close(text) {
  story.end();
  for (const name of Object.keys(sides)) {
    sides[name].close();
    records[name].stop();
    pictures[name].stop();
    delete sides[name];
    delete records[name];
    delete window.turnstone.sides[name];
    views[name].root.classList.remove("connected", "calling");
    views[name].find(".remote").srcObject = null;
    views[name].find(".local").srcObject = null;
    views[name].root.querySelectorAll("dd").forEach(value => { value.textContent = "–"; });
    showKill(name);
  }
  showLink(false, "not connected");
  setCalling(false);
  say(text);
}

function fail(failure) {
  window.turnstone.errors.push(String(failure));
  say(`The call failed: ${failure.message ?? failure}`, true);
}

// ---- what is seen ----------------------------------------------------------------------------------------------------

function setCalling(calling) {
  element("call").disabled = calling;
  element("hangup").disabled = !calling;
  document.querySelectorAll("select, fieldset input, #camera").forEach(input => { input.disabled = calling; });
}

function showMode() {
  for (const name of ["a", "b"]) {
    views[name].root.classList.toggle("away", !here().includes(name));
  }
}

function showState() {
  const states = Object.values(sides).map(side => side.state);
  if (states.includes("failed")) {
    const errors = Object.values(sides).flatMap(side => side.errors);
    fail(new Error(`no way through the relays${errors.length ? ` (${errors.at(-1)})` : ""}`));
  } else if (states.length > 0 && states.every(state => state === "connected")) {
    say("Connected. Every packet goes through the cluster.");
  }
}

function showLink(live, text) {
  document.querySelector(".link").classList.toggle("live", live);
  element("path").textContent = text;
}

function showKill(name) {
  const button = views[name].find(".kill");
  const node = nodeUnder(name);
  button.disabled = !node || !cluster.isReady(node);
  button.textContent = node ? `Kill ${node}` : "Kill the node under this side";
}

async function measure() {
  for (const [name, side] of Object.entries(sides)) {
    const measured = await side.measure();
    if (sides[name] === side) {
      records[name].add(measured);
    }
  }
  story.draw();
}

function show() {
  for (const [name, side] of Object.entries(sides)) {
    const seen = records[name].last;
    if (seen) {
      showSide(name, side, seen);
    }
    showKill(name);
  }
  const live = Object.values(window.turnstone.sides);
  if (live.some(side => side.framesDecoded > 0)) {
    const ends = [cluster.entryOf(live[0].relayed) ?? "?", cluster.entryOf(live[0].remoteRelayed) ?? "?"];
    showLink(true, ends[0] === ends[1] ? `inside\n${ends[0]}` : ends.join("\n⇄\n"));
  }
}

function showSide(name, side, seen) {
  const view = views[name];
  const node = cluster.holderOf(seen.relayed);
  const entry = cluster.entryOf(seen.relayed);
  window.turnstone.sides[name] = {...seen, node, entry, state: side.state, iceState: side.iceState, iceStates: side.iceStates,
    pairs: side.pairs, errors: side.errors};
  view.root.classList.toggle("connected", seen.framesDecoded > 0);
  const texts = {
    holder: node ? node + (cluster.isRunning(node) ? "" : " (killed)") : "–",
    entry: entry ?? "–",
    relayed: seen.relayed ?? "–",
    ice: side.iceState,
    pair: seen.pair ? `${seen.pair}, same for ${Math.round((seen.atMs - side.pairs.at(-1).atMs) / 1000)} s` : "–",
    rtt: seen.rttMs === null ? "–" : `${seen.rttMs.toFixed(seen.rttMs < 10 ? 1 : 0)} ms`,
    rate: `${records[name].perSecond("packetsIn").toFixed(0)} / ${records[name].perSecond("packetsOut").toFixed(0)} per s`,
    frames: seen.framesDecoded,
    freezes: seen.freezes === 0 ? "none" : `${seen.freezes}, ${Math.round(seen.frozenMs)} ms in all`,
  };
  Object.entries(texts).forEach(([field, text]) => { view.find(`.${field}`).textContent = text; });
}

/** Runs again and again, each time that long after the last run has ended. */
function keep(run, everyMs) {
  const again = () => Promise.resolve(run()).catch(fail).finally(() => setTimeout(again, everyMs));
  again();
}

element("call").onclick = call;
element("hangup").onclick = hangUp;
document.querySelectorAll("input[name=mode]").forEach(input => { input.onchange = showMode; });
window.addEventListener("pagehide", () => Object.keys(sides).length && hangUp());
showMode();
keep(async () => { await look(); show(); }, LOOK_EVERY_MS);
keep(measure, MEASURE_EVERY_MS);
