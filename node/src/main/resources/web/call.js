// One side of a call: its peer connection, and what the connection's statistics say.

import {now} from "/record.js";

const ATTEMPTS_MAX = 20;

/** A peer connection that may only use the relay it was given. */
export class Side {
  /**
   * @param signal takes what the other side is to receive
   * @param isApart whether this relayed port keeps enough distance from the other side's; else another one is tried
   */
  constructor(iceServers, stream, signal, isApart) {
    Object.assign(this, {iceServers, stream, signal, isApart});
    this.remote = new MediaStream();
    this.waiting = [];
    this.errors = [];
    this.#connect();
  }

  #connect() {
    this.connection?.close();
    this.remote.getTracks().forEach(track => this.remote.removeTrack(track));
    this.connection = new RTCPeerConnection({iceServers: this.iceServers, iceTransportPolicy: "relay"});
    this.iceStates = [];
    this.pairs = [];
    this.gathered = [];
    this.told = false;
    this.relayedPort = new Promise(resolve => {
      this.connection.onicecandidate = ({candidate}) => {
        if (candidate?.candidate) {
          this.#tell({candidate: candidate.toJSON()});
        }
        resolve(candidate?.port ?? null);
      };
    });
    this.connection.onicecandidateerror = event => this.errors.push(`${event.errorCode} ${event.errorText} ${event.url}`);
    this.connection.oniceconnectionstatechange = () => this.iceStates.push({atMs: now(), state: this.iceState});
    this.connection.onconnectionstatechange = () => this.onState();
    this.connection.ontrack = event => this.remote.addTrack(event.track);
    this.stream.getTracks().forEach(track => this.connection.addTrack(track, this.stream));
  }

  /** Called when {@link state} has changed. */
  onState() {}

  /** Candidates go out after the description that they belong to. */
  #tell(message) {
    if (this.told) {
      this.signal(message);
    } else {
      this.gathered.push(message);
    }
  }

  async #describe() {
    await this.connection.setLocalDescription();
    return this.relayedPort;
  }

  #publish(relayedPort) {
    this.told = true;
    this.signal({description: this.connection.localDescription.toJSON(), relayedPort});
    this.gathered.splice(0).forEach(this.signal);
  }

  async offer() {
    this.#publish(await this.#describe());
  }

  /** From a new port each time, until the kernel has given it to a node apart from the caller's. */
  async #answer(description, callersPort) {
    for (let attempt = 1; ; attempt++) {
      await this.connection.setRemoteDescription(description);
      const port = await this.#describe();
      if (attempt === ATTEMPTS_MAX || port === null || this.isApart(port, callersPort)) {
        return this.#publish(port);
      }
      this.#connect();
    }
  }

  /** Takes what the other side signalled. Candidates that come before their description wait for it. */
  async receive({description, candidate, relayedPort}) {
    if (description?.type === "offer") {
      await this.#answer(description, relayedPort);
      this.settled = true;
    } else if (description) {
      await this.connection.setRemoteDescription(description);
      this.settled = true;
    }
    if (candidate) {
      this.waiting.push(candidate);
    }
    if (this.settled) {
      for (const known of this.waiting.splice(0)) {
        await this.connection.addIceCandidate(known);
      }
    }
  }

  get state() {
    return this.connection.connectionState;
  }

  get iceState() {
    return this.connection.iceConnectionState;
  }

  close() {
    this.connection.close();
  }

  /** What has moved so far, and the pair that carries it. */
  async measure() {
    const reports = new Map();
    (await this.connection.getStats()).forEach(report => reports.set(report.id, report));
    const all = [...reports.values()];
    const pair = selectedPair(reports, all);
    const local = reports.get(pair?.localCandidateId);
    const remote = reports.get(pair?.remoteCandidateId);
    if (local && remote) {
      this.#notePair(`${hostPort(local)} ${hostPort(remote)}`);
    }
    return {
      atMs: now(),
      packetsIn: sum(all, "inbound-rtp", "packetsReceived"),
      packetsLost: sum(all, "inbound-rtp", "packetsLost"),
      packetsOut: sum(all, "outbound-rtp", "packetsSent"),
      framesDecoded: sum(all, "inbound-rtp", "framesDecoded"),
      freezes: sum(all, "inbound-rtp", "freezeCount"),
      frozenMs: sum(all, "inbound-rtp", "totalFreezesDuration") * 1000,
      rttMs: pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000,
      pair: local && remote ? `${local.candidateType} – ${remote.candidateType}` : null,
      relayed: local ? hostPort(local) : null,
      remoteRelayed: remote ? hostPort(remote) : null,
    };
  }

  #notePair(pair) {
    if (this.pairs.at(-1)?.pair !== pair) {
      this.pairs.push({atMs: now(), pair});
    }
  }
}

function selectedPair(reports, all) {
  const transport = all.find(report => report.type === "transport" && report.selectedCandidatePairId);
  return reports.get(transport?.selectedCandidatePairId)
    ?? all.find(report => report.type === "candidate-pair" && (report.selected || (report.nominated && report.state === "succeeded")));
}

function sum(reports, type, field) {
  return reports.filter(report => report.type === type).reduce((total, report) => total + (report[field] ?? 0), 0);
}

function hostPort(candidate) {
  const host = candidate.address ?? candidate.ip;
  return host?.includes(":") ? `[${host}]:${candidate.port}` : `${host}:${candidate.port}`;
}
