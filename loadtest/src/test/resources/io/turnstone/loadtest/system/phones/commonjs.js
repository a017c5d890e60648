// Loads CommonJS modules as they were published: JsSIP leaves that to whoever bundles it.
const MODULES = new URL('modules/', document.baseURI);
const loaded = new Map();

function read(url) {
    const request = new XMLHttpRequest();
    request.open('GET', url, false);
    request.send();
    if (request.status !== 200) {
        throw new Error(`${url}: ${request.status}`);
    }
    return request.responseText;
}

function withSuffix(path) {
    if (path.endsWith('/')) {
        return `${path}index.js`;
    }
    return /\.js(on)?$/.test(path) ? path : `${path}.js`;
}

function entryOf(name) {
    const about = JSON.parse(read(new URL(`${name}/package.json`, MODULES)));
    const entry = typeof about.browser === 'string' ? about.browser : about.main;
    return new URL(withSuffix(`${name}/${entry}`), MODULES);
}

function load(url) {
    const key = url.href;
    if (!loaded.has(key)) {
        const module = { exports: {} };
        loaded.set(key, module);
        const text = read(url);
        if (key.endsWith('.json')) {
            module.exports = JSON.parse(text);
        } else {
            const require = name => load(name.startsWith('.') ? new URL(withSuffix(name), url) : entryOf(name));
            new Function('module', 'exports', 'require', `${text}\n//# sourceURL=${key}`)(module, module.exports, require);
        }
    }
    return loaded.get(key).exports;
}

export function loadPackage(name) {
    return load(entryOf(name));
}
