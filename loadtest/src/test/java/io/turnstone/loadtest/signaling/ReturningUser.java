package io.turnstone.loadtest.signaling;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.signaling.UserAgent.Identity;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A browser with a WebSocket that it makes again when it has lost it, as its library does, and over which it registers by
 * outbound (RFC 5626). The loop's thread, but for the constructor.
 */
final class ReturningUser {
    private final ClientLoop loop;
    private final Executor connecting;
    private final Balancer balancer;
    private final Events events;
    private final Random random;
    private final String name;
    private final Library library;
    private final boolean comesAnew;
    private final UserAgent agent;
    private int server;
    private int generation;
    private int attempts;

    /** How a library waits before it connects again, read from its source. */
    enum Library {
        /** SIP.js 0.21: at once, then every 4 s. */
        SIP_JS {
            @Override
            long delaySeconds(int attempt, Random random) {
                return attempt == 1 ? 0 : 4;
            }
        },
        /** JsSIP 3.13: up to 2, 4, 8 s and so on by chance, no less than 2 s, no more than 30 s. */
        JSSIP {
            @Override
            long delaySeconds(int attempt, Random random) {
                return Math.clamp(1 + (long) (random.nextDouble() * (1L << attempt)), 2, 30);
            }
        };

        /** @param attempt from 1 */
        abstract long delaySeconds(int attempt, Random random);
    }

    /** Says which server a new connection goes to. On the loop. */
    interface Balancer {
        int choose();

        InetSocketAddress address(int server);
    }

    /** What becomes of the user. On the loop. */
    interface Events {
        /** @param outcome {@link UserAgent#DONE} or what has gone wrong */
        void onRegisteredAgain(ReturningUser user, String outcome);

        /** @param alive whether it came over the connection, and to the contact, that the user has now */
        void onTold(ReturningUser user, String content, boolean alive);
    }

    /** What all users of a test share. */
    record Shared(ClientLoop loop, Executor connecting, Balancer balancer, Events events, Random random) {}

    /**
     * Connects. Half of the users of each library come back with their contact, as who has only lost the connection; the
     * others with another one, as who has loaded the page anew.
     */
    ReturningUser(Shared shared, Identity identity, int number, int server) {
        this.loop = shared.loop();
        this.connecting = shared.connecting();
        this.balancer = shared.balancer();
        this.events = shared.events();
        this.random = shared.random();
        this.name = identity.user();
        this.library = number % 2 == 0 ? Library.SIP_JS : Library.JSSIP;
        this.comesAnew = number / 2 % 2 == 1;
        this.server = server;
        this.agent = new UserAgent(loop, identity, "", received -> link(server, 0));
        agent.useOutbound("urn:uuid:00000000-0000-4000-8000-%012x".formatted(number));
        agent.onRequest(this::onRequest);
    }

    UserAgent agent() {
        return agent;
    }

    /** Where it is connected, or was until now. */
    int server() {
        return server;
    }

    private String host(int of) {
        return name + (comesAnew ? "." + of : "") + ".invalid";
    }

    private WebSocketLink link(int to, int next) {
        return WebSocketLink.connect(loop, balancer.address(to), host(next), text -> onMessage(next, text),
            () -> onLost(next));
    }

    private void onMessage(int over, String text) {
        if (over == generation) {
            agent.onMessage(text);
        } else {
            events.onTold(this, text, false);
        }
    }

    private void onRequest(SipText request) {
        boolean toContact = request.requestUri().contains("@" + host(generation) + ";");
        events.onTold(this, request.body(), toContact);
    }

    private void onLost(int lost) {
        if (lost == generation) {
            attempts = 0;
            comeBack();
        }
    }

    private void comeBack() {
        loop.after(TimeUnit.SECONDS.toNanos(library.delaySeconds(++attempts, random)), this::connect);
    }

    private void connect() {
        int to = balancer.choose();
        int next = generation + 1;
        connecting.execute(() -> {
            try {
                WebSocketLink link = link(to, next);
                loop.execute(() -> onConnected(to, next, link));
            } catch (UncheckedIOException refused) {
                loop.execute(this::comeBack);
            }
        });
    }

    private void onConnected(int to, int next, WebSocketLink link) {
        server = to;
        generation = next;
        agent.moveTo(link);
        agent.register(outcome -> events.onRegisteredAgain(this, outcome));
    }
}
