package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever another node sends, it is understood or dropped. */
class PeerMessagesPropertyTest {
    private static final FlowName FLOW = new FlowName(-7, Long.MAX_VALUE, SipTransport.WSS);
    private static final int MUTATIONS = 5_000;

    private static final TransportAddress REMOTE = TransportAddress.parse("[2001:db8::9]:4711");

    private final AddressRecordCodec codec = new AddressRecordCodec();
    private final PresenceRecordCodec presenceCodec = new PresenceRecordCodec();

    private static byte[] octets(String text) {
        UnsafeBuffer buffer = Sip.buffer(text);
        byte[] octets = new byte[buffer.capacity()];
        buffer.getBytes(0, octets);
        return octets;
    }

    private static byte[] deliver(String text) {
        byte[] octets = octets(text);
        return PeerMessages.deliver(FLOW, new UnsafeBuffer(octets), 0, octets.length);
    }

    private static byte[] handOver(String text) {
        byte[] octets = octets(text);
        return PeerMessages.handOver(new Arrival(FLOW, REMOTE), new UnsafeBuffer(octets), 0, octets.length);
    }

    private byte[] record() {
        String alice = "alice@example.com";
        long id = new BindingIds().addressOfRecord(alice);
        Binding binding = new Binding(new BindingId(id, 7), alice, "sip:a@x.invalid", 500, 2_000, 1_000, "call", 9,
            "<urn:x>", 1, "<sip:edge;lr>", FLOW, new PushResource("fcm", "token", "project"), 1_999);
        AddressRecord record = AddressRecord.first(id, alice, 3, 1_000).with(List.of(binding), 3, 1_000);
        return codec.encode(record.with(List.of(), 4, 1_500));
    }

    @Test
    void shouldReadWhatWasWritten() {
        assertThat(PeerMessages.read(deliver("INVITE"))).isInstanceOfSatisfying(
            PeerMessages.Content.Deliver.class,
            deliver -> {
                assertThat(deliver.flowId()).isEqualTo(FLOW.id());
                assertThat(deliver.transport()).isEqualTo(SipTransport.WSS);
                assertThat(deliver.octets()).isEqualTo(octets("INVITE"));
            });
        assertThat(PeerMessages.read(handOver("SIP/2.0"))).isInstanceOfSatisfying(
            PeerMessages.Content.HandOver.class,
            handOver -> {
                assertThat(handOver.octets()).isEqualTo(octets("SIP/2.0"));
                assertThat(handOver.remote()).isEqualTo(REMOTE);
            });
        assertThat(PeerMessages.read(PeerMessages.replication(record()))).isInstanceOfSatisfying(
            PeerMessages.Content.Replication.class,
            replication -> assertThat(codec.decode(replication.message())).isPresent());
    }

    private static PresenceRecord presence(PresenceItem item) {
        long id = new BindingIds().presence("alice@example.com", item.name());
        return PresenceRecord.first(id, "alice@example.com", item, 3, 1_000).with(item, 4, 1_500);
    }

    private static List<PresenceItem> items() {
        Watcher watcher = new Watcher("call", "tagB", "<sip:alice@example.com>", "<sip:bob@example.com>;tag=tagB",
            "sip:bob@b.invalid", "<sip:edge;lr>", new BindingId(-1, 0), FLOW);
        return List.of(
            new Publication("e.1", "e.2", 1_000, 2_000, "application/pidf+xml", "<ä/>"),
            new Subscription("00ff", "presence", "7", watcher, 2_000, 5, 8_192, false, false),
            new Subscription("00fe", "reg", "", watcher.boundBy(null), 2_000, 5, 0, false, false));
    }

    @Test
    void shouldReadWhatWasWrittenOfPresence() {
        for (PresenceItem item : items()) {
            PresenceRecord record = presence(item);
            assertThat(presenceCodec.decode(presenceCodec.encode(record))).contains(record);
        }
    }

    @Test
    void shouldBeKnownByTheFirstOctetWhateverItSays() {
        for (byte[] message : List.of(deliver(""), handOver("x"), PeerMessages.replication(new byte[0]),
            PeerMessages.presence(new byte[0]))) {
            assertThat(SignalingAgent.reads(new UnsafeBuffer(message), 0, message.length)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void shouldThrowAtNothing(long seed) {
        Random random = new Random(seed);
        List<byte[]> messages = List.of(deliver("INVITE sip:a@b SIP/2.0\n\n"), handOver("SIP/2.0 200 OK\n\n"),
            PeerMessages.replication(record()));
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] message = mutated(messages.get(random.nextInt(messages.size())), random);
            byte[] record = mutated(record(), random);
            byte[] presence = mutated(presenceCodec.encode(presence(items().get(random.nextInt(3)))), random);
            assertThatCode(() -> {
                PeerMessages.read(message);
                codec.decode(record).ifPresent(codec::encode);
                presenceCodec.decode(presence).ifPresent(presenceCodec::encode);
            }).doesNotThrowAnyException();
        }
    }

    private static byte[] mutated(byte[] message, Random random) {
        byte[] mutated = Arrays.copyOf(message, Math.max(0, message.length - random.nextInt(4)));
        for (int change = random.nextInt(4); change >= 0 && mutated.length > 0; change--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
        }
        return mutated;
    }
}
