// One side of a call: its picture, its peer connection, and what the connection's statistics say.

const FRAMES_PER_SECOND = 24;

/** A moving picture for machines without a camera: a clock hand, a drifting bird and a frame number. */
export function syntheticStream(label, hue) {
  const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 480});
  const pen = canvas.getContext("2d");
  let frame = 0;
  const draw = () => {
    frame++;
    const turn = frame / FRAMES_PER_SECOND;
    const sky = pen.createLinearGradient(0, 0, 0, canvas.height);
    sky.addColorStop(0, `hsl(${hue + 14 * Math.sin(turn / 3)} 46% 34%)`);
    sky.addColorStop(1, `hsl(${hue + 40} 52% 62%)`);
    pen.fillStyle = sky;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    drawWaves(pen, canvas, turn);
    pen.fillStyle = "#ffffff";
    pen.textAlign = "center";
    pen.font = "600 190px system-ui, sans-serif";
    pen.fillText(label, canvas.width / 2, 270);
    pen.font = "24px ui-monospace, monospace";
    pen.fillText(`frame ${frame}`, canvas.width / 2, 322);
    drawHand(pen, canvas.width / 2, 205, turn);
  };
  draw();
  const timer = setInterval(draw, 1000 / FRAMES_PER_SECOND);
  const stream = canvas.captureStream(FRAMES_PER_SECOND);
  return {stream, stop: () => { clearInterval(timer); stream.getTracks().forEach(track => track.stop()); }};
}

function drawWaves(pen, canvas, turn) {
  for (let row = 0; row < 3; row++) {
    pen.fillStyle = `rgba(255,255,255,${0.10 + row * 0.06})`;
    pen.beginPath();
    pen.moveTo(0, canvas.height);
    for (let x = 0; x <= canvas.width; x += 16) {
      pen.lineTo(x, 372 + row * 32 + 12 * Math.sin(x / 74 + turn * (1.1 + row * 0.5) + row * 2));
    }
    pen.lineTo(canvas.width, canvas.height);
    pen.fill();
  }
}

function drawHand(pen, x, y, turn) {
  pen.strokeStyle = "rgba(255,255,255,.75)";
  pen.lineWidth = 6;
  pen.lineCap = "round";
  pen.beginPath();
  pen.arc(x, y, 160, turn, turn + 1.2);
  pen.stroke();
}

/** The camera when wanted and allowed, else a picture of its own. */
export async function localStream(label, hue, wantCamera) {
  if (wantCamera && navigator.mediaDevices) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 480}, audio: true});
      return {stream, stop: () => stream.getTracks().forEach(track => track.stop())};
    } catch (refused) {
      console.info("no camera, so a synthetic picture:", refused.message);
    }
  }
  return syntheticStream(label, hue);
}

/** A peer connection that may only use the relay it was given. */
export class Side {
  constructor(name, iceServers, signal) {
    this.name = name;
    this.signal = signal;
    this.remote = new MediaStream();
    this.waiting = [];
    this.last = null;
    this.errors = [];
    this.connection = new RTCPeerConnection({iceServers, iceTransportPolicy: "relay"});
    this.connection.onicecandidate = event => event.candidate && signal({candidate: event.candidate.toJSON()});
    this.connection.onicecandidateerror = event => this.errors.push(`${event.errorCode} ${event.errorText} ${event.url}`);
    this.connection.ontrack = event => this.remote.addTrack(event.track);
  }

  send(stream) {
    stream.getTracks().forEach(track => this.connection.addTrack(track, stream));
  }

  async offer() {
    await this.connection.setLocalDescription();
    this.signal({description: this.connection.localDescription.toJSON()});
  }

  /** Takes what the other side signalled. Candidates that come before their description wait for it. */
  async receive({description, candidate}) {
    if (description) {
      await this.connection.setRemoteDescription(description);
      if (description.type === "offer") {
        await this.connection.setLocalDescription();
        this.signal({description: this.connection.localDescription.toJSON()});
      }
      for (const early of this.waiting.splice(0)) {
        await this.connection.addIceCandidate(early);
      }
    } else if (candidate && this.connection.remoteDescription) {
      await this.connection.addIceCandidate(candidate);
    } else if (candidate) {
      this.waiting.push(candidate);
    }
  }

  get state() {
    return this.connection.connectionState;
  }

  close() {
    this.connection.close();
  }

  /** What moves: packets per second since the last look, frames decoded, round-trip time, the pair in use. */
  async measure() {
    const reports = new Map();
    (await this.connection.getStats()).forEach(report => reports.set(report.id, report));
    const all = [...reports.values()];
    const pair = selectedPair(reports, all);
    const local = reports.get(pair?.localCandidateId);
    const remote = reports.get(pair?.remoteCandidateId);
    const now = {
      atMs: performance.now(),
      packetsIn: sum(all, "inbound-rtp", "packetsReceived"),
      packetsOut: sum(all, "outbound-rtp", "packetsSent"),
      framesDecoded: sum(all, "inbound-rtp", "framesDecoded"),
    };
    const rates = rate(this.last, now);
    this.last = now;
    return {
      ...now, ...rates,
      rttMs: pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000,
      pair: local && remote ? `${local.candidateType} – ${remote.candidateType}` : null,
      relayed: local ? hostPort(local) : null,
      remoteRelayed: remote ? hostPort(remote) : null,
    };
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

function rate(before, now) {
  const seconds = before ? (now.atMs - before.atMs) / 1000 : 0;
  return {
    packetsInPerSecond: seconds ? (now.packetsIn - before.packetsIn) / seconds : 0,
    packetsOutPerSecond: seconds ? (now.packetsOut - before.packetsOut) / seconds : 0,
  };
}

function hostPort(candidate) {
  const host = candidate.address ?? candidate.ip;
  return host?.includes(":") ? `[${host}]:${candidate.port}` : `${host}:${candidate.port}`;
}
