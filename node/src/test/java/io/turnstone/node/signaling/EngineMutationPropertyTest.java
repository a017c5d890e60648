package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.signaling.LifelikePhone.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages of life and of the torture RFCs, mutated, for a whole engine with registrations, dialogs and presence. Nothing
 * is thrown; what the engine sends is a good message with no header field that was not sent to it as one, or that it
 * writes itself; and when time has passed it remembers nothing. The seed is in the test's name.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class EngineMutationPropertyTest {
    private static final int MESSAGES_OF_SEED = 25_000;
    private static final int MESSAGES_IN_FULL = 2_000_000;
    private static final int MESSAGES_OF_BATCH = 2_500;
    private static final int ASKED_MAX = 64;
    private static final long HEAP_GROWTH_MAX = 32L << 20;
    private static final int[] STATUSES = {100, 180, 183, 200, 200, 202, 302, 404, 407, 430, 480, 486, 487, 503, 603};

    private final Map<Kind, LifelikePhone> phones = new EnumMap<>(Kind.class);
    private final Map<Kind, FlowName> flows = new EnumMap<>(Kind.class);
    private final List<Asked> asked = new ArrayList<>();
    private final EngineRig rig = new EngineRig(this::onSent);
    private SplittableRandom random = new SplittableRandom(0);
    private long number;

    /** A request that a phone has got. */
    private record Asked(LifelikePhone phone, RawSip request) {}

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {3261, 4475})
    void shouldStandAnyMessage(long seed) {
        stand(seed, MESSAGES_OF_SEED);
    }

    @Test
    @Tag("full")
    void shouldStandTwoMillionMessages() {
        stand(5118, MESSAGES_IN_FULL);
    }

    private void stand(long seed, int count) {
        random = new SplittableRandom(seed);
        HostileMessages hostile = new HostileMessages(random);
        assertThat(hostile.tortureCount()).isGreaterThan(60);
        phones.put(Kind.SIP_JS, new LifelikePhone(Kind.SIP_JS, "alice", "wonder", random));
        phones.put(Kind.DESK_UDP, new LifelikePhone(Kind.DESK_UDP, "bob", "builder", random));
        phones.put(Kind.DESK_TCP, new LifelikePhone(Kind.DESK_TCP, "carol", "king", random));
        phones.put(Kind.JSSIP, new LifelikePhone(Kind.JSSIP, "dave", "cave", random));
        long heapBefore = 0;
        for (int done = 0; done < count; done += MESSAGES_OF_BATCH) {
            begin();
            for (int i = 0; i < MESSAGES_OF_BATCH; i++) {
                step(hostile);
            }
            rig.shouldForgetAll();
            asked.clear();
            if (done == count / 4 / MESSAGES_OF_BATCH * MESSAGES_OF_BATCH) {
                heapBefore = usedHeap();
            }
        }
        assertThat(usedHeap() - heapBefore).isLessThan(HEAP_GROWTH_MAX);
        shouldHaveComeEverywhere(count);
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** All phones register, and one of them calls another. */
    private void begin() {
        for (LifelikePhone phone : phones.values()) {
            flows.put(phone.kind(), rig.connect(phone.kind().transport()));
            phone.challenged("");
            register(phone);
            register(phone);
        }
        rig.receive(flow(phone(Kind.SIP_JS)), phone(Kind.SIP_JS).invite(phone(Kind.DESK_UDP), ++number));
        rig.advance(1);
    }

    private void register(LifelikePhone phone) {
        rig.receive(flow(phone), phone.register(++number));
        rig.advance(1);
    }

    private LifelikePhone phone(Kind kind) {
        return phones.getOrDefault(kind, any());
    }

    private LifelikePhone any() {
        return List.copyOf(phones.values()).get(random.nextInt(phones.size()));
    }

    private FlowName flow(LifelikePhone phone) {
        FlowName flow = flows.get(phone.kind());
        if (flow == null) {
            throw new AssertionError("no flow of " + phone.kind());
        }
        return flow;
    }

    private void step(HostileMessages hostile) {
        LifelikePhone phone = any();
        if (random.nextInt(200) == 0) {
            reconnect(phone);
        }
        String message = hostile.mutated(message(hostile, phone));
        try {
            rig.receive(flow(phone), message);
            rig.advance(random.nextInt(20));
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("after message " + number + ":\n" + message, e);
        }
    }

    /** What is sent to it meanwhile waits for its registration, or is lost. */
    private void reconnect(LifelikePhone phone) {
        rig.close(flow(phone));
        flows.put(phone.kind(), rig.connect(phone.kind().transport()));
        LifelikePhone other = any();
        rig.receive(flow(other), other.talk(++number));
        rig.advance(random.nextInt(1_000));
        register(phone);
    }

    private String message(HostileMessages hostile, LifelikePhone phone) {
        boolean repeated = random.nextInt(8) == 0;
        long named = repeated ? number : ++number;
        return switch (random.nextInt(9)) {
            case 0 -> hostile.torture();
            case 1 -> phone.invited(hostile.torture(), any());
            case 2 -> phone.talk(named);
            case 3 -> phone.cancel(any(), number - random.nextInt(4));
            case 4, 5, 6 -> phone.ask(any(), named);
            default -> reply(phone);
        };
    }

    /** Of whomever: a response comes over any flow. */
    private String reply(LifelikePhone phone) {
        if (asked.isEmpty()) {
            return phone.register(++number);
        }
        Asked to = asked.get(random.nextInt(asked.size()));
        return to.phone().reply(to.request(), STATUSES[random.nextInt(STATUSES.length)]);
    }

    private void onSent(FlowName flow, RawSip message) {
        for (LifelikePhone phone : phones.values()) {
            if (!flow.equals(flows.get(phone.kind()))) {
                continue;
            }
            if (message.isRequest()) {
                keep(new Asked(phone, message));
            } else if (message.start().startsWith("SIP/2.0 401 ")) {
                String challenge = message.named("www-authenticate").getLast();
                phone.challenged(RawSip.value(challenge));
            }
        }
    }

    private void keep(Asked next) {
        if (asked.size() == ASKED_MAX) {
            asked.remove(random.nextInt(ASKED_MAX));
        }
        asked.add(next);
        List<String> routes = next.request()
            .named("record-route")
            .stream()
            .map(row -> "Route: " + RawSip.value(row) + "\r\n")
            .toList();
        if (!routes.isEmpty()) {
            phones.values().forEach(phone -> phone.inDialog(phone == next.phone() ? routes : routes.reversed()));
        }
    }

    /** Or the test would prove little. */
    private void shouldHaveComeEverywhere(int count) {
        assertThat(rig.outputs().passedOn()).as("passed on").isGreaterThan(count / 20);
        assertThat(rig.outputs().relayed()).as("responses passed on").isGreaterThan(count / 100);
        assertThat(rig.outputs().own()).as("of its own").isGreaterThan(count / 20);
        for (SipCounter counter : List.of(SipCounter.REGISTERED, SipCounter.REFUSED, SipCounter.MALFORMED,
            SipCounter.CHALLENGED, SipCounter.REPEATED, SipCounter.HELD, SipCounter.UNSENT, SipCounter.STRAY_RESPONSE,
            SipCounter.STRAY_REQUEST)) {
            assertThat(rig.count(counter)).as("%s", counter).isPositive();
        }
    }
}
