// A phone by JsSIP.
import { loadPackage } from './commonjs.js';
import { Phone, pause, until } from './phone.js';

const JsSIP = loadPackage('jssip');

// T1 (RFC 3261 §17.1.1.1), and time for what is sent then to be here. Either library, if a re-INVITE waits for its ACK by
// then, sends the 200 before it again, which JsSIP acknowledges under the number of its own latest INVITE. Users are slower.
const BETWEEN_INVITES_MS = 700;

export class JsSipPhone extends Phone {
    #agent;
    #acceptedMs = 0;

    constructor(settings) {
        super(settings);
        this.#agent = new JsSIP.UA({
            // The first as long as it is there.
            sockets: settings.servers.map((url, index) => ({ socket: new JsSIP.WebSocketInterface(url), weight: -index })),
            uri: this.uri(settings.user),
            password: settings.password,
            register: false,
            instance_id: settings.instance,
            connection_recovery_min_interval: 1,
        });
        this.#agent.on('connected', () => this.emit('connected'));
        this.#agent.on('disconnected', () => this.emit('disconnected'));
        this.#agent.on('registered', () => this.emit('registered'));
        this.#agent.on('unregistered', () => this.emit('unregistered'));
        this.#agent.on('registrationFailed', ({ response }) => this.emit(`refused ${response?.status_code ?? 0}`));
        this.#agent.on('newRTCSession', ({ session }) => this.#track(session));
        this.#agent.on('newMessage', ({ originator, request }) => {
            if (originator === 'remote') {
                this.emit(`message ${request.body}`);
            }
        });
    }

    get #media() {
        return { mediaConstraints: { audio: true, video: false }, pcConfig: this.rtcConfiguration };
    }

    async start() {
        this.#agent.start();
        await this.expect('connected');
    }

    stop() {
        this.#agent.stop();
    }

    register() {
        this.#agent.register();
    }

    unregister() {
        this.#agent.unregister();
    }

    dial(target, ...extraHeaders) {
        this.#agent.call(this.uri(target), { ...this.#media, extraHeaders });
    }

    #track(session) {
        this.calls.push(session);
        session.on('progress', ({ originator, response }) => {
            if (originator === 'remote') {
                this.emit(`progress ${response.status_code}`);
            }
        });
        session.on('confirmed', () => this.#accept('established'));
        session.on('ended', () => this.emit('ended'));
        session.on('failed', ({ originator, message }) => {
            if (originator === 'remote' && message?.status_code) {
                this.emit(`failed ${message.status_code}`);
            }
            this.emit('ended');
        });
        session.on('hold', ({ originator }) => originator === 'remote' && this.emit('held'));
        session.on('unhold', ({ originator }) => originator === 'remote' && this.emit('resumed'));
        session.on('newDTMF', ({ originator, dtmf }) => originator === 'remote' && this.emit(`tone ${dtmf.tone}`));
        session.on('refer', ({ accept }) => {
            accept(null, this.#media);
            this.emit('referred');
        });
        session.on('replaces', ({ accept }) => accept());
        if (session.direction === 'incoming') {
            this.emit('ringing');
        }
    }

    answer(index) {
        this.call(index).answer(this.#media);
    }

    reject(index, statusCode) {
        this.call(index).terminate({ status_code: statusCode });
    }

    cancel(index) {
        this.call(index).terminate();
    }

    hangUp(index) {
        this.call(index).terminate();
    }

    async hold(index, on) {
        const session = this.call(index);
        await pause(this.#acceptedMs + BETWEEN_INVITES_MS - performance.now());
        await until(() => 'a re-INVITE is pending', () => session.isReadyToReOffer());
        if (on) {
            session.hold({}, () => this.#accept('hold accepted'));
        } else {
            session.unhold({}, () => this.#accept('resume accepted'));
        }
    }

    #accept(event) {
        this.#acceptedMs = performance.now();
        this.emit(event);
    }

    tone(index, tone) {
        this.call(index).sendDTMF(tone, { transportType: 'INFO' });
    }

    message(target, text) {
        this.#agent.sendMessage(this.uri(target), text, {
            eventHandlers: {
                succeeded: () => this.emit('delivered'),
                failed: ({ response }) => this.emit(`failed ${response?.status_code ?? 0}`),
            },
        });
    }

    transfer(index, target) {
        this.#refer(index, this.uri(target), {});
    }

    // To whom this phone has called meanwhile.
    transferToCall(index, other) {
        const replaced = this.call(other);
        this.#refer(index, replaced.remote_identity.uri, { replaces: replaced });
    }

    #refer(index, to, options) {
        this.call(index).refer(to, {
            ...options,
            eventHandlers: {
                accepted: ({ status_line: status }) => this.emit(`transfer ${status.status_code}`),
                failed: ({ status_line: status }) => this.emit(`transfer ${status.status_code}`),
            },
        });
    }

    dialog({ _dialog: { id } }) {
        return { callId: id.call_id, localTag: id.local_tag, remoteTag: id.remote_tag };
    }

    connection(session) {
        return session.connection;
    }
}
