package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.CredentialIssuer;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.protocol.sip.SipRequestWriter;
import io.turnstone.protocol.sip.SipWriter;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

class TurnServersTest {
    private final RestSecrets secrets = new RestSecrets(List.of("north"), RestSecrets.DEFAULT_SEPARATOR);
    private final TurnServers servers = new TurnServers(
        new CredentialIssuer(secrets), List.of("stun:192.0.2.1:3478", "turn:192.0.2.1:3478?transport=udp"), 600);

    private String written(String user) {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        SipWriter writer = new SipRequestWriter().begin(buffer, 0, "REGISTER", "sip:example.org");
        servers.write(writer, user, 1_795_000_000_000L);
        return Sip.text(buffer, 0, writer.end());
    }

    @Test
    void shouldWriteOneHeaderFieldForEachUrl() {
        String username = "1795000600:o\\\"neil";
        String password = secrets.passwords("1795000600:o\"neil").getFirst();

        assertThat(written("o\"neil")).contains(
            "\nTurn-Server: <stun:192.0.2.1:3478>\nTurn-Server: <turn:192.0.2.1:3478?transport=udp>;username=\""
                + username
                + "\";credential=\"" + password + "\";ttl=600\n");
    }

    @Test
    void shouldTellNothingToAUserWhoseNameIsNotAllowed() {
        assertThat(written("a#b")).doesNotContain("Turn-Server");
    }
}
