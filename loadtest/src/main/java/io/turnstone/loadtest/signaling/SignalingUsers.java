package io.turnstone.loadtest.signaling;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.command.Sample;
import io.turnstone.loadtest.signaling.SignalingPlan.Activity;
import io.turnstone.loadtest.signaling.SignalingPlan.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Users of one server, connected until they are closed. One thread calls; their loop does the work. */
public final class SignalingUsers implements AutoCloseable {
    private static final int REGISTERED_AT_ONCE = 32;

    private final ClientLoop loop = ClientLoop.start();
    private final SignalingTarget target;
    private final Transport transport;
    private final String body;
    private final List<UserAgent> users = new ArrayList<>();

    public SignalingUsers(SignalingTarget target, Transport transport, int bodyBytes) {
        this.target = target;
        this.transport = transport;
        this.body = SessionDescription.ofBytes(bodyBytes);
    }

    /**
     * Measures a server by users of their own.
     *
     * @throws IllegalStateException if they cannot even register, or unregister
     */
    public static Sample measure(SignalingTarget target, SignalingPlan plan) {
        try (SignalingUsers users = new SignalingUsers(target, plan.transport(), plan.bodyBytes())) {
            users.grow(plan.users());
            if (plan.rehearsals() > 0) {
                users.repeat(plan.activity(), plan.rehearsals(), plan.concurrent());
            }
            Sample sample = users.repeat(plan.activity(), plan.count(), plan.concurrent());
            users.leave();
            return sample;
        }
    }

    /**
     * So many users are connected and registered when this returns.
     *
     * @throws IllegalStateException if one of them could not register
     */
    public void grow(int count) {
        int first = users.size();
        for (int number = first; number < count; number++) {
            users.add(connect(number));
        }
        requireAll("register", new Series(loop, count - first, REGISTERED_AT_ONCE,
            number -> users.get(first + number)::register));
    }

    /** Nobody is registered any more when this returns: who comes next would be called at these contacts too. */
    private void leave() {
        requireAll("unregister", new Series(loop, users.size(), REGISTERED_AT_ONCE,
            number -> users.get(number)::unregister));
    }

    private void requireAll(String what, Series series) {
        Sample sample = series.run(target::processorSeconds);
        if (!sample.failures().isEmpty()) {
            throw new IllegalStateException("not all users could " + what + " at " + target.server() + ": "
                + sample.failures());
        }
    }

    private UserAgent connect(int number) {
        UserAgent.Identity identity = target.identity(number);
        return new UserAgent(loop, identity, body, received -> switch (transport) {
            case WS -> WebSocketLink.connect(loop, target.server(), identity.user() + ".invalid", received);
            case UDP -> new DatagramLink(loop, target.server(), received);
        });
    }

    Sample repeat(Activity activity, int count, int concurrent) {
        return new Series(loop, count, concurrent, switch (activity) {
            case REGISTER -> number -> users.get(number % users.size())::register;
            case CALL -> this::call;
        }).run(target::processorSeconds);
    }

    private Consumer<Consumer<String>> call(int number) {
        int pair = number % (users.size() / 2);
        String callee = users.get(2 * pair + 1).addressOfRecord();
        return done -> users.get(2 * pair).call(callee, done);
    }

    @Override
    public void close() {
        loop.close();
    }
}
