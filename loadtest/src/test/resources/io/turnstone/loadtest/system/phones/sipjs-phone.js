// A phone by SIP.js.
import { Phone, holds, until } from './phone.js';
import { Inviter, Messager, Registerer, SIPExtension, SessionState, UserAgent, Web } from './modules/sip.js/lib/index.js';

const AUDIO = { constraints: { audio: true, video: false } };
const RECONNECTIONS = 20;

// The library knows one server. Whoever has several gives it a transport that goes on to the next.
class Transport extends Web.Transport {
    #attempts = 0;

    get server() {
        const { servers } = this.configuration;
        return servers[this.#attempts % servers.length];
    }

    async connect() {
        try {
            await super.connect();
        } catch (error) {
            this.#attempts++;
            throw error;
        }
    }
}

export class SipJsPhone extends Phone {
    #agent;
    #registerer;
    #registered = false;

    constructor(settings) {
        super(settings);
        this.#agent = new UserAgent({
            uri: UserAgent.makeURI(this.uri(settings.user)),
            authorizationUsername: settings.user,
            authorizationPassword: settings.password,
            transportConstructor: Transport,
            transportOptions: { server: settings.servers[0], servers: settings.servers },
            reconnectionAttempts: RECONNECTIONS,
            reconnectionDelay: 1,
            sipExtensionReplaces: SIPExtension.Supported,
            sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: this.rtcConfiguration },
            logBuiltinEnabled: false,
            logConfiguration: false,
            delegate: {
                onConnect: () => {
                    this.emit('connected');
                    if (this.#registered) {
                        this.register();
                    }
                },
                onDisconnect: () => this.emit('disconnected'),
                onInvite: invitation => {
                    this.#track(invitation);
                    this.emit('ringing');
                },
                onMessage: message => {
                    message.accept();
                    this.emit(`message ${message.request.body}`);
                },
            },
        });
        this.#registerer = new Registerer(this.#agent, { instanceId: settings.instance, logConfiguration: false });
    }

    start() {
        return this.#agent.start();
    }

    async stop() {
        this.#registered = false;
        await this.#agent.stop();
    }

    register() {
        return this.#registerer.register({
            requestDelegate: {
                onAccept: () => {
                    this.#registered = true;
                    this.emit('registered');
                },
                onReject: response => this.emit(`refused ${response.message.statusCode}`),
            },
        });
    }

    unregister() {
        this.#registered = false;
        return this.#registerer.unregister({ requestDelegate: { onAccept: () => this.emit('unregistered') } });
    }

    dial(target, ...extraHeaders) {
        const inviter = new Inviter(this.#agent, UserAgent.makeURI(this.uri(target)),
            { extraHeaders, sessionDescriptionHandlerOptions: AUDIO });
        this.#track(inviter);
        return this.#invite(inviter);
    }

    #invite(inviter) {
        return inviter.invite({
            requestDelegate: {
                onProgress: response => this.emit(`progress ${response.message.statusCode}`),
                onReject: response => this.emit(`failed ${response.message.statusCode}`),
            },
        });
    }

    #track(session) {
        this.calls.push(session);
        let isAcknowledged = session instanceof Inviter;
        session.stateChange.addListener(state => {
            if (state === SessionState.Established && isAcknowledged) {
                this.emit('established');
            } else if (state === SessionState.Terminated) {
                this.emit('ended');
            }
        });
        session.delegate = {
            // A call that was answered but whose ACK is under way does not survive the loss of its WebSocket in every library.
            onAck: () => {
                if (!isAcknowledged) {
                    isAcknowledged = true;
                    this.emit('established');
                }
            },
            onInvite: request => this.emit(holds(request.body) ? 'held' : 'resumed'),
            onInfo: info => {
                info.accept();
                this.emit(`tone ${/Signal=\s*(\S+)/.exec(info.request.body)[1]}`);
            },
            onRefer: async referral => {
                await referral.accept();
                const inviter = referral.makeInviter({ sessionDescriptionHandlerOptions: AUDIO });
                this.#track(inviter);
                this.emit('referred');
                await this.#invite(inviter);
            },
        };
    }

    answer(index) {
        return this.call(index).accept({ sessionDescriptionHandlerOptions: AUDIO });
    }

    reject(index, statusCode) {
        return this.call(index).reject({ statusCode });
    }

    cancel(index) {
        return this.call(index).cancel();
    }

    hangUp(index) {
        return this.call(index).bye();
    }

    async hold(index, on) {
        const session = this.call(index);
        // The other side's re-INVITE is over with its ACK; until then the library refuses to send one.
        await until(() => 'a re-INVITE is pending', () => !session.pendingReinvite && !session.pendingReinviteAck);
        session.sessionDescriptionHandlerOptionsReInvite = { hold: on };
        await session.invite({
            requestDelegate: {
                onAccept: () => this.emit(on ? 'hold accepted' : 'resume accepted'),
                onReject: response => this.emit(`failed ${response.message.statusCode}`),
            },
        });
    }

    tone(index, tone) {
        return this.call(index).info({
            requestOptions: {
                body: {
                    contentDisposition: 'render',
                    contentType: 'application/dtmf-relay',
                    content: `Signal=${tone}\r\nDuration=100`,
                },
            },
        });
    }

    message(target, text) {
        return new Messager(this.#agent, UserAgent.makeURI(this.uri(target)), text).message({
            requestDelegate: {
                onAccept: () => this.emit('delivered'),
                onReject: response => this.emit(`failed ${response.message.statusCode}`),
            },
        });
    }

    transfer(index, target) {
        return this.#refer(index, UserAgent.makeURI(this.uri(target)));
    }

    // To whom this phone has called meanwhile.
    transferToCall(index, other) {
        return this.#refer(index, this.call(other));
    }

    #refer(index, to) {
        return this.call(index).refer(to, {
            onNotify: notification => {
                notification.accept();
                this.emit(`transfer ${/^SIP\/2\.0 (\d+)/.exec(notification.request.body)[1]}`);
            },
        });
    }

    dialog(session) {
        return session.dialog;
    }

    connection(session) {
        return session.sessionDescriptionHandler.peerConnection;
    }
}
