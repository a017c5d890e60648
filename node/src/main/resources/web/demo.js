// The page: two sides in one tab, or one side each in two tabs that signal through a BroadcastChannel.

import {Side, localStream} from "/call.js";

const LOOK_EVERY_MS = 1000;
const HUES = {a: 190, b: 20};

const element = id => document.getElementById(id);
const views = {a: makeView("a", "Side A"), b: makeView("b", "Side B")};
const sides = {};
const pictures = {};
const tabs = new BroadcastChannel("turnstone-demo");
let nodes = [];

/** For scripts: the nodes, and what was measured last of each side of this tab. */
window.turnstone = {nodes: [], sides: {}, errors: [], call, hangUp};

function makeView(name, title) {
  const root = element(`side-${name}`);
  root.append(element("side").content.cloneNode(true));
  root.querySelector("h2").textContent = title;
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
    const answer = await (await fetch("/nodes")).json();
    nodes = answer.nodes;
    window.turnstone.nodes = nodes;
    showNodes();
  } catch (gone) {
    say("The launcher does not answer; was the demo stopped?", true);
  }
}

function showNodes() {
  element("nodes").replaceChildren(...nodes.map(node => {
    const item = document.createElement("li");
    item.classList.toggle("ready", node.ready);
    const held = (node.allocations?.allocations ?? []).filter(allocation => allocation.owner === node.cluster).length;
    const count = document.createElement("small");
    count.textContent = ` ${held} allocation${held === 1 ? "" : "s"}`;
    item.append(node.name, count);
    return item;
  }));
  for (const [index, name] of ["a", "b"].entries()) {
    const select = views[name].find("select");
    if (select.length !== nodes.length) {
      select.replaceChildren(...nodes.map(node => new Option(node.name, node.name)));
      select.selectedIndex = Math.min(index, nodes.length - 1);
    }
  }
}

/** The node that owns the allocation with this relayed address, as any node tells it. */
function holderOf(relayed) {
  for (const node of nodes) {
    const allocation = (node.allocations?.allocations ?? []).find(candidate => candidate.relayed.includes(relayed));
    if (allocation) {
      return nodes.find(owner => owner.cluster === allocation.owner)?.name ?? allocation.owner;
    }
  }
  return null;
}

// ---- the call --------------------------------------------------------------------------------------------------------

function signalTo(name) {
  return message => sides[name] ? sides[name].receive(message).catch(fail) : tabs.postMessage({to: name, ...plain(message)});
}

function plain(message) {
  return JSON.parse(JSON.stringify(message));
}

tabs.onmessage = ({data}) => {
  if (here().length === 2) {
    return;
  }
  if (data.hangUp) {
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
  const other = name === "a" ? "b" : "a";
  const chosen = nodes.find(node => node.name === views[name].find("select").value);
  const side = new Side(name, chosen.iceServers, signalTo(other));
  pictures[name] = await localStream(name.toUpperCase(), HUES[name], element("camera").checked);
  side.send(pictures[name].stream);
  side.connection.onconnectionstatechange = () => showState();
  views[name].find(".local").srcObject = pictures[name].stream;
  views[name].find(".remote").srcObject = side.remote;
  views[name].root.classList.add("calling");
  sides[name] = side;
}

async function call() {
  try {
    setCalling(true);
    say("Asking the nodes for relayed addresses …");
    if (nodes.length === 0) {
      await look();
    }
    const mine = here();
    for (const name of mine) {
      await join(name);
    }
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
  for (const name of Object.keys(sides)) {
    sides[name].close();
    pictures[name].stop();
    delete sides[name];
    delete window.turnstone.sides[name];
    views[name].root.classList.remove("connected", "calling");
    views[name].find(".remote").srcObject = null;
    views[name].find(".local").srcObject = null;
    views[name].root.querySelectorAll("dd").forEach(value => { value.textContent = "–"; });
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

async function measure() {
  for (const [name, side] of Object.entries(sides)) {
    const seen = await side.measure();
    const view = views[name];
    const measured = {...seen, node: holderOf(seen.relayed), state: side.state, errors: side.errors};
    window.turnstone.sides[name] = measured;
    view.root.classList.toggle("connected", seen.framesDecoded > 0);
    view.find(".holder").textContent = measured.node ?? "–";
    view.find(".relayed").textContent = seen.relayed ?? "–";
    view.find(".pair").textContent = seen.pair ?? "–";
    view.find(".rate").textContent = `${seen.packetsInPerSecond.toFixed(0)} / ${seen.packetsOutPerSecond.toFixed(0)} per s`;
    view.find(".rtt").textContent = seen.rttMs === null ? "–" : `${seen.rttMs.toFixed(seen.rttMs < 10 ? 1 : 0)} ms`;
    view.find(".frames").textContent = seen.framesDecoded;
  }
  const live = Object.values(window.turnstone.sides);
  if (live.some(side => side.framesDecoded > 0)) {
    const ends = [live[0].node ?? "?", holderOf(live[0].remoteRelayed) ?? "?"];
    showLink(true, ends[0] === ends[1] ? `inside ${ends[0]}` : ends.join("\n⇄\n"));
  }
}

element("call").onclick = call;
element("hangup").onclick = hangUp;
document.querySelectorAll("input[name=mode]").forEach(input => { input.onchange = showMode; });
window.addEventListener("pagehide", () => Object.keys(sides).length && hangUp());
showMode();
await look();
setInterval(look, LOOK_EVERY_MS);
setInterval(measure, LOOK_EVERY_MS);
