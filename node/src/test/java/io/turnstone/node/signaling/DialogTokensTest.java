package io.turnstone.node.signaling;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.signaling.DialogTokens.Registered;
import io.turnstone.node.signaling.DialogTokens.Token;
import io.turnstone.node.signaling.DialogTokens.Unregistered;
import io.turnstone.protocol.sip.SipTransport;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DialogTokensTest {
    private static final Token TOKEN = new Token(0x1234_5678, new Registered(new BindingId(1, -2)),
        new Unregistered(new FlowName(7, 99, SipTransport.TLS)));

    private final DialogTokens here = tokens("secret");

    private static DialogTokens tokens(String... secrets) {
        return new DialogTokens(new SealedTokens(ClusterKeys.ofSecrets(List.of(secrets))));
    }

    private static @Nullable Token open(DialogTokens tokens, String text) {
        UnsafeBuffer buffer = new UnsafeBuffer(("<sip:" + text + "@").getBytes(US_ASCII));
        return tokens.open(buffer, 5, buffer.capacity() - 1);
    }

    @Test
    void shouldOpenAtAnyNodeWhatOneSealedAsLongAsItsSecretIsValid() {
        String text = here.seal(TOKEN);

        assertThat(text).hasSize(67).matches("[A-Za-z0-9_-]+");
        assertThat(open(tokens("secret"), text)).isEqualTo(TOKEN);
        assertThat(open(tokens("new", "secret"), text)).isEqualTo(TOKEN);
        assertThat(open(tokens("new"), text)).isNull();
    }

    @Test
    void shouldRefuseWhateverWasChanged() {
        String text = here.seal(TOKEN);
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            Token opened = open(here, text.substring(0, i) + other + text.substring(i + 1));
            assertThat(opened).as("character %d", i).isNull();
        }
        assertThat(open(here, text.substring(1))).isNull();
        assertThat(open(here, "")).isNull();
        assertThat(open(here, "alice")).isNull();
    }

    @Test
    void shouldHideWhomItNames() {
        String one = here.seal(TOKEN);
        String other = here.seal(new Token(0x1234_5679, TOKEN.caller(), TOKEN.callee()));
        assertThat(one.substring(14)).isNotEqualTo(other.substring(14));
    }

    @Test
    void shouldLeadToTheSideThatDoesNotAsk() {
        assertThat(TOKEN.other(0x1234_5678)).isEqualTo(TOKEN.callee());
        assertThat(TOKEN.other(5)).isEqualTo(TOKEN.caller());
    }
}
