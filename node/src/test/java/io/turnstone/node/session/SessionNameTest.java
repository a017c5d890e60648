package io.turnstone.node.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionNameTest {
    @Test
    void shouldReadTheTextThatItWrote() {
        SessionName name = SessionName.call("call/x@host");

        assertThat(SessionName.parse(name.text())).contains(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "call/", "call", "other/x"})
    void shouldFindNoNameInOtherTexts(String text) {
        assertThat(SessionName.parse(text)).isEmpty();
    }

    @Test
    void shouldRefuseNamesThatAreTooLong() {
        String longest = "x".repeat(SessionName.NAME_LENGTH_MAX);

        assertThat(SessionName.parse("call/" + longest)).isPresent();
        assertThat(SessionName.parse("call/" + longest + "x")).isEmpty();
        assertThatThrownBy(() -> SessionName.call(longest + "x")).isInstanceOf(IllegalArgumentException.class);
    }
}
