// What phones of either library have in common: events that a test waits for in their order, calls, and their media.
const CONDITION_MS_MAX = 20_000;
const POLL_MS = 20;
const STOP_MS_MAX = 3_000;
const PACKETS = 10;

export const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

// Asks again and again until the answer is true.
export async function until(what, isMet) {
    const deadlineMs = performance.now() + CONDITION_MS_MAX;
    while (!await isMet()) {
        if (performance.now() > deadlineMs) {
            throw new Error(`waited in vain: ${what()}`);
        }
        await pause(POLL_MS);
    }
}

export class Phone {
    calls = [];
    #events = [];
    #seen = 0;

    constructor(settings) {
        this.settings = settings;
    }

    get rtcConfiguration() {
        const { turn, user, password } = this.settings;
        return {
            iceTransportPolicy: 'relay',
            iceServers: [{ urls: turn, username: user, credential: password }],
        };
    }

    uri(target) {
        return target.includes(':') ? target : `sip:${target}@${this.settings.domain}`;
    }

    emit(event) {
        this.#events.push(event);
    }

    // Waits for an event after those that were waited for before.
    expect(event) {
        return this.expectAll([event]);
    }

    // Waits for events in whatever order, all of them after those that were waited for before.
    async expectAll(events) {
        let at = [];
        await until(() => `${this.settings.user} has no "${events}" after [${this.#events.slice(0, this.#seen)}] in `
            + `[${this.#events.slice(this.#seen)}]`, () => {
            at = events.map(event => this.#events.indexOf(event, this.#seen));
            return at.every(index => index >= 0);
        });
        this.#seen = Math.max(...at) + 1;
    }

    call(index) {
        const call = this.calls.at(index);
        if (!call) {
            throw new Error(`${this.settings.user} has no call ${index}`);
        }
        return call;
    }

    // By what another INVITE to the other side takes the place of this call (RFC 3891 §3): to-tag is that of who gets it.
    replaces(index) {
        const { callId, localTag, remoteTag } = this.dialog(this.call(index));
        return `Replaces: ${callId};to-tag=${remoteTag};from-tag=${localTag}`;
    }

    async #media(index) {
        const connection = this.connection(this.call(index));
        const stats = [...(await connection.getStats()).values()];
        const audio = type => stats.find(each => each.type === type && each.kind === 'audio');
        const pair = stats.find(each => each.type === 'candidate-pair' && each.nominated && each.state === 'succeeded');
        return {
            received: audio('inbound-rtp')?.packetsReceived ?? 0,
            sent: audio('outbound-rtp')?.packetsSent ?? 0,
            ice: connection.iceConnectionState,
            candidates: ['local', 'remote'].map(side => stats.filter(each => each.type === `${side}-candidate`).length),
            local: stats.find(each => each.id === pair?.localCandidateId)?.candidateType ?? '',
            remote: stats.find(each => each.id === pair?.remoteCandidateId)?.candidateType ?? '',
        };
    }

    // Waits until audio has gone both ways from now on; the kinds of the candidates by which it goes. Media may come before
    // a pair of candidates is chosen.
    async expectAudio(index) {
        const before = await this.#media(index);
        let now = before;
        await until(() => `${this.settings.user} has no audio both ways: ${JSON.stringify({ before, now })}`, async () => {
            now = await this.#media(index);
            return now.local && now.received >= before.received + PACKETS && now.sent >= before.sent + PACKETS;
        });
        return `${now.local} ${now.remote}`;
    }

    // What is left of calls and registrations may take its time when the other side has gone before.
    close() {
        return Promise.race([this.stop(), pause(STOP_MS_MAX)]);
    }
}

// What an offer says about the side that sends it.
export function holds(sdp) {
    return /^a=(sendonly|inactive)\r?$/m.test(sdp);
}
