package io.turnstone.node.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.MobilityTickets.Ticket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class MobilityTicketsTest {
    private static final Ticket TICKET = new Ticket(0x1122_3344_5566_7788L, 3);

    private final MobilityTickets tickets = tickets("secret");

    @Test
    void shouldOpenWhatAnotherNodeSealed() {
        assertThat(open(tickets("secret"), tickets.seal(TICKET))).contains(TICKET);
    }

    @Test
    void shouldSealTheSameOctetsOnEveryNode() {
        assertThat(tickets("secret").seal(TICKET)).isEqualTo(tickets.seal(TICKET)).hasSize(MobilityTickets.LENGTH);
    }

    @Test
    void shouldShowNothingOfWhatTwoTicketsHaveInCommon() {
        byte[] one = tickets.seal(TICKET);
        byte[] next = tickets.seal(new Ticket(TICKET.allocationId(), 4));
        int alike = 0;
        for (int i = 0; i < one.length; i++) {
            alike += one[i] == next[i] ? 1 : 0;
        }
        assertThat(alike).isLessThan(8);
    }

    @Test
    void shouldRefuseATicketWithAnyBitChanged() {
        byte[] sealed = tickets.seal(TICKET);
        for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThat(open(tickets, changed)).as("bit %d", bit).isEmpty();
        }
    }

    @Test
    void shouldRefuseWhatIsNoTicket() {
        Random random = new Random(1);
        for (int length = 0; length < 2 * MobilityTickets.LENGTH; length++) {
            byte[] garbage = new byte[length];
            random.nextBytes(garbage);
            assertThat(open(tickets, garbage)).isEmpty();
            Arrays.fill(garbage, (byte) 'A');
            assertThat(open(tickets, garbage)).isEmpty();
        }
    }

    @Test
    void shouldRefuseTheTicketOfAnotherCluster() {
        assertThat(open(tickets("another"), tickets.seal(TICKET))).isEmpty();
    }

    @Test
    void shouldOpenTicketsOfBothValidSecrets() {
        MobilityTickets rotating = tickets("new", "secret");
        assertThat(open(rotating, tickets.seal(TICKET))).contains(TICKET);
        assertThat(open(tickets("new"), rotating.seal(TICKET))).contains(TICKET);
    }

    @Test
    void shouldBeTextThatAClientMayKeepAsSuch() {
        assertThat(new String(tickets.seal(TICKET), StandardCharsets.US_ASCII)).matches("[A-Za-z0-9_-]{32}");
    }

    private static MobilityTickets tickets(String... secrets) {
        return new MobilityTickets(ClusterKeys.ofSecrets(List.of(secrets)));
    }

    private static Optional<Ticket> open(MobilityTickets tickets, byte[] sealed) {
        return tickets.open(new UnsafeBuffer(sealed), 0, sealed.length);
    }
}
