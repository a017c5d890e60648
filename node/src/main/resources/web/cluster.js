// The nodes as the launcher tells them, and where packets go in.

import {now} from "/record.js";

export class Cluster {
  constructor() {
    this.nodes = [];
    this.shared = [];
    this.entries = new Map();
  }

  /** Asks the launcher; answers with what has happened to nodes since the last time, for the plot. */
  async look() {
    const answer = await (await fetch("/nodes")).json();
    const before = new Map(this.nodes.map(node => [node.name, node]));
    this.shared = answer.iceServers;
    this.nodes = answer.nodes;
    this.nodes.forEach(node => this.#notice(before.get(node.name), node));
    return this.nodes.filter(node => before.has(node.name)).flatMap(node => changesOf(before.get(node.name), node));
  }

  /** A client's packets enter at the node that has counted some since the last look. */
  #notice(before, node) {
    const counted = new Map(allocationsOf(before).map(allocation => [allocation.id, allocation.packetsFromClient]));
    for (const {id, relayed, packetsFromClient} of allocationsOf(node)) {
      if (packetsFromClient > (counted.get(id) ?? 0)) {
        relayed.forEach(address => this.entries.set(address, node.name));
      }
    }
  }

  async kill(name) {
    await post(`/nodes/${name}/kill`);
  }

  async start(name) {
    await post(`/nodes/${name}/start`);
  }

  /** @param chosen a node's name, or nothing for the port that all share */
  iceServers(chosen) {
    return this.#node(chosen)?.iceServers ?? this.shared;
  }

  /** The node whose relay ports hold this relayed address, alive or not. */
  holderOf(relayed) {
    return relayed ? this.#atPort(Number(relayed.slice(relayed.lastIndexOf(":") + 1)))?.name ?? null : null;
  }

  /** The node that the packets of this relayed address's client were last seen to enter at. */
  entryOf(relayed) {
    return this.entries.get(relayed) ?? null;
  }

  /** Whether two relayed ports are on different nodes, or there is no other node to be on. */
  areApart(port, other) {
    return this.nodes.filter(node => node.ready).length < 2 || this.#atPort(port) !== this.#atPort(other);
  }

  isRunning(name) {
    return this.#node(name)?.running ?? false;
  }

  isReady(name) {
    return this.#node(name)?.ready ?? false;
  }

  describe(node) {
    if (!node.running) {
      return "killed";
    }
    const held = allocationsOf(node).filter(allocation => allocation.owner === node.cluster).length;
    return node.ready ? `${held} allocation${held === 1 ? "" : "s"}` : "starting";
  }

  #node(name) {
    return this.nodes.find(node => node.name === name);
  }

  #atPort(port) {
    return this.nodes.find(({relayPorts: [first, last]}) => port >= first && port <= last);
  }
}

function allocationsOf(node) {
  return node?.allocations?.allocations ?? [];
}

function changesOf(before, node) {
  const changes = [];
  if (!before.running && node.running) {
    changes.push({atMs: now(), kind: "event", text: `${node.name} started`});
  }
  if (!before.ready && node.ready) {
    changes.push({atMs: now(), kind: "event", text: `${node.name} ready`});
  }
  return changes;
}

async function post(path) {
  const answer = await fetch(path, {method: "POST"});
  if (!answer.ok) {
    throw new Error((await answer.text()).trim());
  }
}
