// The phones of a test, each with a connection of its own, and the loop in which they do what the test orders.
import { LIBRARIES } from './libraries.js';

const phones = new Map();
const frames = new Map();

// What has gone over WebSockets lately, which tells why something is waited for in vain.
const TRACE_MAX = 80;
const trace = [];

function note(socket, direction, text) {
    const cseq = /^CSeq: *(.*)$/im.exec(text)?.[1] ?? '';
    const port = new URL(socket.url).port;
    trace.push(`${Math.round(performance.now())} ${port} ${direction} ${text.split('\r\n', 1)[0]} [${cseq}]`);
    if (trace.length > TRACE_MAX) {
        trace.shift();
    }
}

function traceSockets(view) {
    view.WebSocket = class extends view.WebSocket {
        constructor(...parameters) {
            super(...parameters);
            this.addEventListener('message', ({ data }) => note(this, '<', data));
            this.addEventListener('close', ({ code }) => note(this, 'closed', String(code)));
        }

        send(text) {
            note(this, '>', text);
            super.send(text);
        }
    };
}

async function start(name, phone) {
    phones.set(name, phone);
    await phone.start();
}

// A document of its own for a phone: its view, once that has the libraries.
async function load(frame, begin) {
    const loaded = new Promise(resolve => frame.addEventListener('load', resolve, { once: true }));
    begin();
    await loaded;
    traceSockets(frame.contentWindow);
    return frame.contentWindow;
}

const orders = {
    open(name, library, settings) {
        return start(name, new LIBRARIES[library](settings));
    },
    async openDocument(name, library, settings) {
        const frame = document.createElement('iframe');
        frame.src = 'frame.html';
        const view = await load(frame, () => document.body.append(frame));
        frames.set(name, { frame, library, settings });
        await start(name, new view.LIBRARIES[library](settings));
    },
    // As a user does: whatever the phone knew is gone.
    async reload(name) {
        const { frame, library, settings } = frames.get(name);
        const view = await load(frame, () => frame.contentWindow.location.reload());
        await start(name, new view.LIBRARIES[library](settings));
    },
    act(name, method, parameters) {
        return phones.get(name)[method](...parameters);
    },
    async closeAll() {
        await Promise.all([...phones.values()].map(phone => phone.close()));
        phones.clear();
        frames.forEach(({ frame }) => frame.remove());
        frames.clear();
    },
};

async function perform([order, ...parameters]) {
    try {
        return `done ${await orders[order](...parameters)}`;
    } catch (error) {
        return `failed ${error.message}\n${trace.join('\n')}`;
    }
}

traceSockets(window);
for (;;) {
    const response = await fetch('orders');
    if (response.status === 200) {
        await fetch('results', { method: 'POST', body: await perform(await response.json()) });
    }
}
