package io.turnstone.loadtest.system;

import java.util.ArrayList;
import java.util.List;

/**
 * A user agent in a browser. One thread. Its methods begin something; what comes of it is an event that {@link #expect}
 * waits for, such as {@code ringing}, {@code established} or {@code failed 486}.
 */
final class BrowserPhone {
    /** The call that began last. */
    static final int LATEST = -1;
    static final int FIRST = 0;

    private final PhonePage page;
    private final String name;

    BrowserPhone(PhonePage page, String name) {
        this.page = page;
        this.name = name;
    }

    private void act(String method, Object... parameters) {
        page.act(name, method, parameters);
    }

    /** Waits for the next such event, 20 s at most; those before it are passed over. */
    BrowserPhone expect(String... events) {
        for (String event : events) {
            act("expect", event);
        }
        return this;
    }

    /** As {@link #expect}, in whatever order. */
    void expectAll(String... events) {
        act("expectAll", List.of(events));
    }

    /**
     * Waits until the library is registered again, over a new WebSocket.
     *
     * @param awaited what has waited for it; that may come before the answer to its registration
     */
    void expectBack(String... awaited) {
        List<String> events = new ArrayList<>(List.of(awaited));
        events.add("registered");
        act("expectAll", events);
    }

    BrowserPhone register() {
        act("register");
        return expect("registered");
    }

    void tryToRegister() {
        act("register");
    }

    void unregister() {
        act("unregister");
    }

    /** @param target a user of the domain, or a URI */
    void dial(String target) {
        act("dial", target);
    }

    /** Calls a phone of that user, which answers; established on both sides when this returns. */
    void call(String target, BrowserPhone callee) {
        dial(target);
        callee.expect("ringing");
        callee.answer();
        expect("established");
        callee.expect("established");
    }

    /** By what {@link #takeOver} takes the place of the latest call, whatever becomes of this user agent. */
    String replaces() {
        return String.valueOf(page.act(name, "replaces", LATEST));
    }

    /** Calls a user with whom this phone had a call, in the place of that. */
    void takeOver(String target, String replaces) {
        act("dial", target, replaces);
    }

    /** Loads its document again: the user agent knows no call, and is not registered. */
    void reload() {
        page.reload(name);
    }

    void answer() {
        act("answer", LATEST);
    }

    void reject(int status) {
        act("reject", LATEST, status);
    }

    void cancel() {
        act("cancel", LATEST);
    }

    void hangUp() {
        hangUp(LATEST);
    }

    /** @param call an index in the order in which calls began */
    void hangUp(int call) {
        act("hangUp", call);
    }

    /** By a re-INVITE that says so. */
    void hold() {
        act("hold", LATEST, true);
    }

    void resume() {
        act("hold", LATEST, false);
    }

    /** Both one after the other, of the latest call with that phone. */
    void holdAndResume(BrowserPhone other) {
        hold();
        other.expect("held");
        expect("hold accepted");
        resume();
        other.expect("resumed");
        expect("resume accepted");
    }

    /** DTMF by INFO. */
    void sendTone(String tone) {
        act("tone", LATEST, tone);
    }

    void sendMessage(String target, String text) {
        act("message", target, text);
    }

    void transfer(int call, String target) {
        act("transfer", call, target);
    }

    void transferToCall(int call, int other) {
        act("transferToCall", call, other);
    }

    /** Audio of the latest call goes both ways from now on; the kinds of both candidates, {@code relay relay} for one. */
    String expectAudio() {
        return String.valueOf(page.act(name, "expectAudio", LATEST));
    }
}
